//! `response_mode`.

use crate::{names::registered_names, response_type::ResponseType};

/// How the parameters of an authorization response reach the client (OAuth 2.0 Multiple Response Types §2.1,
/// OAuth 2.0 Form Post Response Mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// In its fragment.
    Fragment,
    /// In the body of a form that the browser posts there.
    FormPost,
    /// In the query, as one JWT (JARM §2.3.1).
    QueryJwt,
    /// In the fragment, as one JWT (JARM §2.3.2).
    FragmentJwt,
    /// In a form, as one JWT (JARM §2.3.3).
    FormPostJwt,
    /// As one JWT, in the mode that its response type has by default (JARM §2.3.4): a wish, which
    /// [`resolve`](ResponseMode::resolve) turns into one of those.
    Jwt,
}

/// A `response_mode` that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the response mode is not known")]
pub struct UnknownResponseMode;

registered_names! {
    ResponseMode, UnknownResponseMode,
    Query => "query",
    Fragment => "fragment",
    FormPost => "form_post",
    QueryJwt => "query.jwt",
    FragmentJwt => "fragment.jwt",
    FormPostJwt => "form_post.jwt",
    Jwt => "jwt",
}

impl ResponseMode {
    /// The mode where none is asked for: the query for a code alone, the fragment wherever a token is returned.
    pub const fn default_for(response_type: ResponseType) -> Self {
        if response_type.is_front_channel() {
            Self::Fragment
        } else {
            Self::Query
        }
    }

    /// The mode that is meant for that response type.
    pub const fn resolve(self, response_type: ResponseType) -> Self {
        match self {
            Self::Jwt if response_type.is_front_channel() => Self::FragmentJwt,
            Self::Jwt => Self::QueryJwt,
            mode => mode,
        }
    }

    /// Whether the response travels as one JWT.
    pub const fn is_jwt(self) -> bool {
        matches!(
            self,
            Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt | Self::Jwt
        )
    }

    /// The same way without a JWT.
    pub const fn plain(self) -> Self {
        match self {
            Self::Query | Self::QueryJwt | Self::Jwt => Self::Query,
            Self::Fragment | Self::FragmentJwt => Self::Fragment,
            Self::FormPost | Self::FormPostJwt => Self::FormPost,
        }
    }

    /// Whether this mode may carry what the type returns: a query ends up in logs and histories, so it
    /// mustn't carry a token of any kind, and not in a JWT either (SEC-022).
    pub const fn may_carry(self, response_type: ResponseType) -> bool {
        match self {
            Self::Query | Self::QueryJwt => !response_type.is_front_channel(),
            Self::Fragment | Self::FormPost | Self::FragmentJwt | Self::FormPostJwt | Self::Jwt => true,
        }
    }
}
