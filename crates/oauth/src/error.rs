//! One value for every error of the protocol: what the world may read, and what only the log may.

use std::fmt;

use crate::error_code::ErrorCode;

/// An error of the protocol.
///
/// `description` is public: a fixed sentence, so that nothing from a request, and no secret, can get into it.
/// `detail` is private: for the log, and for nobody else. There is no `error_uri`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// `error`
    pub code: ErrorCode,
    description: &'static str,
    /// For the log alone. May be empty.
    pub detail: String,
}

impl Error {
    /// An error with its public sentence. "Values for the error_description parameter MUST NOT include characters
    /// outside the set %x20-21 / %x23-5B / %x5D-7E" (RFC 6749 §5.2): a sentence that does is left out.
    pub const fn new(code: ErrorCode, description: &'static str) -> Self {
        let description = if is_printable(description) {
            description
        } else {
            ""
        };
        Self {
            code,
            description,
            detail: String::new(),
        }
    }

    /// The same error with something for the log: no secret, even here (SEC-161).
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// `error_description`: printable ASCII without quotation mark and backslash, maybe empty.
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// The status that a token endpoint answers with (RFC 6749 §5.2).
    pub const fn token_endpoint_status(&self) -> u16 {
        match self.code {
            ErrorCode::InvalidClient => 401,
            ErrorCode::ServerError => 500,
            ErrorCode::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }

    /// The status that a protected resource answers with (RFC 6750 §3.1, RFC 9449 §7.1, RFC 9470 §3).
    pub const fn resource_status(&self) -> u16 {
        match self.code {
            ErrorCode::InvalidToken
            | ErrorCode::InvalidDpopProof
            | ErrorCode::UseDpopNonce
            | ErrorCode::InsufficientUserAuthentication => 401,
            ErrorCode::InsufficientScope => 403,
            ErrorCode::ServerError => 500,
            ErrorCode::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

/// Constructors for the codes that many places need; each takes the public sentence.
impl Error {
    /// [`ErrorCode::InvalidRequest`]
    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// [`ErrorCode::InvalidClient`]: always the same sentence, for an unknown client and a wrong secret (SEC-058).
    pub const fn invalid_client() -> Self {
        Self::new(ErrorCode::InvalidClient, "Client authentication failed.")
    }

    /// [`ErrorCode::InvalidGrant`]
    pub const fn invalid_grant(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    /// [`ErrorCode::UnauthorizedClient`]
    pub const fn unauthorized_client(description: &'static str) -> Self {
        Self::new(ErrorCode::UnauthorizedClient, description)
    }

    /// [`ErrorCode::InvalidScope`]
    pub const fn invalid_scope(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidScope, description)
    }

    /// [`ErrorCode::AccessDenied`]
    pub const fn access_denied(description: &'static str) -> Self {
        Self::new(ErrorCode::AccessDenied, description)
    }

    /// [`ErrorCode::LoginRequired`]
    pub const fn login_required() -> Self {
        Self::new(ErrorCode::LoginRequired, "The user must log in.")
    }

    /// [`ErrorCode::ConsentRequired`]
    pub const fn consent_required() -> Self {
        Self::new(ErrorCode::ConsentRequired, "The user must consent.")
    }

    /// [`ErrorCode::AccountSelectionRequired`]
    pub const fn account_selection_required() -> Self {
        Self::new(
            ErrorCode::AccountSelectionRequired,
            "The user must choose an account.",
        )
    }

    /// [`ErrorCode::InteractionRequired`]
    pub const fn interaction_required() -> Self {
        Self::new(
            ErrorCode::InteractionRequired,
            "The user must be asked something.",
        )
    }

    /// [`ErrorCode::InvalidToken`]
    pub const fn invalid_token() -> Self {
        Self::new(ErrorCode::InvalidToken, "The access token is not valid.")
    }

    /// [`ErrorCode::InsufficientScope`]
    pub const fn insufficient_scope() -> Self {
        Self::new(
            ErrorCode::InsufficientScope,
            "The access token does not have the scope that this needs.",
        )
    }

    /// [`ErrorCode::ServerError`]
    pub const fn server_error() -> Self {
        Self::new(ErrorCode::ServerError, "Something went wrong.")
    }

    /// [`ErrorCode::TemporarilyUnavailable`]
    pub const fn temporarily_unavailable() -> Self {
        Self::new(ErrorCode::TemporarilyUnavailable, "Try again in a moment.")
    }
}

const fn is_printable(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        if !matches!(*byte, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E) {
            return false;
        }
        rest = tail;
    }
    true
}

impl fmt::Display for Error {
    /// For the log: the code and the detail, or the description where there is none.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.detail.is_empty() {
            self.description
        } else {
            &self.detail
        };
        write!(formatter, "{}: {more}", self.code)
    }
}

impl std::error::Error for Error {}
