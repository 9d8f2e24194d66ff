//! The RFCs' own vectors, and what must never pass.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod authorization_details;
mod bearer;
mod challenge;
mod claims_request;
mod client_authentication;
mod dpop;
mod elsewhere;
mod error;
mod metadata;
mod opaque;
mod parameters;
mod pkce;
mod prompt;
mod redirect_uri_authority;
mod redirect_uri_matching;
mod redirect_uri_registration;
mod registered_names;
mod response;
mod response_mode;
mod response_type;
mod scope;
mod wishes;
