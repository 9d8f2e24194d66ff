//! Sealing: AES-256-GCM under a key that is never in the database (SEC-149).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::base::id::AccountId;
use crate::model::{Sealed, SealingKeyId};

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

/// One sealing key, ready for work.
pub(super) struct SealingKey {
    id: SealingKeyId,
    key: RandomizedNonceKey,
    extracted: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

impl SealingKey {
    /// From the 32 bytes of a sealing key.
    pub(super) fn new(secret: &[u8; 32]) -> Result<Self, CannotOpen> {
        let extract = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"signet"), secret);
        let mut extracted = Zeroizing::new([0; 32]);
        extracted.copy_from_slice(extract.as_ref().get(..32).ok_or(CannotOpen)?);
        Ok(Self {
            id: SealingKeyId::of_digest(Sha256::digest(secret).into()),
            key: RandomizedNonceKey::new(&AES_256_GCM, secret).map_err(|_| CannotOpen)?,
            extracted,
        })
    }

    /// The key's id: it stands before every value that the key sealed.
    pub(super) const fn id(&self) -> SealingKeyId {
        self.id
    }

    /// What HKDF extracts from the key (RFC 5869 §2.2): what other keys may be derived from, and nothing that leads
    /// back to this one.
    pub(super) const fn extracted(&self) -> &Zeroizing<[u8; 32]> {
        &self.extracted
    }

    /// Seals a value for its place.
    pub(super) fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Sealed, CannotOpen> {
        let mut body = plain.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(place.bytes()), &mut body)
            .map_err(|_| CannotOpen)?;
        Ok(Sealed::new(self.id, nonce.as_ref(), &body))
    }

    /// Opens a value at its place.
    pub(super) fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let (id, nonce, body) = sealed.parts().ok_or(CannotOpen)?;
        if id != self.id {
            return Err(CannotOpen);
        }
        let mut body = Zeroizing::new(body.to_vec());
        let plain = self
            .key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(place.bytes()),
                body.as_mut_slice(),
            )
            .map_err(|_| CannotOpen)?
            .len();
        body.truncate(plain);
        Ok(body)
    }
}
