//! A bounded memory, typed outside and erased inside: the machinery below is large, and compiled once for all of them.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::{Cache as Entries, DefaultLifecycle, GuardResult};
use quick_cache::{DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter};

use super::Stopwatch;

type Value = Arc<dyn Any + Send + Sync>;

/// What a cache holds at most, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many entries, or how much they weigh together.
    pub capacity: u64,
    /// How long an entry lasts; until others need its place where nothing is said.
    pub time_to_live: Option<Duration>,
}

impl Bounds {
    /// So many entries, for as long as there is room.
    pub const fn entries(capacity: u64) -> Self {
        Self {
            capacity,
            time_to_live: None,
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
    entries: Arc<Entries<Owned, Entry, Weigh>>,
    lasts: Lasts,
    weight: Option<fn(&K, &V) -> u32>,
    types: PhantomData<fn(K) -> V>,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// With that much room.
    pub fn new(bounds: Bounds) -> Self {
        let time_to_live = bounds.time_to_live;
        Self::of(bounds, Arc::new(move |_| time_to_live), None)
    }

    /// As [`Cache::new`], where a value may tell that it lasts less than others, from each writing anew.
    pub fn expiring(bounds: Bounds, lasts: fn(&V) -> Duration) -> Self {
        let time_to_live = bounds.time_to_live;
        let lasts = move |value: &Value| {
            let own = value.downcast_ref().map(lasts);
            own.into_iter().chain(time_to_live).min()
        };
        Self::of(bounds, Arc::new(lasts), None)
    }

    /// As [`Cache::new`], where each entry takes as much of the capacity as it weighs.
    pub fn weighing(bounds: Bounds, weight: fn(&K, &V) -> u32) -> Self {
        let time_to_live = bounds.time_to_live;
        Self::of(bounds, Arc::new(move |_| time_to_live), Some(weight))
    }

    fn of(bounds: Bounds, lasts: Lasts, weight: Option<fn(&K, &V) -> u32>) -> Self {
        Self {
            entries: Arc::new(entries(bounds, weight.is_some())),
            lasts,
            weight,
            types: PhantomData,
        }
    }

    /// What is remembered under `key`.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        typed(get(&self.entries, key))
    }

    /// The same; where there is nothing, what `make` makes is remembered. Of several who make it at once, all get one's.
    pub fn get_or_insert(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        self.get(&key).unwrap_or_else(|| {
            let made = Arc::new(make());
            let entry = self.entry(&key, made.clone());
            let kept = settle(&self.entries, &Owned(Arc::new(key)), entry);
            typed(Some(kept)).unwrap_or(made)
        })
    }

    /// Remembers it, and gives it back.
    pub fn insert(&self, key: K, value: impl Into<Arc<V>>) -> Arc<V> {
        let value = value.into();
        let entry = self.entry(&key, value.clone());
        self.entries.insert(Owned(Arc::new(key)), entry);
        value
    }

    /// Forgets what is under `key`, and tells what it was.
    pub fn remove(&self, key: &K) -> Option<Arc<V>> {
        let (_, entry) = self.entries.remove(key as &dyn Key)?;
        typed(entry.lives().then_some(entry.value))
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.entries.clear();
    }

    fn entry(&self, key: &K, value: Arc<V>) -> Entry {
        // What it weighs is settled here: a value may change within.
        let weight = self.weight.map_or(1, |weight| weight(key, &value));
        let value: Value = value;
        let lasts = (self.lasts)(&value);
        Entry {
            weight: weight.into(),
            value,
            lasts: lasts.map(|lasts| (Stopwatch::start(), lasts)),
        }
    }
}

impl<K, V> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.clone(),
            lasts: self.lasts.clone(),
            weight: self.weight,
            types: PhantomData,
        }
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cache({} entries)", self.entries.len())
    }
}

fn typed<V: Send + Sync + 'static>(value: Option<Value>) -> Option<Arc<V>> {
    value?.downcast().ok()
}

