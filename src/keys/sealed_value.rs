//! What leaves us sealed and comes back: each value under a key of its own, for one account.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;

use super::Sealer;
use crate::base::Entropy;
use crate::base::id::AccountId;

/// The random part, from which each value's key is drawn (SEC-008).
const ID_LENGTH: usize = 32;

/// Seals values and opens them. Every value has a key of its own, drawn from its 256 random bits: no number of them wears a
/// key out.
pub(super) struct ValueSealer(hmac::Key);

impl fmt::Debug for ValueSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ValueSealer")
    }
}

impl ValueSealer {
    /// With a key that all nodes derive alike, for that purpose and no other.
    pub(super) fn new(sealer: &Sealer, purpose: &str) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            sealer.derive(purpose).as_slice(),
        ))
    }

    fn key(&self, id: &[u8]) -> Option<LessSafeKey> {
        let key = hmac::sign(&self.0, id);
        UnboundKey::new(&AES_256_GCM, key.as_ref())
            .ok()
            .map(LessSafeKey::new)
    }

    /// The random part, and `plain` sealed: it opens in `account` alone.
    pub(super) fn seal(&self, account: &AccountId, plain: &[u8], entropy: &Entropy) -> Option<Vec<u8>> {
        let id = entropy.bytes::<ID_LENGTH>();
        let mut whole = Vec::with_capacity(ID_LENGTH + plain.len() + AES_256_GCM.tag_len());
        whole.extend_from_slice(&id);
        whole.extend_from_slice(plain);
        // The key seals this one value and nothing else, so the nonce may stand still.
        let tag = self
            .key(&id)?
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key([0; 12]),
                Aad::from(account.as_str().as_bytes()),
                whole.get_mut(ID_LENGTH..)?,
            )
            .ok()?;
        whole.extend_from_slice(tag.as_ref());
        Some(whole)
    }

    /// What was sealed; `None` for anything that we did not seal for `account` and this purpose.
    pub(super) fn open(&self, account: &AccountId, whole: &[u8]) -> Option<Vec<u8>> {
        let (id, sealed) = whole.split_at_checked(ID_LENGTH)?;
        let mut content = sealed.to_vec();
        let length = self
            .key(id)?
            .open_in_place(
                Nonce::assume_unique_for_key([0; 12]),
                Aad::from(account.as_str().as_bytes()),
                &mut content,
            )
            .ok()?
            .len();
        content.truncate(length);
        Some(content)
    }
}
