//! `nonce` (OpenID Connect Core §3.2.2.1 and §3.3.2.1, SEC-024).

use oauth::Error;

use super::Draft;
use crate::http::leniency;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    draft.nonce = match draft.parameters.get("nonce") {
        Some(nonce) => Some(nonce.parse()?),
        None if !draft.response_type.has_id_token() => None,
        None if draft.client.settings.leniency.optional_nonce => {
            leniency::used("optional_nonce", draft.client);
            None
        }
        None => return Err(Error::invalid_request("nonce is missing.")),
    };
    Ok(())
}
