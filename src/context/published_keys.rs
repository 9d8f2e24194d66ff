use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jose::{Algorithm, JwkSet, JwkSetError, PublicKey};
use outbound::Accept;
use url::Url;

use crate::base::{Bounds, Cache, Clock, Timestamp};

/// The most keys that are kept, over all sets.
const MOST: u64 = 100_000;

/// How long what others publish is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// How long published keys are used without asking for them again: a key that was withdrawn is used no longer.
    pub(super) fresh: Duration,
    /// How long they are used while their owner can't be asked.
    pub(super) lasts: Duration,
    /// At most this often a set is fetched because it lacks a key.
    pub(super) again: Duration,
}

/// The keys to verify with that others publish, each set by whose it is and where it stands.
#[derive(Debug)]
pub(super) struct PublishedKeys<W: Hash + Eq + Send + Sync + 'static> {
    clock: Clock,
    terms: Terms,
    places: Cache<(W, Url), Place>,
}

/// A place where keys are published.
#[derive(Debug, Default)]
struct Place {
    known: Mutex<Known>,
    /// Whoever holds it may ask there.
    turn: tokio::sync::Mutex<()>,
}

/// What was found there.
#[derive(Clone, Debug, Default)]
struct Known {
    keys: Arc<Keys>,
    read_at: Option<Timestamp>,
    /// When it was asked last although it was fresh, since a key was missing.
    asked_again_at: Option<Timestamp>,
}

/// Why there is no set.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PublishedKeysError {
    /// What is published isn't a JWK set of public keys.
    #[error("gives what can't be used: {0}")]
    Set(#[from] JwkSetError),
    /// Its server can't be asked.
    #[error("can't be asked: {0}")]
    Unreachable(#[from] outbound::Error),
    /// It answers with an error.
    #[error("answered {0}")]
    Status(u16),
    /// The server is stopping.
    #[error("was left before it answered")]
    Abandoned,
}

impl PublishedKeysError {
    /// Whether it may pass by itself, so that it is worth another try.
    pub const fn passes(&self) -> bool {
        match self {
            Self::Set(_) => false,
            Self::Unreachable(_) | Self::Status(_) | Self::Abandoned => true,
        }
    }
}

/// Where a key, or that there is none, is known from.
#[derive(Clone, Debug)]
pub enum Whence {
    /// From what was fetched before.
    Memory,
    /// Fetched just now.
    Fetched,
    /// From what was fetched before, since it can't be fetched now.
    Outage(PublishedKeysError),
}

impl<W: Clone + Hash + Eq + Send + Sync + 'static> PublishedKeys<W> {
    pub(super) fn new(clock: Clock, terms: Terms) -> Self {
        Self {
            clock,
            terms,
            places: Cache::weighing(Bounds::entries(MOST), |_, place| place.weight()),
        }
    }

    /// The key that is published there. An unknown one is asked for at once, but not more often than the terms allow: its
    /// owner may have changed its keys, and anybody may name a key that never was.
    pub(super) async fn find(
        &self,
        http: &outbound::Client,
        at: (W, Url),
        wanted: &Wanted<'_>,
    ) -> Result<(Option<PublicKey>, Whence), PublishedKeysError> {
        let Terms { fresh, lasts, again } = self.terms;
        let place = self.places.get_or_insert(at.clone(), Place::default);
        if let Some(key) = place
            .known()
            .younger_than(fresh, self.clock.now())
            .and_then(|it| it.find(wanted))
        {
            return Ok((Some(key), Whence::Memory));
        }
        let _turn = place.turn.lock().await;
        // Somebody else's turn may have brought it.
        let now = self.clock.now();
        let known = place.known();
        let is_fresh = if let Some(keys) = known.younger_than(fresh, now) {
            if let Some(key) = keys.find(wanted) {
                return Ok((Some(key), Whence::Memory));
            }
            if known.asked_again_at.is_some_and(|at| now.since(at) < again) {
                return Ok((None, Whence::Memory));
            }
            true
        } else {
            false
        };
        if is_fresh {
            place.note(|known| known.asked_again_at = Some(now));
        }
        let former = known.younger_than(lasts, now).and_then(|keys| keys.find(wanted));
        match self.fetch(http.clone(), at, Arc::clone(&place), now).await {
            Ok(keys) => Ok((keys.find(wanted), Whence::Fetched)),
            Err(error) => match former {
                Some(key) => {
                    tracing::warn!(%error, kid = key.kid(), "verified with the key that was published before");
                    Ok((Some(key), Whence::Outage(error)))
                }
                // It was there a moment ago: what is missing is the key, not the set.
                None if is_fresh => Ok((None, Whence::Outage(error))),
                None => Err(error),
            },
        }
    }

    /// Whether anything was ever read there.
    pub(super) fn knows(&self, at: &(W, Url)) -> bool {
        let place = self.places.get(at);
        place.is_some_and(|place| place.known().read_at.is_some())
    }

    /// Takes a set for what was read there at that time, unless something was read since.
    pub(super) fn remember(&self, at: &(W, Url), set: &JwkSet, read_at: Timestamp) {
        let place = self.places.get_or_insert(at.clone(), Place::default);
        place.note(|known| {
            if known.read_at.is_none() {
                known.keys = Arc::new(Keys::of(set));
                known.read_at = Some(read_at);
            }
        });
        // Once more, since its weight has changed.
        self.places.insert(at.clone(), place);
    }

    /// The keys for that algorithm that were read there last, and when.
    pub(super) fn known(&self, at: &(W, Url), algorithm: Algorithm) -> Option<(JwkSet, Timestamp)> {
        let known = self.places.get(at)?.known();
        let keys = known.keys.0.iter().filter(|key| key.algorithm() == algorithm);
        Some((JwkSet::of(keys), known.read_at?))
    }

    /// In a task of its own, so that what is fetched is kept even if nobody waits for it any more.
    async fn fetch(
        &self,
        http: outbound::Client,
        at: (W, Url),
        place: Arc<Place>,
        now: Timestamp,
    ) -> Result<Arc<Keys>, PublishedKeysError> {
        let kept = self.places.clone();
        let fetched = tokio::spawn(async move {
            let answer = http.get(&at.1, Accept::Json).await?;
            if !answer.status.is_success() {
                return Err(PublishedKeysError::Status(answer.status.as_u16()));
            }
            let keys = Arc::new(Keys::of(&JwkSet::parse_public(&answer.body)?));
            place.note(|known| {
                known.keys = Arc::clone(&keys);
                known.read_at = Some(now);
            });
            // Once more, since its weight has changed.
            kept.insert(at, place);
            Ok(keys)
        });
        fetched.await.unwrap_or(Err(PublishedKeysError::Abandoned))
    }
}

