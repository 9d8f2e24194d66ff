//! An account's keys as a snapshot: private keys parsed once, the JWK set serialised once.

use std::collections::HashMap;
use std::sync::Arc;

use jose::{Algorithm, JwkSet, PrivateKey, PublicKey, RsaBits, Signer};
use sha2::{Digest as _, Sha256};

use super::{Place, Sealer};
use crate::base::id::{AccountId, KeyId};
use crate::base::{Timestamp, hex};
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store::{self, Db};

/// Why there is no ring, or no key.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// The database can't be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A key can't be made.
    #[error("a signing key can't be made: {0}")]
    Key(#[from] jose::KeyError),
    /// A key can't be sealed.
    #[error("a signing key can't be sealed")]
    Seal,
    /// Not a key that can be stored.
    #[error("a signing key's id is unusable: {0}")]
    Id(#[from] crate::base::id::InvalidId),
}

/// An account's published keys, and the ones that sign.
#[derive(Debug)]
pub struct KeyRing {
    signers: HashMap<Algorithm, Arc<Signer>>,
    published: Vec<PublicKey>,
    /// The JWK set (RFC 7517 §5) as it is served.
    pub jwks: Box<[u8]>,
    /// Its entity tag.
    pub etag: String,
    /// Keys that could not be opened: nothing is signed with them, and readiness tells (SEC-151).
    pub unusable: Vec<KeyId>,
}

impl KeyRing {
    /// The key that signs with `algorithm`. None where the account has none, or it can't be used: then nothing is
    /// issued, and no other algorithm takes its place (SEC-016).
    pub fn signer(&self, algorithm: Algorithm) -> Option<&Arc<Signer>> {
        self.signers.get(&algorithm)
    }

    /// The algorithms that it signs with.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.signers.keys().copied()
    }

    /// The published keys, oldest first.
    pub fn published(&self) -> &[PublicKey] {
        &self.published
    }
}

/// Reads an account's ring. Keys that `former` has parsed are not parsed again.
pub async fn load_ring(
    db: &Db,
    sealer: &Sealer,
    account: &AccountId,
    former: Option<&KeyRing>,
) -> Result<KeyRing, RingError> {
    let keys = store::signing_keys::list_published(db, account).await?;
    let mut ring = KeyRing {
        signers: HashMap::new(),
        published: Vec::with_capacity(keys.len()),
        jwks: Box::default(),
        etag: String::new(),
        unusable: Vec::new(),
    };
    for key in &keys {
        let Ok(public) = public(key) else {
            tracing::error!(target: "audit", event = "storage.decrypt_failed", %account, kid = %key.kid, "public key unreadable");
            ring.unusable.push(key.kid.clone());
            continue;
        };
        ring.published.push(public);
        if key.state != KeyState::Active {
            continue;
        }
        let known = former
            .and_then(|former| former.signer(key.alg))
            .filter(|signer| signer.kid() == key.kid.as_str());
        let signer = match known {
            Some(signer) => Some(Arc::clone(signer)),
            None => open(sealer, key).map(Arc::new),
        };
        if let Some(signer) = signer {
            ring.signers.insert(key.alg, signer);
        } else {
            tracing::error!(target: "audit", event = "keys.unusable", %account, kid = %key.kid, "active key can't be used");
            ring.unusable.push(key.kid.clone());
        }
    }
    ring.jwks = serde_json::to_vec(&JwkSet::of(&ring.published))
        .unwrap_or_default()
        .into_boxed_slice();
    ring.etag = format!("\"{}\"", hex(&Sha256::digest(&ring.jwks)));
    Ok(ring)
}

fn public(key: &SigningKey) -> Result<PublicKey, jose::JwkError> {
    PublicKey::from_jwk(&jose::Jwk::parse(key.public_jwk.as_bytes())?, Some(key.alg))
}

/// Opens a private key and proves that it signs what its public half verifies (SEC-016).
fn open(sealer: &Sealer, key: &SigningKey) -> Option<Signer> {
    let sealed = key.private_key.as_deref()?;
    let der = sealer.open(&place(&key.account_id, &key.kid), sealed).ok()?;
    let private = PrivateKey::from_pkcs8_der(key.alg, &der).ok()?;
    if private.kid() != key.kid.as_str() || private.sign_and_verify().is_err() {
        return None;
    }
    Some(Signer::new(private))
}

fn place<'a>(account: &'a AccountId, kid: &'a KeyId) -> Place<'a> {
    Place {
        table: "signing_keys",
        column: "private_key",
        row: kid.as_str(),
        account: Some(account),
    }
}

/// Makes a key that signs from `now` on. It computes for a while (an RSA key of 2048 bits some 100 ms): call it
/// where blocking is allowed.
pub fn new_signing_key(
    account: &AccountId,
    algorithm: Algorithm,
    sealer: &Sealer,
    now: Timestamp,
) -> Result<SigningKey, RingError> {
    // One thumbprint in 64 begins with a hyphen, which reads as a flag on a command line: such a key is not kept.
    let private = loop {
        let made = PrivateKey::generate(algorithm, RsaBits::Rsa2048)?;
        if !made.kid().starts_with('-') {
            break made;
        }
    };
    let kid = KeyId::parse(private.kid())?;
    let der = private.to_pkcs8_der()?;
    let sealed = sealer
        .seal(&place(account, &kid), &der)
        .map_err(|_| RingError::Seal)?;
    let public_jwk = serde_json::to_string(&private.public().to_jwk()).map_err(|_| RingError::Seal)?;
    Ok(SigningKey {
        account_id: account.clone(),
        kid,
        alg: algorithm,
        state: KeyState::Active,
        public_jwk,
        private_key: Some(sealed),
        created_at: now,
        activate_at: Some(now),
        activated_at: Some(now),
        retire_at: None,
        retired_at: None,
    })
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
