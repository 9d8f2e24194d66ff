use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use crate::base::{Bounds, Cache};
use crate::keys::RingError;
use crate::store;

/// How long what was read from the database may be used: less than the five seconds that are promised.
pub const FRESH: Duration = Duration::from_secs(4);

/// A bounded memory of what was read, never older than [`FRESH`].
pub fn fresh<K, V>(capacity: u64) -> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    Cache::new(Bounds::entries(capacity).for_at_most(FRESH))
}

/// A [`fresh`] memory that also keeps what it knew last: good enough while the database can't be asked, so that keys and
/// metadata stay readable (SEC-167).
#[derive(Debug)]
pub(super) struct Lasting<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fresh: Cache<K, V>,
    last: Cache<K, V>,
}

impl<K, V> Lasting<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// With room for `capacity` entries.
    pub(super) fn new(capacity: u64) -> Self {
        Self {
            fresh: fresh(capacity),
            last: Cache::new(Bounds::entries(capacity)),
        }
    }

    /// As [`Lasting::new`], where a value may tell that it is to be read again sooner.
    pub(super) fn expiring(capacity: u64, lasts: fn(&V) -> Duration) -> Self {
        Self {
            fresh: Cache::expiring(Bounds::entries(capacity).for_at_most(FRESH), lasts),
            last: Cache::new(Bounds::entries(capacity)),
        }
    }

    /// What is remembered under `key`, and fresh.
    pub(super) fn get(&self, key: &K) -> Option<Arc<V>> {
        self.fresh.get(key)
    }

    /// What was known last under `key`.
    pub(super) fn last(&self, key: &K) -> Option<Arc<V>> {
        self.last.get(key)
    }

    /// Remembers what was read under `key`, or that there is nothing. Where it could not be read for the moment, what
    /// was known last is given back.
    pub(super) fn settle<E: Passing>(
        &self,
        key: &K,
        read: Result<Option<V>, E>,
    ) -> Result<Option<Arc<V>>, E> {
        match read {
            Ok(Some(value)) => {
                let value = self.fresh.insert(key.clone(), value);
                self.last.insert(key.clone(), Arc::clone(&value));
                Ok(Some(value))
            }
            Ok(None) => {
                self.last.remove(key);
                Ok(None)
            }
            Err(error) if error.passes() => self.last(key).map(Some).ok_or(error),
            Err(error) => Err(error),
        }
    }

    /// Demands that everything is read again.
    pub(super) fn clear(&self) {
        self.fresh.clear();
    }
}

/// An error that may pass by itself.
pub(super) trait Passing {
    /// Whether this one does.
    fn passes(&self) -> bool;
}

impl Passing for store::Error {
    fn passes(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl Passing for RingError {
    fn passes(&self) -> bool {
        matches!(self, Self::Store(error) if error.passes())
    }
}
