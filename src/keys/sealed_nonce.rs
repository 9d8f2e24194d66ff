//! Nonces that a proof of possession must hold (RFC 9449 §8): a keyed digest of a stretch of time, so that nothing is
//! stored and any node knows them.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Sealer;
use crate::base::Timestamp;
use crate::base::id::AccountId;

/// A stretch, in seconds. A nonce is taken in its own and in the next.
const STRETCH: i64 = 150;

/// Makes and checks nonces.
pub struct NonceSealer(hmac::Key);

impl fmt::Debug for NonceSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NonceSealer")
    }
}

impl NonceSealer {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            sealer.derive("dpop nonce").as_slice(),
        ))
    }

    /// The nonce of an account at `now`.
    pub fn nonce(&self, account: &AccountId, now: Timestamp) -> String {
        self.of(account, now.seconds().div_euclid(STRETCH))
    }

    /// Whether it is one that is taken at `now`.
    pub fn verify(&self, account: &AccountId, now: Timestamp, nonce: &str) -> bool {
        let stretch = now.seconds().div_euclid(STRETCH);
        [stretch, stretch.saturating_sub(1)]
            .into_iter()
            .any(|stretch| self.of(account, stretch) == nonce)
    }

    fn of(&self, account: &AccountId, stretch: i64) -> String {
        let mut message = stretch.to_be_bytes().to_vec();
        message.extend_from_slice(account.as_str().as_bytes());
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, &message))
    }
}
