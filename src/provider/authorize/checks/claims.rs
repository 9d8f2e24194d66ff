//! `claims` (OpenID Connect Core §5.5, SEC-035).

use oauth::{ClaimsRequest, Error};

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    if let Some(claims) = draft.parameters.get("claims") {
        draft.claims = Some(ClaimsRequest::parse(claims)?);
    }
    Ok(())
}
