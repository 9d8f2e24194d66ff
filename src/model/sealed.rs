use std::fmt;

use crate::base::hex;

/// The one form that sealed values have; a later one will have another number.
const VERSION: u8 = 1;
const ID_LENGTH: usize = 4;
const NONCE_LENGTH: usize = 12;

/// A sealing key's id: the beginning of its digest. It tells nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealingKeyId([u8; ID_LENGTH]);

impl SealingKeyId {
    /// The id of the key with that SHA-256 digest.
    pub const fn of_digest([a, b, c, d, ..]: [u8; 32]) -> Self {
        Self([a, b, c, d])
    }

    /// As it stands in a sealed value, at bytes 2 to 5.
    pub const fn as_bytes(&self) -> &[u8; ID_LENGTH] {
        &self.0
    }

    /// From those bytes; `None` where they aren't so many.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for SealingKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What is no sealing key's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a sealing key has eight hexadecimal digits")]
pub struct InvalidSealingKeyId;

impl std::str::FromStr for SealingKeyId {
    type Err = InvalidSealingKeyId;

    fn from_str(text: &str) -> Result<Self, InvalidSealingKeyId> {
        if text.len() != 2 * ID_LENGTH || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidSealingKeyId);
        }
        u32::from_str_radix(text, 16)
            .map(|number| Self(number.to_be_bytes()))
            .map_err(|_| InvalidSealingKeyId)
    }
}

/// A value sealed under a sealing key, as it rests in the database (SEC-149): a version, the key's id, a nonce, and
/// what only the key opens.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Puts a value together.
    pub fn new(key: SealingKeyId, nonce: &[u8; NONCE_LENGTH], body: &[u8]) -> Self {
        Self([&[VERSION], key.as_bytes().as_slice(), nonce, body].concat())
    }

    /// A value as it was stored. Anything is taken: what was never sealed doesn't open.
    pub const fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key's id, the nonce, and the rest; `None` for what isn't of that form.
    pub fn parts(&self) -> Option<(SealingKeyId, &[u8; NONCE_LENGTH], &[u8])> {
        let (version, rest) = self.0.split_first()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (nonce, body) = rest.split_first_chunk()?;
        (*version == VERSION).then_some((SealingKeyId(*id), nonce, body))
    }

    /// The key that it is sealed under.
    pub fn key_id(&self) -> Option<SealingKeyId> {
        self.parts().map(|(id, ..)| id)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key_id() {
            Some(id) => write!(f, "Sealed(under {id})"),
            None => f.write_str("Sealed(?)"),
        }
    }
}

/// What a sealing key that the database knows is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealingKeyState {
    /// It seals, and opens what it sealed. One key does.
    Sealing,
    /// It opens what it sealed, until all of that is sealed anew.
    Opening,
}

super::text_enum!(SealingKeyState { Sealing = "sealing", Opening = "opening" });
