//! `offline_access` (OpenID Connect Core §11, SEC-034).

use oauth::{Error, Prompt, Scope};

use super::Draft;
use crate::issue::{interaction, refresh_token};

/// "The Authorization Server MUST ignore the offline_access request" where no code comes of it, and unless the consumer is
/// asked: with `prompt=consent`, or because this client's consumers are asked each time. Those of the brand's own clients
/// aren't.
pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    let client = draft.client;
    let is_asked =
        draft.prompt.contains(Prompt::Consent) || interaction::is_on_device(client, draft.redirect_uri);
    let may = draft.response_type.has_code()
        && refresh_token::is_due(client, &draft.scope)
        && (is_asked || client.settings.first_party);
    if !may {
        draft.scope = draft.scope.filter(|value| value != Scope::OFFLINE_ACCESS);
    }
    if draft.scope.is_empty() {
        return Err(Error::invalid_scope("None of the scopes can be granted."));
    }
    Ok(())
}
