//! What goes wrong, by the names that clients know.

/// `oauth_problem`, of the extension "OAuth Problem Reporting".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Problem {
    /// `oauth_version` isn't `1.0`.
    VersionRejected,
    /// A parameter is missing.
    ParameterAbsent,
    /// A parameter came twice, in a place where it may not stand, or can't be read.
    ParameterRejected,
    /// The timestamp is too old or too far ahead.
    TimestampRefused,
    /// The nonce has been used.
    NonceUsed,
    /// The signature method isn't one that may be used.
    SignatureMethodRejected,
    /// The signature isn't that of this request under the secrets of this key.
    SignatureInvalid,
    /// Nobody has that consumer key.
    ConsumerKeyUnknown,
    /// The token may not be used, here or at all.
    TokenRejected,
    /// The token has expired.
    TokenExpired,
    /// The key may be used, but not for this.
    PermissionDenied,
}

impl Problem {
    /// Every value.
    pub const ALL: [Self; 11] = [
        Self::VersionRejected,
        Self::ParameterAbsent,
        Self::ParameterRejected,
        Self::TimestampRefused,
        Self::NonceUsed,
        Self::SignatureMethodRejected,
        Self::SignatureInvalid,
        Self::ConsumerKeyUnknown,
        Self::TokenRejected,
        Self::TokenExpired,
        Self::PermissionDenied,
    ];

    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VersionRejected => "version_rejected",
            Self::ParameterAbsent => "parameter_absent",
            Self::ParameterRejected => "parameter_rejected",
            Self::TimestampRefused => "timestamp_refused",
            Self::NonceUsed => "nonce_used",
            Self::SignatureMethodRejected => "signature_method_rejected",
            Self::SignatureInvalid => "signature_invalid",
            Self::ConsumerKeyUnknown => "consumer_key_unknown",
            Self::TokenRejected => "token_rejected",
            Self::TokenExpired => "token_expired",
            Self::PermissionDenied => "permission_denied",
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why a request isn't one that could be verified: a problem to answer with, and what exactly was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{problem}: {detail}")]
pub struct Refusal {
    /// For the client.
    pub problem: Problem,
    /// For the log. Never a part of the request.
    pub detail: &'static str,
}

impl Refusal {
    pub(crate) const fn new(problem: Problem, detail: &'static str) -> Self {
        Self { problem, detail }
    }

    pub(crate) const fn rejected(detail: &'static str) -> Self {
        Self::new(Problem::ParameterRejected, detail)
    }
}
