//! A bounded memory, typed outside and erased inside: the machinery below is large, and compiled once for all of them.

use std::any::Any;
use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::policy::EvictionPolicy;

type Value = Arc<dyn Any + Send + Sync>;

/// What a cache holds at most, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many entries, or how much they weigh together.
    pub capacity: u64,
    /// How long an entry lasts; until others need its place where nothing is said.
    pub time_to_live: Option<Duration>,
    /// Whose place is taken: that of the entry that was used least lately, rather than least often.
    pub least_recent_goes: bool,
}

impl Bounds {
    /// So many entries, for as long as there is room.
    pub const fn entries(capacity: u64) -> Self {
        Self {
            capacity,
            time_to_live: None,
            least_recent_goes: false,
        }
    }

    /// The same, and none is older than that.
    #[must_use]
    pub const fn for_at_most(self, time_to_live: Duration) -> Self {
        Self {
            time_to_live: Some(time_to_live),
            ..self
        }
    }
}

/// A bounded memory of values by their keys. Clones share it.
pub struct Cache<K, V> {
    entries: moka::sync::Cache<Owned, Value>,
    types: PhantomData<fn(K) -> V>,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// With that much room.
    pub fn new(bounds: Bounds) -> Self {
        Self::of(builder(bounds).build())
    }

    /// As [`Cache::new`], where a value may tell that it lasts less than others, from each writing anew.
    pub fn expiring(bounds: Bounds, lasts: fn(&V) -> Duration) -> Self {
        let lasts = Lasts(Box::new(move |value| value.downcast_ref().map(lasts)));
        Self::of(builder(bounds).expire_after(lasts).build())
    }

    /// As [`Cache::new`], where each entry takes as much of the capacity as it weighs.
    pub fn weighing(bounds: Bounds, weight: fn(&K, &V) -> u32) -> Self {
        let weigh = move |key: &Owned, value: &Value| {
            let (key, value) = ((*key.0).as_any().downcast_ref(), value.downcast_ref());
            key.zip(value).map_or(u32::MAX, |(key, value)| weight(key, value))
        };
        Self::of(builder(bounds).weigher(weigh).build())
    }

    fn of(entries: moka::sync::Cache<Owned, Value>) -> Self {
        Self {
            entries,
            types: PhantomData,
        }
    }

    /// What is remembered under `key`.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        typed(self.entries.get(key as &dyn Key))
    }

    /// The same; where there is nothing, what `make` makes is remembered. Of several who make it at once, all get one's.
    pub fn get_or_insert(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        self.get(&key).unwrap_or_else(|| {
            let made = Arc::new(make());
            let kept = settle(&self.entries, Owned(Box::new(key)), made.clone());
            typed(Some(kept)).unwrap_or(made)
        })
    }

    /// Remembers it, and gives it back.
    pub fn insert(&self, key: K, value: impl Into<Arc<V>>) -> Arc<V> {
        let value = value.into();
        self.entries.insert(Owned(Box::new(key)), value.clone());
        value
    }

    /// Forgets what is under `key`, and tells what it was.
    pub fn remove(&self, key: &K) -> Option<Arc<V>> {
        typed(self.entries.remove(key as &dyn Key))
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.entries.invalidate_all();
    }
}

impl<K, V> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.clone(),
            types: PhantomData,
        }
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cache({} entries)", self.entries.entry_count())
    }
}

fn typed<V: Send + Sync + 'static>(value: Option<Value>) -> Option<Arc<V>> {
    value?.downcast().ok()
}

fn settle(entries: &moka::sync::Cache<Owned, Value>, key: Owned, value: Value) -> Value {
    entries.get_with(key, || value)
}

fn builder(bounds: Bounds) -> moka::sync::CacheBuilder<Owned, Value, moka::sync::Cache<Owned, Value>> {
    let mut builder = moka::sync::Cache::builder().max_capacity(bounds.capacity);
    if let Some(time_to_live) = bounds.time_to_live {
        builder = builder.time_to_live(time_to_live);
    }
    if bounds.least_recent_goes {
        builder = builder.eviction_policy(EvictionPolicy::lru());
    }
    builder
}

type Own = dyn Fn(&Value) -> Option<Duration> + Send + Sync;

/// Each value's own time.
struct Lasts(Box<Own>);

