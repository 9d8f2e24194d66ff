//! Request objects (RFC 9101) and self-issued registration are not served: OpenID Connect Core §6 and §7.2.1 name
//! the answers.

use oauth::{Error, ErrorCode};

use super::Draft;

pub(super) fn check(draft: &mut Draft<'_>) -> Result<(), Error> {
    let refused = [
        (
            "request",
            ErrorCode::RequestNotSupported,
            "Request objects are not supported.",
        ),
        (
            "request_uri",
            ErrorCode::RequestUriNotSupported,
            "Request objects by reference are not supported.",
        ),
        (
            "registration",
            ErrorCode::RegistrationNotSupported,
            "Registration in a request is not supported.",
        ),
    ];
    match refused
        .into_iter()
        .find(|(name, ..)| draft.parameters.get(name).is_some())
    {
        None => Ok(()),
        Some((_, code, description)) => Err(Error::new(code, description)),
    }
}
