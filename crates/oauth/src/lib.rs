#![doc = include_str!("../README.md")]

mod application_type;
mod bearer;
mod challenge;
mod claims_request;
mod client_authentication;
mod display;
mod error;
mod error_code;
mod form;
mod grant_type;
mod json;
mod max_age;
mod metadata;
mod names;
mod opaque;
mod parameters;
mod pkce;
mod prompt;
mod redirect_uri;
mod rejection;
mod response;
mod response_mode;
mod response_type;
mod scheme;
mod scope;
mod subject_type;

pub use application_type::{ApplicationType, UnknownApplicationType};
pub use bearer::{BearerError, BearerToken};
pub use challenge::Challenge;
pub use claims_request::{ClaimsRequest, ClaimsRequestError, RequestedClaim, RequestedClaims};
pub use client_authentication::{
    BasicCredentials, BasicCredentialsError, ClientAuthMethod, ClientIdAndSecret, UnknownClientAuthMethod,
};
pub use display::{Display, Locales};
pub use error::Error;
pub use error_code::{ErrorCode, UnknownErrorCode};
pub use grant_type::{GrantType, UnknownGrantType};
pub use max_age::{InvalidMaxAge, MaxAge};
pub use metadata::{ClientMetadata, MetadataError};
pub use opaque::{Nonce, OpaqueError, State};
pub use parameters::{Parameters, ParametersError};
pub use pkce::{CodeChallenge, CodeVerifier, PkceError};
pub use prompt::{Prompt, PromptError, Prompts, UnknownPrompt};
pub use redirect_uri::{RedirectUri, RedirectUriRefusal, RegistrationRules, ValidRedirectUri};
pub use response::{AuthorizationResponse, Delivery};
pub use response_mode::{ResponseMode, UnknownResponseMode};
pub use response_type::{ResponseType, UnknownResponseType};
pub use scope::{Scope, ScopeError};
pub use subject_type::{SubjectType, UnknownSubjectType};
