//! The tokens that forms carry against forgery from other sites (SEC-074).

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Sealer;

/// Makes and checks form tokens: a keyed digest of what the form is bound to, so that nothing is stored and any
/// node can check it.
pub struct FormSealer(hmac::Key);

impl fmt::Debug for FormSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormSealer")
    }
}

impl FormSealer {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(hmac::Key::new(
            hmac::HMAC_SHA256,
            sealer.derive("form token").as_slice(),
        ))
    }

    /// The token of a form that is bound to `parts` (the browser's secret, the form's name …).
    pub fn token(&self, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, &joined(parts)))
    }

    /// Whether it is the token of that form, in constant time.
    pub fn verify(&self, parts: &[&[u8]], token: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(token)
            .is_ok_and(|tag| hmac::verify(&self.0, &joined(parts), &tag).is_ok())
    }
}

/// The parts with their lengths, so that no two lists of parts read alike.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(128);
    for part in parts {
        whole.extend_from_slice(&(part.len() as u64).to_be_bytes());
        whole.extend_from_slice(part);
    }
    whole
}
