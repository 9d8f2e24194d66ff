//! One value for every error of the protocol: what the world may read, and what only the log may.

use std::fmt;

use crate::names::registered_names;

/// The registered error codes (RFC 6749 §4.1.2.1, §4.2.2.1, §5.2 and the registry's extensions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// RFC 6749: the request is malformed.
    InvalidRequest,
    /// RFC 6749 §5.2: client authentication failed.
    InvalidClient,
    /// RFC 6749 §5.2: the code, refresh token or other grant isn't good.
    InvalidGrant,
    /// RFC 6749: the client may not do this.
    UnauthorizedClient,
    /// RFC 6749 §5.2: the grant type isn't supported.
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1: the response type isn't supported.
    UnsupportedResponseType,
    /// RFC 6749: the scope is malformed, unknown or too wide.
    InvalidScope,
    /// RFC 6749 §4.1.2.1: the user or the server said no.
    AccessDenied,
    /// RFC 6749 §4.1.2.1: something broke.
    ServerError,
    /// RFC 6749 §4.1.2.1: not now.
    TemporarilyUnavailable,
    /// OpenID Connect Core §3.1.2.6.
    InteractionRequired,
    /// OpenID Connect Core §3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core §3.1.2.6.
    AccountSelectionRequired,
    /// OpenID Connect Core §3.1.2.6.
    ConsentRequired,
    /// OpenID Connect Core §3.1.2.6, RFC 9101 §6.2.
    InvalidRequestUri,
    /// OpenID Connect Core §3.1.2.6, RFC 9101 §6.2.
    InvalidRequestObject,
    /// OpenID Connect Core §3.1.2.6.
    RequestNotSupported,
    /// OpenID Connect Core §3.1.2.6.
    RequestUriNotSupported,
    /// OpenID Connect Core §3.1.2.6.
    RegistrationNotSupported,
    /// OpenID Connect Core Error Code unmet_authentication_requirements.
    UnmetAuthenticationRequirements,
    /// RFC 6750 §3.1: the access token isn't good.
    InvalidToken,
    /// RFC 6750 §3.1: the access token doesn't reach that far.
    InsufficientScope,
    /// RFC 7009 §2.2.1.
    UnsupportedTokenType,
    /// RFC 7591 §3.2.2.
    InvalidRedirectUri,
    /// RFC 7591 §3.2.2.
    InvalidClientMetadata,
    /// RFC 7591 §3.2.2.
    InvalidSoftwareStatement,
    /// RFC 7591 §3.2.2.
    UnapprovedSoftwareStatement,
    /// RFC 8628 §3.5: the user hasn't decided yet.
    AuthorizationPending,
    /// RFC 8628 §3.5: the client asks too often.
    SlowDown,
    /// RFC 8628 §3.5: the device code is too old.
    ExpiredToken,
    /// RFC 8707 §2.
    InvalidTarget,
    /// RFC 9396 §5.
    InvalidAuthorizationDetails,
    /// RFC 9449 §5.
    InvalidDpopProof,
    /// RFC 9449 §8.
    UseDpopNonce,
    /// RFC 9470 §3.
    InsufficientUserAuthentication,
    /// CIBA §13.
    ExpiredLoginHintToken,
    /// CIBA §13.
    UnknownUserId,
    /// CIBA §13.
    MissingUserCode,
    /// CIBA §13.
    InvalidUserCode,
    /// CIBA §13.
    InvalidBindingMessage,
    /// CIBA §11.
    TransactionFailed,
}

/// An error code that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the error code is not known")]
pub struct UnknownErrorCode;

registered_names! {
    ErrorCode, UnknownErrorCode,
    InvalidRequest => "invalid_request",
    InvalidClient => "invalid_client",
    InvalidGrant => "invalid_grant",
    UnauthorizedClient => "unauthorized_client",
    UnsupportedGrantType => "unsupported_grant_type",
    UnsupportedResponseType => "unsupported_response_type",
    InvalidScope => "invalid_scope",
    AccessDenied => "access_denied",
    ServerError => "server_error",
    TemporarilyUnavailable => "temporarily_unavailable",
    InteractionRequired => "interaction_required",
    LoginRequired => "login_required",
    AccountSelectionRequired => "account_selection_required",
    ConsentRequired => "consent_required",
    InvalidRequestUri => "invalid_request_uri",
    InvalidRequestObject => "invalid_request_object",
    RequestNotSupported => "request_not_supported",
    RequestUriNotSupported => "request_uri_not_supported",
    RegistrationNotSupported => "registration_not_supported",
    UnmetAuthenticationRequirements => "unmet_authentication_requirements",
    InvalidToken => "invalid_token",
    InsufficientScope => "insufficient_scope",
    UnsupportedTokenType => "unsupported_token_type",
    InvalidRedirectUri => "invalid_redirect_uri",
    InvalidClientMetadata => "invalid_client_metadata",
    InvalidSoftwareStatement => "invalid_software_statement",
    UnapprovedSoftwareStatement => "unapproved_software_statement",
    AuthorizationPending => "authorization_pending",
    SlowDown => "slow_down",
    ExpiredToken => "expired_token",
    InvalidTarget => "invalid_target",
    InvalidAuthorizationDetails => "invalid_authorization_details",
    InvalidDpopProof => "invalid_dpop_proof",
    UseDpopNonce => "use_dpop_nonce",
    InsufficientUserAuthentication => "insufficient_user_authentication",
    ExpiredLoginHintToken => "expired_login_hint_token",
    UnknownUserId => "unknown_user_id",
    MissingUserCode => "missing_user_code",
    InvalidUserCode => "invalid_user_code",
    InvalidBindingMessage => "invalid_binding_message",
    TransactionFailed => "transaction_failed",
}

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
