//! `subject_token_type`, `requested_token_type` and `issued_token_type` of token exchanges.

use crate::names::registered_names;

/// What a security token is (RFC 8693 §3). SAML's aren't among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenType {
    /// An access token of this server's.
    AccessToken,
    /// A refresh token of this server's.
    RefreshToken,
    /// An id_token.
    IdToken,
    /// A JWT.
    Jwt,
}

/// A token type that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token type is not known")]
pub struct UnknownTokenType;

registered_names! {
    TokenType, UnknownTokenType,
    AccessToken => "urn:ietf:params:oauth:token-type:access_token",
    RefreshToken => "urn:ietf:params:oauth:token-type:refresh_token",
    IdToken => "urn:ietf:params:oauth:token-type:id_token",
    Jwt => "urn:ietf:params:oauth:token-type:jwt",
}
