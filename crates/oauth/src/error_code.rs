//! `error`.

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
