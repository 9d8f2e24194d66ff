//! Why a stored hash is not taken.

/// Why text is not a hash that can be stored and checked.
///
/// The messages name the form, the part and the limit, and never hold a salt, a hash or a key: they may be logged and shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// None of the forms that this crate reads.
    #[error("not a password hash of a known form")]
    UnknownForm,
    /// The exporting product says that this account has no password (Django's `!…`).
    #[error("the account has no usable password")]
    NoPassword,
    /// The form is known, but a part of it is missing, repeated, of the wrong length or not decodable.
    #[error("{form}: {part} is missing or malformed")]
    Malformed {
        /// The form, as people call it: `bcrypt`, `Django scrypt`.
        form: &'static str,
        /// The part: `salt`, `m`, `secretData.value`.
        part: &'static str,
    },
    /// Well formed, but something that can't be checked here.
    #[error("{form}: {what} is not supported")]
    Unsupported {
        /// The form.
        form: &'static str,
        /// What it asks for.
        what: &'static str,
    },
    /// Checking it would cost more than the ceiling (SEC-084).
    #[error("{form}: {cost} is {found}, above the ceiling of {ceiling}")]
    TooCostly {
        /// The form.
        form: &'static str,
        /// The parameter, with its unit: `memory in KiB`, `iterations`.
        cost: &'static str,
        /// What the hash asks for.
        found: u64,
        /// What is allowed.
        ceiling: u64,
    },
    /// So short that it could be hit by chance, or that it protects nothing.
    #[error("{form}: {part} is {found} bytes long, below the floor of {floor}")]
    TooShort {
        /// The form.
        form: &'static str,
        /// The part: `salt`, `hash`.
        part: &'static str,
        /// Its length in bytes.
        found: usize,
        /// The least length in bytes.
        floor: usize,
    },
}

impl Refusal {
    pub(crate) const fn malformed(form: &'static str, part: &'static str) -> Self {
        Self::Malformed { form, part }
    }
}
