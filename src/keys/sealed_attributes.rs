//! What a brand tells of a consumer, hidden from whoever carries the platform's token (section 5.3 of the platform
//! contract).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;

use super::Sealer;
use crate::base::id::AccountId;
use crate::base::{Entropy, hex};

/// The random part, from which each value's key is drawn.
const ID_LENGTH: usize = 32;

/// Seals attributes, for the account that they are told to alone. Every value has a key of its own, so that no number of
/// them wears a key out.
pub struct AttributeSealer(hmac::Key);

impl fmt::Debug for AttributeSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttributeSealer")
    }
}

impl AttributeSealer {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            sealer.derive("consumer attributes").as_slice(),
        ))
    }

    fn key(&self, id: &[u8]) -> Option<LessSafeKey> {
        let key = hmac::sign(&self.0, id);
        UnboundKey::new(&AES_256_GCM, key.as_ref())
            .ok()
            .map(LessSafeKey::new)
    }

    /// The ciphertext in hexadecimal.
    pub fn seal(&self, account: &AccountId, plain: &[u8], entropy: &Entropy) -> Option<String> {
        let id = entropy.bytes::<ID_LENGTH>();
        let mut sealed = plain.to_vec();
        // The key seals this one value and nothing else, so the nonce may stand still.
        self.key(&id)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key([0; 12]),
                Aad::from(account.as_str().as_bytes()),
                &mut sealed,
            )
            .ok()?;
        Some(format!("{}{}", hex(&id), hex(&sealed)))
    }

    /// What was sealed; nothing for what was sealed elsewhere, or for another account.
    pub fn open(&self, account: &AccountId, sealed: &str) -> Option<Vec<u8>> {
        let whole = unhex(sealed)?;
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

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks_exact(2);
    if !digits.remainder().is_empty() {
        return None;
    }
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
