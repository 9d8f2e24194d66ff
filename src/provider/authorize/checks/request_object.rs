//! Request objects (RFC 9101 §10.5): what there was of one has been opened by now. Self-issued registration isn't served:
//! OpenID Connect Core §7.2.1 names the answer.

use oauth::{Error, ErrorCode};

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    if draft.client.settings.require_signed_request_object && !draft.is_signed {
        return Err(Error::invalid_request(
            "The client must sign its requests in a request object.",
        ));
    }
    if draft.parameters.get("registration").is_some() {
        return Err(Error::new(
            ErrorCode::RegistrationNotSupported,
            "Registration in a request is not supported.",
        ));
    }
    Ok(())
}
