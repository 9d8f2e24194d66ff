//! Clients that push their requests may not send them through a browser (RFC 9126 §6, SEC-027).

use oauth::Error;

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    if draft.client.must_push() {
        return Err(Error::invalid_request("The client must push its requests."));
    }
    Ok(())
}