impl moka::Expiry<Owned, Value> for Lasts {
    fn expire_after_create(&self, _: &Owned, value: &Value, _: Instant) -> Option<Duration> {
        (self.0)(value)
    }

    fn expire_after_update(
        &self,
        _: &Owned,
        value: &Value,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        (self.0)(value)
    }
}

/// A key whose type is forgotten. Keys of two types are never equal. A box of one is a key too, and another: hence `(*key.0)`.
trait Key: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn is(&self, other: &dyn Any) -> bool;
    fn feed(&self, state: &mut dyn Hasher);
}

impl<K: Hash + Eq + Send + Sync + 'static> Key for K {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn feed(&self, mut state: &mut dyn Hasher) {
        self.hash(&mut state);
    }
}

impl Hash for dyn Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.feed(state);
    }
}

impl PartialEq for dyn Key {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.as_any())
    }
}

impl Eq for dyn Key {}

struct Owned(Box<dyn Key>);

impl Borrow<dyn Key> for Owned {
    fn borrow(&self) -> &(dyn Key + 'static) {
        &*self.0
    }
}

impl Hash for Owned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (*self.0).feed(state);
    }
}

impl PartialEq for Owned {
    fn eq(&self, other: &Self) -> bool {
        (*self.0).is((*other.0).as_any())
    }
}

impl Eq for Owned {}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::thread::sleep;

    use super::*;

    fn entries<K: Hash + Eq + Send + Sync + 'static>() -> Cache<K, u32> {
        Cache::new(Bounds::entries(10))
    }

    #[test]
    fn what_is_remembered_is_found_by_an_equal_key_until_it_is_forgotten() {
        let cache = entries::<(String, u8)>();
        let key = ("ana".to_owned(), 1);
        assert_eq!(cache.get(&key), None);
        assert_eq!(*cache.insert(key.clone(), 7), 7);
        assert_eq!(cache.clone().get(&key).as_deref(), Some(&7));
        assert_eq!(cache.get(&("ana".to_owned(), 2)), None);
        assert_eq!(cache.remove(&key).as_deref(), Some(&7));
        assert_eq!((cache.get(&key), cache.remove(&key)), (None, None));
        cache.insert(key.clone(), 8);
        cache.clear();
        assert_eq!(cache.get(&key), None);
    }

    #[test]
    fn what_is_there_is_not_made_again() {
        let (cache, made) = (entries::<u8>(), Cell::new(0));
        let make = || {
            made.set(made.get() + 1);
            made.get()
        };
        assert_eq!(
            (*cache.get_or_insert(1, make), *cache.get_or_insert(1, make)),
            (1, 1)
        );
        assert_eq!((*cache.get_or_insert(2, make), made.get()), (2, 2));
    }

    #[test]
    fn keys_of_two_types_are_never_equal() {
        let (byte, letter): (Owned, Owned) = (Owned(Box::new(65_u32)), Owned(Box::new('A')));
        assert!(byte != letter && byte == Owned(Box::new(65_u32)));
    }

    #[test]
    fn an_entry_lasts_as_long_as_its_cache_allows_and_as_it_says_itself() {
        let long = Duration::from_mins(1);
        let short = Duration::from_millis(20);
        let all: Cache<u8, u32> = Cache::new(Bounds::entries(10).for_at_most(short));
        let own: Cache<u8, u32> = Cache::expiring(Bounds::entries(10).for_at_most(long), |millis| {
            Duration::from_millis(u64::from(*millis))
        });
        all.insert(1, 1);
        own.insert(1, 20);
        own.insert(2, 20_000);
        sleep(short * 2);
        assert_eq!((all.get(&1), own.get(&1)), (None, None));
        assert_eq!(own.get(&2).as_deref(), Some(&20_000));
    }

    #[test]
    fn what_weighs_too_much_is_not_kept() {
        let cache: Cache<u8, String> = Cache::weighing(Bounds::entries(10), |_, text| {
            u32::try_from(text.len()).unwrap_or(u32::MAX)
        });
        cache.insert(1, "short".to_owned());
        cache.insert(2, "much too long".to_owned());
        cache.entries.run_pending_tasks();
        assert!(cache.get(&1).is_some() && cache.get(&2).is_none());
    }
}
