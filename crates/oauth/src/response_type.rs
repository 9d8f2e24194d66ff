//! `response_type`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What the authorization endpoint is asked to return (RFC 6749 §3.1.1, OAuth 2.0 Multiple Response Types §3 and §5).
///
/// "The order of values does not matter": `id_token code` is read as [`CodeIdToken`](Self::CodeIdToken), and written
/// in the registered order, which is the canonical one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum ResponseType {
    /// `code`
    Code,
    /// `id_token`
    IdToken,
    /// `id_token token`
    IdTokenToken,
    /// `code id_token`
    CodeIdToken,
    /// `code token`
    CodeToken,
    /// `code id_token token`
    CodeIdTokenToken,
    /// `token`, which OpenID Connect has no use for: RFC 6749 alone defines it.
    Token,
}

/// A `response_type` that isn't registered, or names a value twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the response type is not known")]
pub struct UnknownResponseType;

impl ResponseType {
    /// Every response type that is recognised, `token` among them.
    pub const ALL: [Self; 7] = [
        Self::Code,
        Self::IdToken,
        Self::IdTokenToken,
        Self::CodeIdToken,
        Self::CodeToken,
        Self::CodeIdTokenToken,
        Self::Token,
    ];

    /// Those that OpenID Connect Core §3 defines: what a provider advertises.
    pub const OPENID: [Self; 6] = [
        Self::Code,
        Self::IdToken,
        Self::IdTokenToken,
        Self::CodeIdToken,
        Self::CodeToken,
        Self::CodeIdTokenToken,
    ];

    /// The registered spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
            Self::Token => "token",
        }
    }

    /// Whether a code is returned.
    pub const fn has_code(self) -> bool {
        match self {
            Self::Code | Self::CodeIdToken | Self::CodeToken | Self::CodeIdTokenToken => true,
            Self::IdToken | Self::IdTokenToken | Self::Token => false,
        }
    }

    /// Whether an ID token is returned from the authorization endpoint.
    pub const fn has_id_token(self) -> bool {
        match self {
            Self::IdToken | Self::IdTokenToken | Self::CodeIdToken | Self::CodeIdTokenToken => true,
            Self::Code | Self::CodeToken | Self::Token => false,
        }
    }

    /// Whether an access token is returned from the authorization endpoint.
    pub const fn has_token(self) -> bool {
        match self {
            Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken | Self::Token => true,
            Self::Code | Self::IdToken | Self::CodeIdToken => false,
        }
    }

    /// Whether a token of either kind travels through the browser, which the query mustn't carry (SEC-022).
    pub const fn is_front_channel(self) -> bool {
        self.has_id_token() || self.has_token()
    }

    const fn from_parts(code: bool, id_token: bool, token: bool) -> Option<Self> {
        match (code, id_token, token) {
            (true, false, false) => Some(Self::Code),
            (false, true, false) => Some(Self::IdToken),
            (false, true, true) => Some(Self::IdTokenToken),
            (true, true, false) => Some(Self::CodeIdToken),
            (true, false, true) => Some(Self::CodeToken),
            (true, true, true) => Some(Self::CodeIdTokenToken),
            (false, false, true) => Some(Self::Token),
            (false, false, false) => None,
        }
    }
}

impl FromStr for ResponseType {
    type Err = UnknownResponseType;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut code, mut id_token, mut token) = (false, false, false);
        for value in text.split(' ') {
            let seen = match value {
                "code" => &mut code,
                "id_token" => &mut id_token,
                "token" => &mut token,
                _ => return Err(UnknownResponseType),
            };
            if std::mem::replace(seen, true) {
                return Err(UnknownResponseType);
            }
        }
        Self::from_parts(code, id_token, token).ok_or(UnknownResponseType)
    }
}

impl TryFrom<String> for ResponseType {
    type Error = UnknownResponseType;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ResponseType> for &'static str {
    fn from(response_type: ResponseType) -> Self {
        response_type.as_str()
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
