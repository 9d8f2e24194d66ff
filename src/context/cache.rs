use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

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
