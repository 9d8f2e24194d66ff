//! The notations of products that have their own.

pub(crate) mod django;
mod firebase;
pub(crate) mod keycloak;

pub use firebase::FirebaseProject;
