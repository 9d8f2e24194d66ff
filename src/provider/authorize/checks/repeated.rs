//! No parameter comes twice (RFC 6749 §3.1, SEC-020).

use oauth::Error;

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    match draft.parameters.repeated().next() {
        None => Ok(()),
        Some(name) => Err(Error::invalid_request("A parameter came more than once.").with_detail(name)),
    }
}
