//! A client's assertion about itself, as it stands in a request (RFC 7521 §4.2, RFC 7523 §2.2).

use std::fmt;

use zeroize::ZeroizeOnDrop;

use crate::parameters::Parameters;

/// `client_assertion`, with the one type that is known. Not verified, and good for nothing until it is; Debug shows nothing
/// of it.
#[derive(Clone, ZeroizeOnDrop)]
pub struct ClientAssertion(String);

/// Why a request has no assertion that could be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientAssertionError {
    /// One of the two parameters is missing.
    #[error("client_assertion and client_assertion_type go together")]
    Incomplete,
    /// `client_assertion_type` is another.
    #[error("client_assertion_type isn't that of a JWT")]
    OtherType,
}

impl ClientAssertion {
    /// The value of `client_assertion_type` (RFC 7523 §2.2).
    pub const TYPE: &'static str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// The assertion of a request, if it has one.
    pub fn of(parameters: &Parameters) -> Result<Option<Self>, ClientAssertionError> {
        let (assertion, kind) = (
            parameters.get("client_assertion"),
            parameters.get("client_assertion_type"),
        );
        match (assertion, kind) {
            (None, None) => Ok(None),
            (Some(assertion), Some(Self::TYPE)) => Ok(Some(Self(assertion.to_owned()))),
            (Some(_), Some(_)) => Err(ClientAssertionError::OtherType),
            (None, Some(_)) | (Some(_), None) => Err(ClientAssertionError::Incomplete),
        }
    }

    /// The JWT.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientAssertion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientAssertion(…)")
    }
}