impl Place {
    fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn weight(&self) -> u32 {
        u32::try_from(self.known().keys.0.len()).map_or(u32::MAX, |keys| keys.saturating_add(1))
    }
}

impl Known {
    fn younger_than(&self, age: Duration, now: Timestamp) -> Option<&Keys> {
        self.read_at
            .filter(|read_at| now.since(*read_at) < age)
            .map(|_| &*self.keys)
    }
}

/// What a key is looked for by.
pub(super) enum Wanted<'a> {
    /// What a token's header says.
    Signature {
        kid: Option<&'a str>,
        algorithm: Algorithm,
    },
    /// What it is itself.
    Thumbprint(&'a str),
}

/// The keys of a set that verify signatures, parsed once: one for each algorithm that a key may be used with.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<PublicKey>);

impl Keys {
    /// What can't be used is left out: keys to encrypt with, of unknown types, too short ones (SEC-018).
    pub(super) fn of(set: &JwkSet) -> Self {
        Self(
            set.keys
                .iter()
                .flat_map(|jwk| {
                    Algorithm::ALL
                        .into_iter()
                        .filter_map(|algorithm| PublicKey::from_jwk(jwk, Some(algorithm)).ok())
                })
                .collect(),
        )
    }

    /// The key under that id for that algorithm. A token without `kid` gets the only one for its algorithm, where there
    /// is only one (OpenID Connect Core §10.1).
    pub(super) fn find(&self, wanted: &Wanted<'_>) -> Option<PublicKey> {
        let (kid, algorithm) = match wanted {
            Wanted::Signature { kid, algorithm } => (*kid, *algorithm),
            Wanted::Thumbprint(thumbprint) => {
                return self.0.iter().find(|key| key.thumbprint() == *thumbprint).cloned();
            }
        };
        let mut fitting = self
            .0
            .iter()
            .filter(|key| key.algorithm() == algorithm && kid.is_none_or(|kid| kid == key.kid()));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Some(key.clone()),
            (Some(key), Some(_)) if kid.is_some() => Some(key.clone()),
            _ => None,
        }
    }
}
