//! The two secrets under which a request is signed.

use std::fmt;

use aws_lc_rs::hmac;
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::{SignatureMethod, encode};

/// A consumer's secret and a token's, joined to the key of the HMAC (RFC 5849 §3.4.2). Debug shows neither; memory is
/// wiped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Secrets(String);

impl Secrets {
    /// Of these two; the token's is empty where there is no token.
    pub fn new(consumer_secret: &str, token_secret: &str) -> Self {
        let mut consumer = encode(consumer_secret);
        let mut token = encode(token_secret);
        let mut key = String::with_capacity(consumer.len() + token.len() + 1);
        key.push_str(&consumer);
        key.push('&');
        key.push_str(&token);
        consumer.zeroize();
        token.zeroize();
        Self(key)
    }

    pub(crate) fn sign(&self, method: SignatureMethod, base_string: &str) -> hmac::Tag {
        hmac::sign(&self.key(method), base_string.as_bytes())
    }

    /// In constant time.
    pub(crate) fn verify(&self, method: SignatureMethod, base_string: &str, signature: &[u8]) -> bool {
        hmac::verify(&self.key(method), base_string.as_bytes(), signature).is_ok()
    }

    fn key(&self, method: SignatureMethod) -> hmac::Key {
        hmac::Key::new(method.hmac(), self.0.as_bytes())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets(…)")
    }
}
