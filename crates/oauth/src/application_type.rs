//! `application_type`.

use crate::names::registered_names;

/// What kind of program a client is (OpenID Connect Registration §2): it decides which redirect URIs it may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ApplicationType {
    /// Runs on a server, or in a page.
    #[default]
    Web,
    /// Installed on the user's device (RFC 8252).
    Native,
}

/// An `application_type` that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the application type is not known")]
pub struct UnknownApplicationType;

registered_names! {
    ApplicationType, UnknownApplicationType,
    Web => "web",
    Native => "native",
}
