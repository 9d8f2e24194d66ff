//! An account's keys as a snapshot: private keys parsed once, the JWK set serialised once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jose::{Algorithm, JwkSet, PrivateKey, PublicKey, RsaBits, Signer};
use sha2::{Digest as _, Sha256};

use super::decryption::{OpenedKey, open_all};
use super::rotation::{Plan, next_activation};
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

/// A key that can sign, parsed once.
#[derive(Debug)]
pub struct RingKey {
    /// Its id.
    pub kid: KeyId,
    /// Signs with it.
    pub signer: Signer,
}

/// An account's published keys, and the ones that sign.
#[derive(Debug)]
pub struct KeyRing {
    active: HashMap<Algorithm, Arc<RingKey>>,
    signers: HashMap<KeyId, Arc<RingKey>>,
    published: Vec<PublicKey>,
    burnt: HashSet<KeyId>,
    decryption: Vec<Arc<OpenedKey>>,
    /// The JWK set (RFC 7517 §5) as it is served: keys to verify with, oldest first, then those to encrypt to, for readers
    /// who take the first one that they find.
    pub jwks: Box<[u8]>,
    /// Its entity tag.
    pub etag: String,
    /// When a key is to begin signing that a verifier's copy may lack; none while nothing is planned.
    pub next_activation: Option<Timestamp>,
    /// Keys that could not be opened: nothing is signed with them, and readiness tells (SEC-151).
    pub unusable: Vec<KeyId>,
    /// The algorithms of those among them that are to sign.
    pub unusable_active: Vec<Algorithm>,
}

impl KeyRing {
    /// The key that signs with `algorithm`. None where the account has none, or it can't be used: then nothing is
    /// issued, and no other algorithm takes its place (SEC-016).
    pub fn active(&self, algorithm: Algorithm) -> Option<&Arc<RingKey>> {
        self.active.get(&algorithm)
    }

    /// A published key that can sign, whether or not it is the active one: for clients that hold on to one.
    pub fn find(&self, kid: &KeyId) -> Option<&Arc<RingKey>> {
        self.signers.get(kid)
    }

    /// The algorithms that it signs with.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.active.keys().copied()
    }

    /// The keys that decrypt what clients encrypt for the account, newest first. None of them signs.
    pub fn decryption(&self) -> &[Arc<OpenedKey>] {
        &self.decryption
    }

    /// The published keys that sign, oldest first.
    pub fn published(&self) -> &[PublicKey] {
        &self.published
    }

    fn give_up(&mut self, key: &SigningKey) {
        self.unusable.push(key.kid.clone());
        if key.state == KeyState::Active {
            self.unusable_active.push(key.alg);
        }
    }

    /// Whether the key was burnt: what it signed, and what was given beside that, counts no more (SEC-017).
    pub fn is_burnt(&self, kid: &KeyId) -> bool {
        self.burnt.contains(kid)
    }
}

/// Reads an account's ring. Keys that `former` has parsed are not parsed again.
pub async fn load_ring(
    db: &Db,
    sealer: &Sealer,
    account: &AccountId,
    plan: &Plan,
    former: Option<&KeyRing>,
) -> Result<KeyRing, RingError> {
    let keys = store::signing_keys::list_published(db, account).await?;
    let burnt = store::signing_keys::list_burnt(db, account).await?;
    sealer
        .meet(db, keys.iter().filter_map(|key| key.private_key.as_ref()))
        .await;
    let stored = store::decryption_keys::list(db, account).await?;
    sealer.meet(db, stored.iter().map(|key| &key.private_key)).await;
    let mut ring = KeyRing {
        active: HashMap::new(),
        signers: HashMap::new(),
        published: Vec::with_capacity(keys.len()),
        burnt: burnt.into_iter().collect(),
        decryption: open_all(sealer, &stored, former.map_or(&[], |former| &former.decryption)),
        jwks: Box::default(),
        etag: String::new(),
        next_activation: next_activation(&keys, plan),
        unusable: Vec::new(),
        unusable_active: Vec::new(),
    };
    for key in &keys {
        let Ok(public) = public(key) else {
            tracing::error!(target: "audit", event = "storage.decrypt_failed", %account, kid = %key.kid, "public key unreadable");
            ring.give_up(key);
            continue;
        };
        ring.published.push(public);
        let known = former.and_then(|former| former.find(&key.kid)).map(Arc::clone);
        let Some(signer) = known.or_else(|| open(sealer, key).map(Arc::new)) else {
            tracing::error!(target: "audit", event = "keys.unusable", %account, kid = %key.kid, state = %key.state, "key can't be used");
            ring.give_up(key);
            continue;
        };
        if key.state == KeyState::Active {
            ring.active.insert(key.alg, Arc::clone(&signer));
        }
        ring.signers.insert(key.kid.clone(), signer);
    }
    let mut set = JwkSet::of(&ring.published);
    let published = ring.decryption.iter().filter(|opened| opened.is_published);
    set.keys
        .extend(published.map(|opened| opened.key.public().to_jwk()));
    ring.jwks = serde_json::to_vec(&set).unwrap_or_default().into_boxed_slice();
    ring.etag = format!("\"{}\"", hex(&Sha256::digest(&ring.jwks)));
    Ok(ring)
}

