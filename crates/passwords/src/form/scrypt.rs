//! scrypt (RFC 7914).

use super::same;
use crate::password::Password;
use crate::phc::Phc;
use crate::refusal::Refusal;
use crate::{ceiling, encoding};
use scrypt::Params;
use std::fmt;
use zeroize::Zeroizing;

const FORM: &str = "scrypt";

/// The cost parameters, within the ceilings.
#[derive(Clone, Copy)]
pub(crate) struct ScryptCost {
    pub(crate) log_n: u32,
    pub(crate) r: u32,
    pub(crate) p: u32,
    params: Params,
}

/// A scrypt hash.
#[derive(Clone)]
pub(crate) struct Scrypt {
    cost: ScryptCost,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl ScryptCost {
    /// Checks log₂ N, r and p.
    pub(crate) fn new(form: &'static str, log_n: u32, r: u32, p: u32) -> Result<Self, Refusal> {
        let block = 1_u64
            .checked_shl(log_n)
            .unwrap_or(u64::MAX)
            .saturating_mul(r.into());
        ceiling::check(
            form,
            "memory in bytes",
            block.saturating_mul(128),
            ceiling::SCRYPT_MEMORY,
        )?;
        ceiling::check(
            form,
            "work (N·r·p)",
            block.saturating_mul(p.into()),
            ceiling::SCRYPT_WORK,
        )?;
        let params = u8::try_from(log_n)
            .ok()
            .filter(|log_n| *log_n > 0)
            .and_then(|log_n| Params::new(log_n, r, p).ok())
            .ok_or(Refusal::malformed(form, "parameters"))?;
        Ok(Self { log_n, r, p, params })
    }

    /// Fills `key`, whose length is at most [`ceiling::HASH_BYTES`].
    pub(crate) fn derive(&self, password: &[u8], salt: &[u8], key: &mut [u8]) -> bool {
        scrypt::scrypt(password, salt, &self.params, key).is_ok()
    }
}

impl Scrypt {
    /// Puts a hash together from its parts, and checks them.
    pub(crate) fn new(cost: ScryptCost, salt: Vec<u8>, hash: Vec<u8>) -> Result<Self, Refusal> {
        ceiling::check_lengths(FORM, &salt, 1, &hash)?;
        Ok(Self { cost, salt, hash })
    }

    /// Reads what follows `$scrypt$`.
    pub(crate) fn parse(rest: &str) -> Result<Self, Refusal> {
        let mut phc = Phc::split(FORM, rest)?;
        if phc.version.is_some() {
            return Err(Refusal::Unsupported {
                form: FORM,
                what: "a version",
            });
        }
        let cost = ScryptCost::new(
            FORM,
            phc.take_number("ln")?,
            phc.take_number("r")?,
            phc.take_number("p")?,
        )?;
        let (salt, hash) = phc.finish()?;
        Self::new(cost, salt, hash)
    }

    pub(crate) fn verify(&self, password: Password<'_>) -> bool {
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        self.cost.derive(password.bytes(), &self.salt, &mut hash) && same(&hash, &self.hash)
    }
}

impl fmt::Display for Scrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScryptCost { log_n, r, p, .. } = self.cost;
        let (salt, hash) = (encoding::encode(&self.salt), encoding::encode(&self.hash));
        write!(f, "$scrypt$ln={log_n},r={r},p={p}${salt}${hash}")
    }
}