fn get(entries: &Entries<Owned, Entry, Weigh>, key: &(dyn Key + 'static)) -> Option<Value> {
    let entry = entries.get(key)?;
    if entry.lives() {
        return Some(entry.value);
    }
    entries.remove_if(key, |entry| !entry.lives());
    None
}

fn settle(entries: &Entries<Owned, Entry, Weigh>, key: &Owned, entry: Entry) -> Value {
    match entries.get_value_or_guard(key, None) {
        GuardResult::Value(there) if there.lives() => return there.value,
        GuardResult::Guard(place) => {
            let value = entry.value.clone();
            let _ = place.insert(entry);
            return value;
        }
        GuardResult::Value(_) | GuardResult::Timeout => {}
    }
    let value = entry.value.clone();
    entries.insert(key.clone(), entry);
    value
}

fn entries(bounds: Bounds, weighs: bool) -> Entries<Owned, Entry, Weigh> {
    // What weighs is large: each part of the room would be too small for it. Room is made when it is needed.
    let parts = if weighs || bounds.capacity < 1_000 { 1 } else { 8 };
    let options = OptionsBuilder::new()
        .shards(parts)
        .estimated_items_capacity(parts)
        .weight_capacity(bounds.capacity)
        .build();
    let (hasher, rest) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
    match options {
        Ok(options) => Entries::with_options(options, Weigh, hasher, rest),
        // Only an option that is missing could be refused.
        Err(_) => Entries::with(parts, bounds.capacity, Weigh, hasher, rest),
    }
}

/// A value, what it weighs, and since when and how long it counts.
#[derive(Clone)]
struct Entry {
    value: Value,
    weight: u64,
    lasts: Option<(Stopwatch, Duration)>,
}

impl Entry {
    fn lives(&self) -> bool {
        self.lasts.is_none_or(|(since, lasts)| since.elapsed() < lasts)
    }
}

/// How long a value counts.
type Lasts = Arc<dyn Fn(&Value) -> Option<Duration> + Send + Sync>;

/// An entry takes as much of the capacity as it weighed when it came.
#[derive(Clone)]
struct Weigh;

impl Weighter<Owned, Entry> for Weigh {
    fn weight(&self, _: &Owned, entry: &Entry) -> u64 {
        entry.weight
    }
}

/// A key whose type is forgotten. Keys of two types are never equal. What owns one is a key too, and another: hence `(*key.0)`.
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

#[derive(Clone)]
struct Owned(Arc<dyn Key>);

impl Equivalent<Owned> for dyn Key {
    fn equivalent(&self, key: &Owned) -> bool {
        self.is((*key.0).as_any())
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
    use std::sync::Mutex;
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
        let (byte, letter): (Owned, Owned) = (Owned(Arc::new(65_u32)), Owned(Arc::new('A')));
        assert!(byte != letter && byte == Owned(Arc::new(65_u32)));
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
    fn a_value_that_changes_within_weighs_what_it_weighed_when_it_came() {
        let weight = |_: &u8, value: &Mutex<u32>| *value.lock().unwrap();
        let cache: Cache<u8, Mutex<u32>> = Cache::weighing(Bounds::entries(10), weight);
        let value = cache.insert(1, Mutex::new(2));
        *value.lock().unwrap() = 8;
        cache.insert(1, value.clone());
        cache.insert(2, Mutex::new(8));
        assert_eq!((cache.get(&1).is_some(), cache.get(&2).is_some()), (false, true));
    }

    #[test]
    fn what_weighs_too_much_is_not_kept() {
        let cache: Cache<u8, String> = Cache::weighing(Bounds::entries(10), |_, text| {
            u32::try_from(text.len()).unwrap_or(u32::MAX)
        });
        cache.insert(1, "short".to_owned());
        cache.insert(2, "much too long".to_owned());
        assert!(cache.get(&1).is_some() && cache.get(&2).is_none());
    }
}
