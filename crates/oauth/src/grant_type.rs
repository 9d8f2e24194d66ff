//! `grant_type`.

use crate::names::registered_names;

/// What a token request presents (RFC 6749 §4 and §6, and the extension grants of §4.5). The password grant
/// isn't among them, on purpose (RFC 9700 §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §4.2: never sent to the token endpoint, but registered by clients (OpenID Connect Registration §2).
    Implicit,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 8628 §3.4.
    DeviceCode,
    /// RFC 8693 §2.1.
    TokenExchange,
    /// RFC 7523 §2.1.
    JwtBearer,
    /// OpenID Connect Client-Initiated Backchannel Authentication §4.
    Ciba,
}

/// A `grant_type` that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the grant type is not known")]
pub struct UnknownGrantType;

registered_names! {
    GrantType, UnknownGrantType,
    AuthorizationCode => "authorization_code",
    Implicit => "implicit",
    RefreshToken => "refresh_token",
    ClientCredentials => "client_credentials",
    DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
    TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
    JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
    Ciba => "urn:openid:params:grant-type:ciba",
}
