//! `at_hash` and `c_hash`, and the digest that thumbprints and fingerprints share.

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::{Algorithm, base64url};

/// `at_hash`, `c_hash` or `s_hash` of `value` in an ID token signed with `algorithm`: base64url of the left half of the hash that the
/// algorithm uses (OIDC Core §3.1.3.6, §3.3.2.11).
///
/// For `EdDSA`, whose name tells no hash, it is that of Ed25519: SHA-512.
pub fn half_hash(algorithm: Algorithm, value: &str) -> String {
    match algorithm {
        Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 => left_half(&Sha256::digest(value)),
        Algorithm::ES384 => left_half(&Sha384::digest(value)),
        Algorithm::EdDSA => left_half(&Sha512::digest(value)),
    }
}

fn left_half(digest: &[u8]) -> String {
    let (half, _) = digest.split_at(digest.len() / 2);
    base64url::encode(half)
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
