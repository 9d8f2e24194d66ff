//! bcrypt, and Django's bcrypt of a SHA-256.

use super::{Algorithm, same};
use crate::password::Password;
use crate::phc::decimal;
use crate::refusal::Refusal;
use crate::{ceiling, encoding};
use aws_lc_rs::digest;
use std::fmt;
use std::fmt::Write as _;
use zeroize::Zeroizing;

const FORM: &str = "bcrypt";
/// As much of a password as bcrypt reads.
const KEY_BYTES: usize = 72;
/// Characters of a salt: 16 bytes.
const SALT_CHARACTERS: usize = 22;
/// Bytes of the 24 computed that the text keeps.
const HASH_BYTES: usize = 23;

/// What is done with the password before bcrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prehash {
    /// Nothing.
    None,
    /// Its SHA-256, in hexadecimal (Django's `bcrypt_sha256`).
    Sha256,
}

/// A bcrypt hash whose cost is within the ceiling.
#[derive(Clone)]
pub(crate) struct Bcrypt {
    prehash: Prehash,
    cost: u32,
    salt: [u8; 16],
    hash: [u8; HASH_BYTES],
}

impl Bcrypt {
    /// Reads what follows `$2b$` and its like.
    pub(crate) fn parse(id: &str, rest: &str) -> Result<Self, Refusal> {
        let malformed = |part| Refusal::malformed(FORM, part);
        if id == "2x" {
            return Err(Refusal::Unsupported {
                form: FORM,
                what: "$2x$, a known miscalculation,",
            });
        }
        let (cost, rest) = rest.split_once('$').ok_or(malformed("cost"))?;
        let cost = match cost.as_bytes() {
            [b'0', digit] if digit.is_ascii_digit() => u32::from(digit - b'0'),
            [_, _] => decimal(cost).ok_or(malformed("cost"))?,
            _ => return Err(malformed("cost")),
        };
        ceiling::check(FORM, "cost", cost, ceiling::BCRYPT_COST)?;
        if cost < 4 {
            return Err(malformed("cost"));
        }
        let (salt, hash) = rest.split_at_checked(SALT_CHARACTERS).ok_or(malformed("salt"))?;
        Ok(Self {
            prehash: Prehash::None,
            cost,
            salt: encoding::decode_bcrypt(salt).ok_or(malformed("salt"))?,
            hash: encoding::decode_bcrypt(hash).ok_or(malformed("hash"))?,
        })
    }

    pub(crate) fn with_prehash(self, prehash: Prehash) -> Self {
        Self { prehash, ..self }
    }

    pub(crate) fn verify(&self, password: Password<'_>) -> bool {
        match self.prehash {
            // Products differ on what a NUL does to the rest of the password, so none is trusted.
            Prehash::None => !password.bytes().contains(&0) && self.is_hash_of(password.bytes()),
            Prehash::Sha256 => self.is_hash_of(hexadecimal_sha256(password.bytes()).as_bytes()),
        }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        match self.prehash {
            Prehash::None => Algorithm::Bcrypt,
            Prehash::Sha256 => Algorithm::BcryptSha256,
        }
    }

    /// bcrypt's key is the password and a NUL, cut off at 72 bytes.
    fn is_hash_of(&self, password: &[u8]) -> bool {
        let key: Zeroizing<Vec<u8>> =
            Zeroizing::new(password.iter().copied().chain([0]).take(KEY_BYTES).collect());
        let computed = Zeroizing::new(::bcrypt::bcrypt(self.cost, self.salt, &key));
        computed
            .split_at_checked(HASH_BYTES)
            .is_some_and(|(kept, _)| same(kept, &self.hash))
    }
}

fn hexadecimal_sha256(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(64));
    for byte in digest::digest(&digest::SHA256, bytes).as_ref() {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl fmt::Display for Bcrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prehash {
            Prehash::None => {}
            Prehash::Sha256 => f.write_str("bcrypt_sha256$")?,
        }
        let (salt, hash) = (
            encoding::encode_bcrypt(&self.salt),
            encoding::encode_bcrypt(&self.hash),
        );
        write!(f, "$2b${:02}${salt}{hash}", self.cost)
    }
}
