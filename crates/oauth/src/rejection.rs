//! Which protocol error a parameter that can't be read becomes.

use crate::{
    claims_request::ClaimsRequestError, error::Error, error_code::ErrorCode, grant_type::UnknownGrantType,
    max_age::InvalidMaxAge, opaque::OpaqueError, parameters::ParametersError, pkce::PkceError,
    prompt::PromptError, response_mode::UnknownResponseMode, response_type::UnknownResponseType,
    scope::ScopeError,
};

impl From<ParametersError> for Error {
    fn from(error: ParametersError) -> Self {
        Self::invalid_request("The request can't be read.").with_detail(error.to_string())
    }
}

impl From<UnknownResponseType> for Error {
    fn from(_: UnknownResponseType) -> Self {
        Self::new(
            ErrorCode::UnsupportedResponseType,
            "The response_type is not supported.",
        )
    }
}

impl From<UnknownResponseMode> for Error {
    fn from(_: UnknownResponseMode) -> Self {
        Self::invalid_request("The response_mode is not supported.")
    }
}

impl From<UnknownGrantType> for Error {
    fn from(_: UnknownGrantType) -> Self {
        Self::new(
            ErrorCode::UnsupportedGrantType,
            "The grant_type is not supported.",
        )
    }
}

impl From<ScopeError> for Error {
    fn from(error: ScopeError) -> Self {
        Self::invalid_scope("The scope is malformed.").with_detail(error.to_string())
    }
}

impl From<PkceError> for Error {
    fn from(error: PkceError) -> Self {
        Self::invalid_request(match error {
            PkceError::Challenge => "The code_challenge must be 43 base64url characters.",
            PkceError::Method => "The code_challenge_method must be S256.",
            PkceError::MethodWithoutChallenge => "The code_challenge is missing.",
            PkceError::Verifier => "The code_verifier must be 43 to 128 unreserved characters.",
        })
    }
}

impl From<PromptError> for Error {
    fn from(error: PromptError) -> Self {
        Self::invalid_request(match error {
            PromptError::NoneWithOthers => "prompt=none can't be combined with another value.",
            PromptError::Unknown => "The prompt is not supported.",
        })
    }
}

impl From<InvalidMaxAge> for Error {
    fn from(_: InvalidMaxAge) -> Self {
        Self::invalid_request("The max_age must be a whole number of seconds.")
    }
}

impl From<ClaimsRequestError> for Error {
    fn from(error: ClaimsRequestError) -> Self {
        Self::invalid_request("The claims parameter is malformed.").with_detail(error.to_string())
    }
}

impl From<OpaqueError> for Error {
    fn from(error: OpaqueError) -> Self {
        Self::invalid_request("A parameter is too long.").with_detail(error.to_string())
    }
}
