//! Keys that clients encrypt their request objects to (RFC 9101 §6.1, docs/decisions/0041): made, sealed, opened.

use std::sync::Arc;
use std::time::Duration;

use jose::{KeyManagement, KeyType, PrivateKey, RsaBits};

use super::{Place, RingError, Sealer};
use crate::base::Timestamp;
use crate::base::id::{AccountId, KeyId};
use crate::model::DecryptionKey;
use crate::model::sealed::Sealed;

/// A key that decrypts, parsed once.
#[derive(Debug)]
pub struct OpenedKey {
    /// The key; its `kid` is the record's.
    pub key: jose::DecryptionKey,
    /// Whether clients are to encrypt to it. Else it was replaced, and decrypts what is on its way.
    pub is_published: bool,
}

/// Opens a stored key. None where it is damaged or sealed under another key.
pub fn open_decryption_key(sealer: &Sealer, stored: &DecryptionKey) -> Option<jose::DecryptionKey> {
    let place = place(&stored.account_id, &stored.kid);
    let der = sealer.open(&place, &stored.private_key).ok()?;
    let key = jose::DecryptionKey::from_pkcs8_der(&der).ok()?;
    (key.public().management() == stored.alg).then(|| key.with_kid(stored.kid.as_str()))
}

/// The keys of `stored` that can be opened. Those that `former` has parsed are not parsed again.
pub(super) fn open_all(
    sealer: &Sealer,
    stored: &[DecryptionKey],
    former: &[Arc<OpenedKey>],
) -> Vec<Arc<OpenedKey>> {
    let opened = stored.iter().filter_map(|stored| {
        let is_published = stored.replaced_at.is_none();
        let known = former
            .iter()
            .find(|known| known.key.kid() == Some(stored.kid.as_str()) && known.is_published == is_published);
        if let Some(known) = known {
            return Some(Arc::clone(known));
        }
        let Some(key) = open_decryption_key(sealer, stored) else {
            tracing::error!(
                target: "audit", event = "keys.unusable", account = %stored.account_id, kid = %stored.kid,
                "decryption key can't be used"
            );
            return None;
        };
        Some(Arc::new(OpenedKey { key, is_published }))
    });
    opened.collect()
}

fn place<'a>(account: &'a AccountId, kid: &'a KeyId) -> Place<'a> {
    Place {
        table: "decryption_keys",
        column: "private_key",
        row: kid.as_str(),
        account: Some(account),
    }
}

/// Makes a key. It computes for a while, as a signing key does: call it where blocking is allowed.
pub fn new_decryption_key(
    account: &AccountId,
    management: KeyManagement,
    bits: RsaBits,
    sealer: &Sealer,
    now: Timestamp,
) -> Result<DecryptionKey, RingError> {
    let key_type = match management {
        KeyManagement::RsaOaep256 => KeyType::Rsa,
        KeyManagement::EcdhEs => KeyType::P256,
    };
    // A hyphen in front reads as a flag on a command line.
    let private = loop {
        let made = PrivateKey::generate(key_type.default_algorithm(), bits)?;
        if !made.kid().starts_with('-') {
            break made;
        }
    };
    let kid = KeyId::parse(private.kid())?;
    let sealed: Sealed = sealer
        .seal(&place(account, &kid), &private.to_pkcs8_der()?)
        .map_err(|_| RingError::Seal)?;
    Ok(DecryptionKey {
        account_id: account.clone(),
        kid,
        alg: management,
        private_key: sealed,
        created_at: now,
        replaced_at: None,
    })
}

/// A step of a decryption key's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecryptionStep {
    /// A new key is published in the place of the one that is there.
    Publish {
        /// How content keys reach it.
        alg: KeyManagement,
        /// The key that it takes over from.
        former: Option<KeyId>,
    },
    /// The key isn't published any more, and none takes over.
    Withdraw {
        /// The key.
        kid: KeyId,
    },
    /// The key is destroyed.
    Destroy {
        /// The key.
        kid: KeyId,
    },
}

/// The steps that are due at `now`: where the account takes encrypted request objects it has one published key of each kind,
/// no older than `every`; and what was replaced decrypts for `keep_after` more.
pub fn due_decryption(
    keys: &[DecryptionKey],
    is_served: bool,
    every: Option<Duration>,
    keep_after: Duration,
    now: Timestamp,
) -> Vec<DecryptionStep> {
    let mut steps = Vec::new();
    for alg in KeyManagement::ALL {
        let published = keys
            .iter()
            .find(|key| key.alg == alg && key.replaced_at.is_none());
        let is_old = |key: &DecryptionKey| every.is_some_and(|every| key.created_at + every <= now);
        match published {
            Some(key) if !is_served => steps.push(DecryptionStep::Withdraw { kid: key.kid.clone() }),
            Some(key) if is_old(key) => steps.push(DecryptionStep::Publish {
                alg,
                former: Some(key.kid.clone()),
            }),
            None if is_served => steps.push(DecryptionStep::Publish { alg, former: None }),
            Some(_) | None => {}
        }
    }
    let over = keys
        .iter()
        .filter(|key| key.replaced_at.is_some_and(|at| at + keep_after <= now));
    steps.extend(over.map(|key| DecryptionStep::Destroy { kid: key.kid.clone() }));
    steps
}
