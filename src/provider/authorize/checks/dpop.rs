//! `dpop_jkt` (RFC 9449 §10): the code is for whoever holds that key.

use oauth::Error;

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    let Some(thumbprint) = draft.parameters.get("dpop_jkt") else {
        return Ok(());
    };
    if !oauth::is_thumbprint(thumbprint) {
        return Err(Error::invalid_request("dpop_jkt is not a thumbprint."));
    }
    draft.dpop_jkt = Some(thumbprint.to_owned());
    Ok(())
}
