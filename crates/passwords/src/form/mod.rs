//! One file for each algorithm: its parts, its canonical text, its check.

mod argon2;
mod bcrypt;
mod firebase;
mod pbkdf2;
mod scrypt;

pub(crate) use argon2::{Argon2, Variant, Version};
pub(crate) use bcrypt::{Bcrypt, Prehash};
pub(crate) use firebase::{FirebaseScrypt, cost as firebase_cost};
pub(crate) use pbkdf2::{Digest, Pbkdf2};
pub(crate) use scrypt::{Scrypt, ScryptCost};

use std::fmt;
use subtle::ConstantTimeEq as _;

/// What a hash was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Argon2id (RFC 9106): what new hashes are made with.
    Argon2id,
    /// Argon2i (RFC 9106).
    Argon2i,
    /// Argon2d (RFC 9106).
    Argon2d,
    /// bcrypt.
    Bcrypt,
    /// bcrypt of the hexadecimal SHA-256, Django's remedy for bcrypt's limit of 72 bytes.
    BcryptSha256,
    /// PBKDF2 with HMAC-SHA-1 (RFC 8018).
    Pbkdf2Sha1,
    /// PBKDF2 with HMAC-SHA-256.
    Pbkdf2Sha256,
    /// PBKDF2 with HMAC-SHA-512.
    Pbkdf2Sha512,
    /// scrypt (RFC 7914).
    Scrypt,
    /// Firebase's scrypt, whose output encrypts a project-wide key.
    FirebaseScrypt,
}

impl Algorithm {
    /// Its name in reports, which is its PHC identifier where it has one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Argon2id => "argon2id",
            Self::Argon2i => "argon2i",
            Self::Argon2d => "argon2d",
            Self::Bcrypt => "bcrypt",
            Self::BcryptSha256 => "bcrypt_sha256",
            Self::Pbkdf2Sha1 => "pbkdf2-sha1",
            Self::Pbkdf2Sha256 => "pbkdf2-sha256",
            Self::Pbkdf2Sha512 => "pbkdf2-sha512",
            Self::Scrypt => "scrypt",
            Self::FirebaseScrypt => "firebase-scrypt",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Compares without telling by its duration where two hashes differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}
