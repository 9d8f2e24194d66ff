//! Proof Key for Code Exchange (RFC 7636 §4.3, SEC-023).

use oauth::{CodeChallenge, Error};

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    draft.code_challenge = CodeChallenge::from_request(
        draft.parameters.get("code_challenge"),
        draft.parameters.get("code_challenge_method"),
    )?;
    let must = draft.client.is_public() || draft.client.settings.require_pkce;
    if draft.response_type.has_code() && must && draft.code_challenge.is_none() {
        return Err(Error::invalid_request("code_challenge is missing."));
    }
    Ok(())
}
