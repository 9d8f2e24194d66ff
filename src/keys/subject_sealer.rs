//! Pairwise subjects (OpenID Connect Core §8.1): what a consumer is called towards one sector of clients.

use std::fmt;

use aws_lc_rs::hmac;

use super::Sealer;
use crate::base::id::{AccountId, Subject};

/// Derives pairwise subjects: a keyed digest of account, sector and subject. Nothing is stored, each account has a secret
/// of its own, and the key is drawn from the server's root secret, which no change of the sealing key changes: what a
/// client has once been told stays true.
pub struct SubjectSealer(hmac::Key);

impl fmt::Debug for SubjectSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectSealer")
    }
}

impl SubjectSealer {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            sealer.derive("pairwise subject").as_slice(),
        ))
    }

    /// The subject that clients of that sector see, and nobody else.
    pub fn pairwise(&self, account: &AccountId, sector: &str, sub: &Subject) -> Subject {
        let of_account = hmac::Key::new(
            hmac::HMAC_SHA256,
            hmac::sign(&self.0, account.as_str().as_bytes()).as_ref(),
        );
        // A NUL is in none of them.
        let parts = [sector.as_bytes(), &[0], sub.as_str().as_bytes()].concat();
        Subject::of_digest(hmac::sign(&of_account, &parts).as_ref())
    }
}
