//! ECDH-ES in direct key agreement (RFC 7518 §4.6).

use aws_lc_rs::agreement::{Algorithm, ECDH_P256, ECDH_P384, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::ContentEncryption;
use crate::KeyType;

/// The curve of a kind of key; `None` for one that doesn't agree.
pub(super) fn curve(key_type: KeyType) -> Option<&'static Algorithm> {
    match key_type {
        KeyType::P256 => Some(&ECDH_P256),
        KeyType::P384 => Some(&ECDH_P384),
        KeyType::Rsa | KeyType::Ed25519 => None,
    }
}

/// The two parties' names, as the header has them (`apu`, `apv`): part of what the key is derived from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parties {
    pub(super) u: Vec<u8>,
    pub(super) v: Vec<u8>,
}

/// The content's key. `point` must lie on the private key's curve.
pub(super) fn derive(
    private: &PrivateKey,
    point: &[u8],
    encryption: ContentEncryption,
    parties: &Parties,
) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let public = UnparsedPublicKey::new(private.algorithm(), point);
    agree(private, public, Unspecified, |shared| {
        concat_kdf(shared, encryption, parties)
    })
}

/// Concat KDF (RFC 7518 §4.6.2) with SHA-256, as often as the key's length needs.
fn concat_kdf(
    shared: &[u8],
    encryption: ContentEncryption,
    parties: &Parties,
) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let len = encryption.key_len();
    let number = |number: usize| u32::try_from(number).map(u32::to_be_bytes);
    let mut info = Vec::new();
    for data in [encryption.as_str().as_bytes(), &parties.u, &parties.v] {
        info.extend(number(data.len()).map_err(|_| Unspecified)?);
        info.extend(data);
    }
    info.extend(number(len * 8).map_err(|_| Unspecified)?);
    let mut key = Zeroizing::new(Vec::with_capacity(len.next_multiple_of(32)));
    for round in 1..=len.div_ceil(32) {
        let mut hash = Sha256::new();
        hash.update(number(round).map_err(|_| Unspecified)?);
        hash.update(shared);
        hash.update(&info);
        key.extend(hash.finalize());
    }
    key.truncate(len);
    Ok(key)
}
