//! Authorization codes as sealed values: all that a redemption needs travels in the code, so that issuing one
//! writes nothing (docs/decisions/0002).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Sealer;
use crate::base::Entropy;
use crate::base::id::AccountId;

/// The random part of a code (SEC-008).
const ID_LENGTH: usize = 32;
/// No code that we make is longer; what is longer is not looked at.
const LONGEST: usize = 16 * 1024;

/// Seals codes and opens them. Every code has a key of its own, drawn from its 256 random bits: no number of codes
/// wears a key out.
pub struct CodeSealer(hmac::Key);

impl fmt::Debug for CodeSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeSealer")
    }
}

impl CodeSealer {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            sealer.derive("authorization code").as_slice(),
        ))
    }

    fn key(&self, id: &[u8]) -> Option<LessSafeKey> {
        let key = hmac::sign(&self.0, id);
        Some(LessSafeKey::new(
            UnboundKey::new(&AES_256_GCM, key.as_ref()).ok()?,
        ))
    }

    /// A code that carries `content` and opens in `account` alone.
    pub fn seal(&self, account: &AccountId, content: &[u8], entropy: &Entropy) -> Option<String> {
        let id = entropy.bytes::<ID_LENGTH>();
        let mut sealed = Vec::with_capacity(ID_LENGTH + content.len() + 16);
        sealed.extend_from_slice(content);
        // The key seals this one code and nothing else, so the nonce may stand still.
        self.key(&id)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key([0; 12]),
                Aad::from(account.as_str().as_bytes()),
                &mut sealed,
            )
            .ok()?;
        let mut whole = Vec::with_capacity(ID_LENGTH + sealed.len());
        whole.extend_from_slice(&id);
        whole.append(&mut sealed);
        Some(URL_SAFE_NO_PAD.encode(whole))
    }

    /// What a code carries; `None` for anything that we did not make for `account`.
    pub fn open(&self, account: &AccountId, code: &str) -> Option<Vec<u8>> {
        if code.len() > LONGEST {
            return None;
        }
        let whole = URL_SAFE_NO_PAD.decode(code).ok()?;
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
