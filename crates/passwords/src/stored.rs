//! A hash as it is stored.

use crate::ceiling;
use crate::form::{Algorithm, Argon2, Bcrypt, FirebaseScrypt, Pbkdf2, Scrypt};
use crate::import::{django, keycloak};
use crate::memory::Memory;
use crate::params::Params;
use crate::password::Password;
use crate::refusal::Refusal;
use std::fmt;
use std::str::FromStr;

/// A password's hash, in any form that can be checked here and at a cost that may be paid.
///
/// `Display` writes the canonical text to store, and [`StoredHash::parse`] reads it back. `Debug` shows only the algorithm.
#[derive(Clone)]
pub struct StoredHash(Form);

#[derive(Clone)]
enum Form {
    Argon2(Argon2),
    Bcrypt(Bcrypt),
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
    FirebaseScrypt(FirebaseScrypt),
}

impl StoredHash {
    /// Reads a hash in its canonical form or as another product exports it; the crate's front page lists them.
    ///
    /// Surrounding white space is ignored. A hash above a cost ceiling is refused here, so that it is never run (SEC-084).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.len() > ceiling::TEXT_BYTES {
            return Err(Refusal::malformed("password hash", "length"));
        }
        if text.starts_with('{') {
            return keycloak::parse(text);
        }
        match text.strip_prefix('$') {
            Some(rest) => Self::parse_crypt(rest),
            None => django::parse(text),
        }
    }

    /// Reads what follows the first `$` of a PHC or modular crypt string.
    pub(crate) fn parse_crypt(rest: &str) -> Result<Self, Refusal> {
        let (id, rest) = rest.split_once('$').ok_or(Refusal::UnknownForm)?;
        match id {
            "argon2id" | "argon2i" | "argon2d" => Argon2::parse(id, rest).map(Self::from),
            "2a" | "2b" | "2y" | "2x" => Bcrypt::parse(id, rest).map(Self::from),
            "pbkdf2" | "pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512" => {
                Pbkdf2::parse(id, rest).map(Self::from)
            }
            "scrypt" => Scrypt::parse(rest).map(Self::from),
            "firebase-scrypt" => FirebaseScrypt::parse(rest).map(Self::from),
            _ => Err(Refusal::UnknownForm),
        }
    }

    /// A hash that no password has, at the cost of new ones: what is checked for an unknown user (SEC-085).
    pub fn dummy(params: Params) -> Self {
        Argon2::dummy(params).into()
    }

    /// What it was made with, for reports.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Form::Argon2(hash) => hash.algorithm(),
            Form::Bcrypt(hash) => hash.algorithm(),
            Form::Pbkdf2(hash) => hash.algorithm(),
            Form::Scrypt(_) => Algorithm::Scrypt,
            Form::FirebaseScrypt(_) => Algorithm::FirebaseScrypt,
        }
    }

    /// Whether it is anything else than an argon2id hash of at least this cost (SEC-084).
    #[must_use]
    pub fn needs_rehash(&self, params: Params) -> bool {
        match &self.0 {
            Form::Argon2(hash) => hash.is_weaker_than(params),
            Form::Bcrypt(_) | Form::Pbkdf2(_) | Form::Scrypt(_) | Form::FirebaseScrypt(_) => true,
        }
    }

    pub(crate) fn verify(&self, password: Password<'_>, memory: &Memory) -> bool {
        match &self.0 {
            Form::Argon2(hash) => hash.verify(password, memory),
            Form::Bcrypt(hash) => hash.verify(password),
            Form::Pbkdf2(hash) => hash.verify(password),
            Form::Scrypt(hash) => hash.verify(password),
            Form::FirebaseScrypt(hash) => hash.verify(password),
        }
    }
}

impl From<Argon2> for StoredHash {
    fn from(hash: Argon2) -> Self {
        Self(Form::Argon2(hash))
    }
}

impl From<Bcrypt> for StoredHash {
    fn from(hash: Bcrypt) -> Self {
        Self(Form::Bcrypt(hash))
    }
}

impl From<Pbkdf2> for StoredHash {
    fn from(hash: Pbkdf2) -> Self {
        Self(Form::Pbkdf2(hash))
    }
}

impl From<Scrypt> for StoredHash {
    fn from(hash: Scrypt) -> Self {
        Self(Form::Scrypt(hash))
    }
}

impl From<FirebaseScrypt> for StoredHash {
    fn from(hash: FirebaseScrypt) -> Self {
        Self(Form::FirebaseScrypt(hash))
    }
}

impl FromStr for StoredHash {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl fmt::Display for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Argon2(hash) => hash.fmt(f),
            Form::Bcrypt(hash) => hash.fmt(f),
            Form::Pbkdf2(hash) => hash.fmt(f),
            Form::Scrypt(hash) => hash.fmt(f),
            Form::FirebaseScrypt(hash) => hash.fmt(f),
        }
    }
}

impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredHash({}, …)", self.algorithm())
    }
}
