//! PBKDF2 (RFC 8018) with HMAC.

use super::{Algorithm, same};
use crate::password::Password;
use crate::phc::{Phc, decimal};
use crate::refusal::Refusal;
use crate::{ceiling, encoding};
use aws_lc_rs::pbkdf2;
use std::fmt;
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// The hash function inside the HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    /// SHA-1: sound in HMAC, and what old exports have.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// A PBKDF2 hash whose cost is within the ceiling.
#[derive(Clone)]
pub(crate) struct Pbkdf2 {
    digest: Digest,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Pbkdf2 {
    /// Puts a hash together from its parts, and checks them.
    pub(crate) fn new(
        digest: Digest,
        iterations: u32,
        salt: Vec<u8>,
        hash: Vec<u8>,
    ) -> Result<Self, Refusal> {
        let form = digest.algorithm().name();
        ceiling::check(form, "iterations", iterations, ceiling::PBKDF2_ITERATIONS)?;
        ceiling::check_lengths(form, &salt, 1, &hash)?;
        let iterations = NonZeroU32::new(iterations).ok_or(Refusal::malformed(form, "iterations"))?;
        Ok(Self {
            digest,
            iterations,
            salt,
            hash,
        })
    }

    /// Reads what follows `$pbkdf2-sha256$` and its like: PHC's `i=…,l=…`, or passlib's bare number of iterations.
    pub(crate) fn parse(id: &str, rest: &str) -> Result<Self, Refusal> {
        let digest = match id {
            "pbkdf2" | "pbkdf2-sha1" => Digest::Sha1,
            "pbkdf2-sha256" => Digest::Sha256,
            "pbkdf2-sha512" => Digest::Sha512,
            _ => return Err(Refusal::UnknownForm),
        };
        let form = digest.algorithm().name();
        if let Some((first, salt_and_hash)) = rest.split_once('$')
            && let Some(iterations) = decimal(first)
        {
            let (salt, hash) = Phc::split(form, salt_and_hash)?.finish()?;
            return Self::new(digest, iterations, salt, hash);
        }
        let mut phc = Phc::split(form, rest)?;
        if phc.version.is_some() {
            return Err(Refusal::Unsupported {
                form,
                what: "a version",
            });
        }
        let iterations = phc.take_number("i")?;
        let length = phc
            .take("l")
            .map(|text| decimal(text).ok_or(Refusal::malformed(form, "l")))
            .transpose()?;
        let (salt, hash) = phc.finish()?;
        if length.is_some_and(|length| usize::try_from(length).ok() != Some(hash.len())) {
            return Err(Refusal::malformed(form, "l"));
        }
        Self::new(digest, iterations, salt, hash)
    }

    pub(crate) fn verify(&self, password: Password<'_>) -> bool {
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        pbkdf2::derive(
            self.digest.into(),
            self.iterations,
            &self.salt,
            password.bytes(),
            &mut hash,
        );
        same(&hash, &self.hash)
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.digest.algorithm()
    }
}

impl Digest {
    const fn algorithm(self) -> Algorithm {
        match self {
            Self::Sha1 => Algorithm::Pbkdf2Sha1,
            Self::Sha256 => Algorithm::Pbkdf2Sha256,
            Self::Sha512 => Algorithm::Pbkdf2Sha512,
        }
    }
}

impl From<Digest> for pbkdf2::Algorithm {
    fn from(digest: Digest) -> Self {
        match digest {
            Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

impl fmt::Display for Pbkdf2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (salt, hash) = (encoding::encode(&self.salt), encoding::encode(&self.hash));
        write!(
            f,
            "${}$i={},l={}${salt}${hash}",
            self.algorithm(),
            self.iterations,
            self.hash.len()
        )
    }
}
