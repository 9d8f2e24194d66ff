//! Firebase's scrypt: scrypt's output is a key, which encrypts the project's signer key; the ciphertext is the hash.

use super::{ScryptCost, same};
use crate::password::Password;
use crate::phc::Phc;
use crate::refusal::Refusal;
use crate::{ceiling, encoding};
use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use std::fmt;
use zeroize::Zeroizing;

const FORM: &str = "firebase-scrypt";
/// What scrypt derives; AES takes the first half.
const DERIVED_BYTES: usize = 64;
const AES_KEY_BYTES: usize = 32;
/// The longest salt separator, in bytes. Firebase's is one byte.
const SEPARATOR_BYTES: usize = 16;

/// A hash of a Firebase project's user, with the project's parameters.
#[derive(Clone)]
pub(crate) struct FirebaseScrypt {
    cost: ScryptCost,
    salt_separator: Vec<u8>,
    signer_key: Vec<u8>,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

/// The cost that a project's `mem_cost` (log₂ N) and `rounds` (r) mean.
pub(crate) fn cost(mem_cost: u32, rounds: u32) -> Result<ScryptCost, Refusal> {
    ScryptCost::new(FORM, mem_cost, rounds, 1)
}

impl FirebaseScrypt {
    /// Puts a hash together from its parts, and checks them.
    pub(crate) fn new(
        cost: ScryptCost,
        salt_separator: Vec<u8>,
        signer_key: Vec<u8>,
        salt: Vec<u8>,
        hash: Vec<u8>,
    ) -> Result<Self, Refusal> {
        ceiling::check_lengths(FORM, &salt, 1, &hash)?;
        if salt_separator.len() > SEPARATOR_BYTES {
            return Err(Refusal::malformed(FORM, "salt separator"));
        }
        // The hash is the key, encrypted in counter mode.
        if signer_key.len() != hash.len() {
            return Err(Refusal::malformed(FORM, "length of signer key and hash"));
        }
        Ok(Self {
            cost,
            salt_separator,
            signer_key,
            salt,
            hash,
        })
    }

    /// Reads what follows `$firebase-scrypt$`.
    pub(crate) fn parse(rest: &str) -> Result<Self, Refusal> {
        let mut phc = Phc::split(FORM, rest)?;
        if phc.version.is_some() {
            return Err(Refusal::Unsupported {
                form: FORM,
                what: "a version",
            });
        }
        let cost = cost(phc.take_number("ln")?, phc.take_number("r")?)?;
        let separator = phc
            .take("ss")
            .and_then(encoding::decode)
            .ok_or(Refusal::malformed(FORM, "ss"))?;
        let signer_key = phc
            .take("sk")
            .and_then(encoding::decode)
            .ok_or(Refusal::malformed(FORM, "sk"))?;
        let (salt, hash) = phc.finish()?;
        Self::new(cost, separator, signer_key, salt, hash)
    }

    pub(crate) fn verify(&self, password: Password<'_>) -> bool {
        self.compute(password).is_some_and(|hash| same(&hash, &self.hash))
    }

    fn compute(&self, password: Password<'_>) -> Option<Zeroizing<Vec<u8>>> {
        let salt = [self.salt.as_slice(), &self.salt_separator].concat();
        let mut derived = Zeroizing::new([0; DERIVED_BYTES]);
        if !self.cost.derive(password.bytes(), &salt, derived.as_mut()) {
            return None;
        }
        let key = UnboundCipherKey::new(&AES_256, derived.get(..AES_KEY_BYTES)?).ok()?;
        let mut hash = Zeroizing::new(self.signer_key.clone());
        // Each key encrypts one message only, so the counter starts at zero.
        EncryptingKey::ctr(key)
            .and_then(|key| {
                key.less_safe_encrypt(&mut hash, EncryptionContext::Iv128(FixedLength::from([0; 16])))
            })
            .ok()?;
        Some(hash)
    }
}

impl fmt::Display for FirebaseScrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScryptCost { log_n, r, .. } = self.cost;
        let (separator, signer_key) = (
            encoding::encode(&self.salt_separator),
            encoding::encode(&self.signer_key),
        );
        let (salt, hash) = (encoding::encode(&self.salt), encoding::encode(&self.hash));
        write!(
            f,
            "${FORM}$ln={log_n},r={r},ss={separator},sk={signer_key}${salt}${hash}"
        )
    }
}
