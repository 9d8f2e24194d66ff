//! Recovery codes of second factors, as they rest.

use std::fmt;

use aws_lc_rs::hmac;

use super::Sealer;
use crate::base::Entropy;
use crate::base::id::{AccountId, AdministratorId};
use crate::model::UserId;

/// Makes recovery codes, and the keyed digests that are kept of them (SEC-097).
pub struct RecoveryCodes(hmac::Key);

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes")
    }
}

impl RecoveryCodes {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            sealer.derive("recovery code").as_slice(),
        ))
    }

    /// A new code: 80 bits in four groups. No letter looks like a digit.
    pub fn fresh(entropy: &Entropy) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
        let letters = entropy
            .bytes::<16>()
            .map(|byte| char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'a')));
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }

    /// What is kept of a user's code. How it is spaced and written in capitals says nothing.
    pub fn digest(&self, account: &AccountId, user: UserId, code: &str) -> [u8; 32] {
        self.of(&format!("{account}\0{user}"), code)
    }

    /// The same of an administrator's, which no user's is.
    pub fn of_administrator(&self, id: &AdministratorId, code: &str) -> [u8; 32] {
        self.of(&format!("\0{id}"), code)
    }

    fn of(&self, whose: &str, code: &str) -> [u8; 32] {
        let plain: String = code
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let tag = hmac::sign(&self.0, format!("{whose}\0{plain}").as_bytes());
        let mut digest = [0; 32];
        for (to, from) in digest.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        digest
    }
}
