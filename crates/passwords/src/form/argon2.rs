//! Argon2 (RFC 9106), in all variants and both versions.

use super::{Algorithm, same};
use crate::memory::Memory;
use crate::params::Params;
use crate::password::Password;
use crate::phc::Phc;
use crate::refusal::Refusal;
use crate::{ceiling, encoding};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a new hash.
const TAG_BYTES: usize = 32;
/// Bytes of a new salt.
const SALT_BYTES: usize = 16;

/// The variants of Argon2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Both of the others, in turn.
    Argon2id,
    /// Addresses that don't depend on the password.
    Argon2i,
    /// Addresses that do.
    Argon2d,
}

/// The versions of Argon2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// 1.0, of 2015.
    V16,
    /// 1.3, the one in RFC 9106.
    V19,
}

/// An Argon2 hash whose costs are within the ceilings.
#[derive(Clone)]
pub(crate) struct Argon2 {
    variant: Variant,
    version: Version,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl Argon2 {
    /// Puts a hash together from its parts, and checks them.
    pub(crate) fn new(
        variant: Variant,
        version: Version,
        [memory_kib, passes, lanes]: [u32; 3],
        salt: Vec<u8>,
        tag: Vec<u8>,
    ) -> Result<Self, Refusal> {
        let form = variant.name();
        ceiling::check(form, "memory in KiB", memory_kib, ceiling::ARGON2_MEMORY_KIB)?;
        ceiling::check(form, "passes", passes, ceiling::ARGON2_PASSES)?;
        ceiling::check(form, "lanes", lanes, ceiling::ARGON2_LANES)?;
        ceiling::check_lengths(form, &salt, ::argon2::MIN_SALT_LEN, &tag)?;
        ::argon2::Params::new(memory_kib, passes, lanes, None)
            .map_err(|_| Refusal::malformed(form, "parameters"))?;
        Ok(Self {
            variant,
            version,
            memory_kib,
            passes,
            lanes,
            salt,
            tag,
        })
    }

    /// Reads what follows `$argon2id$` and its like.
    pub(crate) fn parse(id: &str, rest: &str) -> Result<Self, Refusal> {
        let variant = match id {
            "argon2id" => Variant::Argon2id,
            "argon2i" => Variant::Argon2i,
            "argon2d" => Variant::Argon2d,
            _ => return Err(Refusal::UnknownForm),
        };
        let mut phc = Phc::split(variant.name(), rest)?;
        let version = match phc.version {
            // Strings written before version 1.3 name no version.
            None | Some("16") => Version::V16,
            Some("19") => Version::V19,
            Some(_) => {
                return Err(Refusal::Unsupported {
                    form: variant.name(),
                    what: "the version",
                });
            }
        };
        let costs = [
            phc.take_number("m")?,
            phc.take_number("t")?,
            phc.take_number("p")?,
        ];
        let (salt, tag) = phc.finish()?;
        Self::new(variant, version, costs, salt, tag)
    }

    /// Hashes a password.
    pub(crate) fn make(
        params: Params,
        password: Password<'_>,
        salt: [u8; SALT_BYTES],
        memory: &Memory,
    ) -> Result<Self, Refusal> {
        let mut made = Self::dummy(params);
        made.salt = salt.to_vec();
        let mut tag = vec![0; TAG_BYTES];
        made.compute(password, &mut tag, memory)
            .map_err(|_| Refusal::malformed(made.variant.name(), "parameters"))?;
        made.tag = tag;
        Ok(made)
    }

    /// A hash of zeros, which no password is known to have.
    pub(crate) fn dummy(params: Params) -> Self {
        Self {
            variant: Variant::Argon2id,
            version: Version::V19,
            memory_kib: params.memory_kib(),
            passes: params.passes(),
            lanes: params.lanes(),
            salt: vec![0; SALT_BYTES],
            tag: vec![0; TAG_BYTES],
        }
    }

    /// How many blocks of 1 KiB a hash of this cost fills at most.
    pub(crate) fn blocks_of(params: Params) -> usize {
        params.memory_kib().try_into().unwrap_or(usize::MAX)
    }

    pub(crate) fn verify(&self, password: Password<'_>, memory: &Memory) -> bool {
        let mut tag = Zeroizing::new(vec![0; self.tag.len()]);
        self.compute(password, &mut tag, memory).is_ok() && same(&tag, &self.tag)
    }

    pub(crate) fn is_weaker_than(&self, params: Params) -> bool {
        self.variant != Variant::Argon2id
            || self.version != Version::V19
            || self.memory_kib < params.memory_kib()
            || self.passes < params.passes()
            || self.salt.len() < SALT_BYTES
            || self.tag.len() < TAG_BYTES
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        match self.variant {
            Variant::Argon2id => Algorithm::Argon2id,
            Variant::Argon2i => Algorithm::Argon2i,
            Variant::Argon2d => Algorithm::Argon2d,
        }
    }

    fn compute(
        &self,
        password: Password<'_>,
        tag: &mut [u8],
        memory: &Memory,
    ) -> Result<(), ::argon2::Error> {
        let params = ::argon2::Params::new(self.memory_kib, self.passes, self.lanes, None)?;
        let blocks = params.block_count();
        let argon2 = ::argon2::Argon2::new(self.variant.into(), self.version.into(), params);
        memory.lend(blocks, self.passes, |memory| {
            argon2.hash_password_into_with_memory(password.bytes(), &self.salt, tag, memory)
        })
    }
}

impl Variant {
    const fn name(self) -> &'static str {
        match self {
            Self::Argon2id => "argon2id",
            Self::Argon2i => "argon2i",
            Self::Argon2d => "argon2d",
        }
    }
}

impl From<Variant> for ::argon2::Algorithm {
    fn from(variant: Variant) -> Self {
        match variant {
            Variant::Argon2id => Self::Argon2id,
            Variant::Argon2i => Self::Argon2i,
            Variant::Argon2d => Self::Argon2d,
        }
    }
}

impl From<Version> for ::argon2::Version {
    fn from(version: Version) -> Self {
        match version {
            Version::V16 => Self::V0x10,
            Version::V19 => Self::V0x13,
        }
    }
}

impl fmt::Display for Argon2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = match self.version {
            Version::V16 => 16,
            Version::V19 => 19,
        };
        write!(
            f,
            "${}$v={version}$m={},t={},p={}${}${}",
            self.variant.name(),
            self.memory_kib,
            self.passes,
            self.lanes,
            encoding::encode(&self.salt),
            encoding::encode(&self.tag),
        )
    }
}
