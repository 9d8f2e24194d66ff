//! Sealing: AES-256-GCM under a key that is never in the database (SEC-149).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
use aws_lc_rs::hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::base::hex;
use crate::base::id::AccountId;

const VERSION: u8 = 1;
const ID_LENGTH: usize = 4;
const NONCE_LENGTH: usize = 12;

/// Where a sealed value rests. It goes into the seal, so that a value moved to another row does not open.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's key within its account.
    pub row: &'a str,
    /// The account; none for values of the whole server.
    pub account: Option<&'a AccountId>,
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        let account = self.account.map_or("", AccountId::as_str);
        [self.table, self.column, self.row, account]
            .join("\0")
            .into_bytes()
    }
}

/// What can't be opened: sealed under another key, moved, or damaged.
#[derive(Debug, thiserror::Error)]
#[error("sealed value can't be opened")]
pub struct CannotOpen;

/// The sealing key, ready for work.
pub struct Sealer {
    id: [u8; ID_LENGTH],
    key: RandomizedNonceKey,
    secret: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.id())
    }
}

impl Sealer {
    /// From the 32 bytes of a sealing key.
    pub fn new(secret: Zeroizing<[u8; 32]>) -> Result<Self, CannotOpen> {
        let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(secret.as_slice()).into();
        let key = RandomizedNonceKey::new(&AES_256_GCM, secret.as_slice()).map_err(|_| CannotOpen)?;
        Ok(Self {
            id: [a, b, c, d],
            key,
            secret,
        })
    }

    /// The key's id, in hexadecimal: it stands before every value that the key sealed.
    pub fn id(&self) -> String {
        hex(&self.id)
    }

    /// Seals a value for its place.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let mut body = plain.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(place.bytes()), &mut body)
            .map_err(|_| CannotOpen)?;
        let mut sealed = Vec::with_capacity(1 + ID_LENGTH + NONCE_LENGTH + body.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.id);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens a value at its place.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let (version, rest) = sealed.split_first().ok_or(CannotOpen)?;
        let (id, rest) = rest.split_at_checked(ID_LENGTH).ok_or(CannotOpen)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LENGTH).ok_or(CannotOpen)?;
        if *version != VERSION || id != self.id {
            return Err(CannotOpen);
        }
        let nonce = aws_lc_rs::aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(place.bytes()), body.as_mut_slice())
            .map_err(|_| CannotOpen)?
            .len();
        body.truncate(plain);
        Ok(body)
    }

    /// A key for one purpose, derived from the sealing key (RFC 5869): the same on every node, and of no use for
    /// any other purpose.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"signet").extract(self.secret.as_slice());
        let mut key = Zeroizing::new([0; 32]);
        // A 32-byte output of one block is always within HKDF's bounds; if it ever weren't, nothing is derived.
        let filled = extracted
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|expanded| expanded.fill(key.as_mut_slice()));
        if filled.is_err() {
            std::process::abort();
        }
        key
    }
}
