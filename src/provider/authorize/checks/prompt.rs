//! `prompt` and `max_age` (OpenID Connect Core §3.1.2.1, SEC-029, SEC-030).

use oauth::{Error, MaxAge};

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    if let Some(prompt) = draft.parameters.get("prompt") {
        draft.prompt = prompt.parse()?;
    }
    draft.max_age = match draft.parameters.get("max_age") {
        Some(seconds) => Some(seconds.parse()?),
        None => draft.client.settings.default_max_age.map(MaxAge),
    };
    Ok(())
}