fn public(key: &SigningKey) -> Result<PublicKey, jose::JwkError> {
    PublicKey::from_jwk(&jose::Jwk::parse(key.public_jwk.as_bytes())?, Some(key.alg))
}

/// Opens a private key and proves that it signs what its public half verifies (SEC-016).
fn open(sealer: &Sealer, key: &SigningKey) -> Option<RingKey> {
    let private = open_private_key(sealer, key)?;
    private.sign_and_verify().ok()?;
    Some(RingKey {
        kid: key.kid.clone(),
        signer: Signer::new(private),
    })
}

/// Opens a stored private key. None where it is gone, damaged or sealed under another key.
pub fn open_private_key(sealer: &Sealer, key: &SigningKey) -> Option<PrivateKey> {
    let sealed = key.private_key.as_ref()?;
    let der = sealer.open(&place(&key.account_id, &key.kid), sealed).ok()?;
    let private = PrivateKey::from_pkcs8_der(key.alg, &der).ok()?;
    (private.kid() == key.kid.as_str()).then_some(private)
}

fn place<'a>(account: &'a AccountId, kid: &'a KeyId) -> Place<'a> {
    Place {
        table: "signing_keys",
        column: "private_key",
        row: kid.as_str(),
        account: Some(account),
    }
}

/// Makes a key, pending, with no time yet to begin. It computes for a while (an RSA key of 2048 bits some 100 ms): call
/// it where blocking is allowed.
pub fn new_signing_key(
    account: &AccountId,
    algorithm: Algorithm,
    bits: RsaBits,
    sealer: &Sealer,
    now: Timestamp,
) -> Result<SigningKey, RingError> {
    // One thumbprint in 64 begins with a hyphen, which reads as a flag on a command line: such a key is not kept.
    let private = loop {
        let made = PrivateKey::generate(algorithm, bits)?;
        if !made.kid().starts_with('-') {
            break made;
        }
    };
    seal_signing_key(account, &private, sealer, now)
}

/// The record of a private key, pending, sealed under the sealing key.
pub fn seal_signing_key(
    account: &AccountId,
    private: &PrivateKey,
    sealer: &Sealer,
    now: Timestamp,
) -> Result<SigningKey, RingError> {
    let kid = KeyId::parse(private.kid())?;
    let der = private.to_pkcs8_der()?;
    let sealed = sealer
        .seal(&place(account, &kid), &der)
        .map_err(|_| RingError::Seal)?;
    let public_jwk = serde_json::to_string(&private.public().to_jwk()).map_err(|_| RingError::Seal)?;
    Ok(SigningKey {
        account_id: account.clone(),
        kid,
        alg: private.algorithm(),
        state: KeyState::Pending,
        public_jwk,
        private_key: Some(sealed),
        created_at: now,
        activate_at: None,
        activated_at: None,
        retire_at: None,
        retired_at: None,
        stopped_at: None,
        burnt_at: None,
    })
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
