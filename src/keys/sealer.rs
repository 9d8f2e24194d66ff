//! The sealing keys that a process holds: one seals, and others open what they sealed while the key is being changed.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::hkdf;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::seal::{CannotOpen, SealingKey};
use super::{Place, SealingKeyError, sealing_key};
use crate::config::SealSources;
use crate::model::{Sealed, SealingKeyId};
use crate::store::{Db, sealing_checks};

/// Seals, opens, and derives keys for other purposes.
pub struct Sealer {
    held: ArcSwap<Held>,
    root: Zeroizing<[u8; 32]>,
    /// Where keys are; nowhere for a key that was given by itself.
    sources: Option<SealSources>,
    /// Taken by whoever reads them.
    reading: Mutex<()>,
}

/// Keys, once held, stay: what was read before it was sealed anew opens still.
#[derive(Clone)]
pub(super) struct Held {
    /// The one that seals.
    pub(super) sealing: Arc<SealingKey>,
    /// The others.
    pub(super) opening: Vec<Arc<SealingKey>>,
}

impl Held {
    pub(super) fn find(&self, id: SealingKeyId) -> Option<&Arc<SealingKey>> {
        std::iter::once(&self.sealing)
            .chain(&self.opening)
            .find(|key| key.id() == id)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.id())
    }
}

impl Sealer {
    /// From the 32 bytes of the one sealing key of a database that knows no other.
    pub fn new(secret: &[u8; 32]) -> Result<Self, CannotOpen> {
        let key = Arc::new(SealingKey::new(secret)?);
        let root = key.extracted().clone();
        let held = Held {
            sealing: key,
            opening: Vec::new(),
        };
        Ok(Self::holding(held, root, None))
    }

    pub(super) fn holding(held: Held, root: Zeroizing<[u8; 32]>, sources: Option<SealSources>) -> Self {
        Self {
            held: ArcSwap::from_pointee(held),
            root,
            sources,
            reading: Mutex::new(()),
        }
    }

    pub(super) const fn sources(&self) -> Option<&SealSources> {
        self.sources.as_ref()
    }

    /// Whether it has that key, to open or to seal.
    pub fn holds(&self, id: SealingKeyId) -> bool {
        self.held(id).is_some()
    }

    pub(super) fn held(&self, id: SealingKeyId) -> Option<Arc<SealingKey>> {
        self.held.load().find(id).cloned()
    }

    pub(super) fn with_sealing<T>(&self, work: impl FnOnce(&SealingKey) -> T) -> T {
        work(&self.held.load().sealing)
    }

    /// The id of the key that seals.
    pub fn id(&self) -> SealingKeyId {
        self.with_sealing(SealingKey::id)
    }

    /// Seals a value for its place.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Sealed, CannotOpen> {
        self.with_sealing(|key| key.seal(place, plain))
    }

    /// Opens a value at its place, under whichever of the keys it is.
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let id = sealed.key_id().ok_or(CannotOpen)?;
        self.held(id).ok_or(CannotOpen)?.open(place, sealed)
    }

    /// A key for one purpose, derived from the server's root secret (RFC 5869): the same on every node, whichever key
    /// seals, and of no use for any other purpose.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let root = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, self.root.as_slice());
        let mut key = Zeroizing::new([0; 32]);
        // A 32-byte output of one block is always within HKDF's bounds; if it ever weren't, nothing is derived.
        let filled = root
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|expanded| expanded.fill(key.as_mut_slice()));
        if filled.is_err() {
            std::process::abort();
        }
        key
    }

    /// Reads, where one of these values is under a key that isn't held, the keys that the database knows by now.
    pub async fn meet<'v>(&self, db: &Db, values: impl IntoIterator<Item = &'v Sealed> + Send) {
        let is_strange = {
            let held = self.held.load();
            let mut ids = values.into_iter().filter_map(Sealed::key_id);
            ids.any(|id| held.find(id).is_none())
        };
        if is_strange && let Err(error) = Box::pin(self.follow(db)).await {
            tracing::error!(target: "audit", event = "storage.master_key", %error, "a sealing key can't be had");
        }
    }

    /// Seals from now on with the key that the database names, and opens with every key that it knows; those that
    /// aren't held are looked for where keys are. What is held stays where that fails (SEC-016).
    pub async fn follow(&self, db: &Db) -> Result<(), SealingKeyError> {
        let Some(sources) = &self.sources else {
            return Ok(());
        };
        let checks = sealing_checks::list(db).await?;
        if sealing_key::holds_all(&self.held.load(), &checks) {
            return Ok(());
        }
        // Whoever reads them already does it for all.
        let Ok(_reading) = self.reading.try_lock() else {
            return Ok(());
        };
        let former = Held::clone(&self.held.load());
        let held = sealing_key::find(sources, &checks, Some(&former)).await?;
        if held.sealing.id() != former.sealing.id() {
            tracing::info!(target: "audit", event = "storage.master_key", key = %held.sealing.id(), former = %former.sealing.id(), "another sealing key seals");
        }
        self.held.store(Arc::new(held));
        Ok(())
    }
}

#[cfg(test)]
#[path = "sealer_tests.rs"]
mod tests;
