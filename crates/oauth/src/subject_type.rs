//! `subject_type`.

use crate::names::registered_names;

/// Whether clients see the same `sub` for one user (OpenID Connect Core §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SubjectType {
    /// All see the same.
    #[default]
    Public,
    /// Each sector sees its own.
    Pairwise,
}

/// A `subject_type` that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the subject type is not known")]
pub struct UnknownSubjectType;

registered_names! {
    SubjectType, UnknownSubjectType,
    Public => "public",
    Pairwise => "pairwise",
}
