//! `prompt` and `max_age` (OpenID Connect Core §3.1.2.1, SEC-029, SEC-030).

use oauth::{Error, MaxAge, Prompt};

use super::Draft;
use crate::model::AccountSettings;

/// Whether an account knows how to answer a prompt.
pub(in crate::provider) const fn is_served(prompt: Prompt, account: &AccountSettings) -> bool {
    match prompt {
        Prompt::None | Prompt::Login | Prompt::Consent | Prompt::SelectAccount => true,
        Prompt::Create => account.features.sign_up,
    }
}

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    if let Some(prompt) = draft.parameters.get("prompt") {
        draft.prompt = prompt.parse()?;
        // "If the OpenID Provider receives a prompt value that it does not support […] the OP SHOULD respond with […]
        // invalid_request" (Initiating User Registration §4.1).
        let account = &draft.context.tenant.account.settings;
        if draft.prompt.iter().any(|prompt| !is_served(prompt, account)) {
            return Err(Error::invalid_request("A prompt value is not supported."));
        }
    }
    draft.max_age = match draft.parameters.get("max_age") {
        Some(seconds) => Some(seconds.parse()?),
        None => draft.client.settings.default_max_age.map(MaxAge),
    };
    Ok(())
}
