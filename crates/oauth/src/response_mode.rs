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

    /// Whether this mode may carry what the type returns: a query ends up in logs and histories, so it
    /// mustn't carry a token of any kind (SEC-022).
    pub const fn may_carry(self, response_type: ResponseType) -> bool {
        match self {
            Self::Query => !response_type.is_front_channel(),
            Self::Fragment | Self::FormPost => true,
        }
    }
}
