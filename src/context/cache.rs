use std::hash::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::keys::RingError;
use crate::store;

/// How long what was read from the database may be used: less than the five seconds that are promised.
pub const FRESH: Duration = Duration::from_secs(4);

/// A bounded memory of what was read, never older than [`FRESH`].
#[derive(Debug)]
pub struct Cache<K, V>(moka::sync::Cache<K, Arc<V>>)
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static;

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// With room for `capacity` entries.
    pub fn new(capacity: u64) -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(capacity)
                .time_to_live(FRESH)
                .build(),
        )
    }

    /// As [`Cache::new`], where a value may tell that it is to be read again sooner.
    pub fn expiring(capacity: u64, lasts: fn(&V) -> Duration) -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(capacity)
                .time_to_live(FRESH)
                .expire_after(Sooner(lasts))
                .build(),
        )
    }

    /// What is remembered under `key`.
    pub fn get<Q>(&self, key: &Q) -> Option<Arc<V>>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.0.get(key)
    }

    /// Remembers, and gives back.
    pub fn insert(&self, key: K, value: V) -> Arc<V> {
        let value = Arc::new(value);
        self.0.insert(key, Arc::clone(&value));
        value
    }

    /// Forgets one.
    pub fn remove(&self, key: &K) {
        self.0.invalidate(key);
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.0.invalidate_all();
    }
}

/// Each value's own time, from each reading anew.
struct Sooner<V>(fn(&V) -> Duration);

impl<K, V> moka::Expiry<K, Arc<V>> for Sooner<V> {
    fn expire_after_create(&self, _: &K, value: &Arc<V>, _: Instant) -> Option<Duration> {
        Some((self.0)(value))
    }

    fn expire_after_update(
        &self,
        _: &K,
        value: &Arc<V>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some((self.0)(value))
    }
}

/// A [`Cache`] that also keeps what it knew last: good enough while the database can't be asked, so that keys and
/// metadata stay readable (SEC-167).
#[derive(Debug)]
pub(super) struct Lasting<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    fresh: Cache<K, V>,
    last: moka::sync::Cache<K, Arc<V>>,
}

impl<K, V> Lasting<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// With room for `capacity` entries.
    pub(super) fn new(capacity: u64) -> Self {
        Self {
            fresh: Cache::new(capacity),
            last: moka::sync::Cache::new(capacity),
        }
    }

    /// As [`Lasting::new`], where a value may tell that it is to be read again sooner.
    pub(super) fn expiring(capacity: u64, lasts: fn(&V) -> Duration) -> Self {
        Self {
            fresh: Cache::expiring(capacity, lasts),
            last: moka::sync::Cache::new(capacity),
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
                self.last.invalidate(key);
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
