//! `scope` (RFC 6749 §3.3, OpenID Connect Core §3.1.2.1, SEC-034).

use oauth::{Error, Scope};

use super::Draft;
use crate::http::leniency;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    let requested: Scope = match draft.parameters.get("scope") {
        Some(scope) => scope.parse()?,
        None if draft.client.settings.leniency.default_scope => {
            leniency::used("default_scope", draft.client);
            Scope::from_values([Scope::OPENID])?
        }
        None => return Err(Error::invalid_scope("scope is missing.")),
    };
    // What the client may not have is left out, and the token response says what was granted.
    draft.scope = requested.intersection(&draft.client.settings.scope);
    if draft.response_type.has_id_token() && !draft.scope.contains(Scope::OPENID) {
        return Err(Error::invalid_scope("An id_token needs the scope openid."));
    }
    if draft.scope.is_empty() {
        return Err(Error::invalid_scope("None of the scopes can be granted."));
    }
    Ok(())
}
