use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jose::verify::Jws;
use jose::{Algorithm, JwkSet, JwkSetError, Policy, PublicKey, Verified, VerifyError};
use outbound::Accept;
use url::Url;

use super::{Outbound, OutboundError};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Clock, Timestamp};
use crate::model::Client;

/// How long published keys are used without asking for them again: a key that was withdrawn is used no longer.
const FRESH: Duration = Duration::from_mins(5);
/// How long they are used while their owner can't be asked.
const LASTS: Duration = Duration::from_hours(1);
/// At most this often a set is fetched because it lacks a key.
const AGAIN: Duration = Duration::from_mins(1);
/// The most keys that are kept, over all sets.
const MOST: u64 = 100_000;

/// The keys with which clients sign what they send: given by value, or published and fetched. The one place where a
/// client's own signature is verified, whatever it stands under: a request object, an assertion.
#[derive(Debug)]
pub struct ClientKeys {
    clock: Clock,
    outbound: Arc<Outbound>,
    given: moka::sync::Cache<Given, Arc<Keys>>,
    published: moka::sync::Cache<(AccountId, Url), Arc<Place>>,
}

/// A client's own keys, as they were when it was last changed.
type Given = (AccountId, ClientId, Timestamp);

/// A place where a client publishes its keys.
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

/// Why a client's signature isn't accepted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ClientKeyError {
    /// The client has neither `jwks` nor `jwks_uri`.
    #[error("the client has no keys")]
    NoKeys,
    /// The token breaks a rule, or its key isn't one of the client's.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// What is published isn't a JWK set of public keys.
    #[error("what jwks_uri gives can't be used: {0}")]
    Set(#[from] JwkSetError),
    /// Nobody can be called.
    #[error(transparent)]
    Setup(#[from] OutboundError),
    /// The client's server can't be asked.
    #[error("jwks_uri can't be asked: {0}")]
    Unreachable(#[from] outbound::Error),
    /// It answers with an error.
    #[error("jwks_uri answered {0}")]
    Status(u16),
    /// The server is stopping.
    #[error("the call to jwks_uri was abandoned")]
    Abandoned,
}

impl ClientKeyError {
    /// Whether it may pass by itself, so that it is worth another try.
    pub const fn passes(&self) -> bool {
        match self {
            Self::NoKeys | Self::Verify(_) | Self::Set(_) | Self::Setup(_) => false,
            Self::Unreachable(_) | Self::Status(_) | Self::Abandoned => true,
        }
    }
}

impl ClientKeys {
    pub(super) fn new(clock: Clock, outbound: Arc<Outbound>) -> Self {
        Self {
            clock,
            outbound,
            given: moka::sync::Cache::new(10_000),
            published: moka::sync::Cache::builder()
                .max_capacity(MOST)
                .weigher(|_, place: &Arc<Place>| place.weight())
                .build(),
        }
    }

    /// Verifies a JWT that the client has signed, as `policy` demands: its `algorithms` are those that the client may use
    /// here. A key of ours' record settles the algorithm: an RSA key that names none may be used with each of RSA's that
    /// the policy allows (SEC-001).
    pub async fn verify(
        &self,
        client: &Client,
        token: &str,
        policy: &Policy<'_>,
    ) -> Result<Verified, ClientKeyError> {
        let jws = Jws::parse(token)?;
        let algorithm = jws.header().algorithm;
        if !policy.algorithms.contains(&algorithm) {
            return Err(VerifyError::AlgorithmNotAllowed(algorithm).into());
        }
        let wanted = Wanted::Signature {
            kid: jws.header().kid.as_deref(),
            algorithm,
        };
        let key = self.find(client, &wanted).await?;
        Ok(jose::verify(token, |_| key.as_ref(), policy)?)
    }

    /// Whether a key with that thumbprint (RFC 7638) is one of the client's.
    pub async fn holds(&self, client: &Client, thumbprint: &str) -> Result<bool, ClientKeyError> {
        let wanted = Wanted::Thumbprint(thumbprint);
        Ok(self.find(client, &wanted).await?.is_some())
    }

    async fn find(&self, client: &Client, wanted: &Wanted<'_>) -> Result<Option<PublicKey>, ClientKeyError> {
        match (&client.settings.jwks, &client.settings.jwks_uri) {
            (Some(set), _) => Ok(self.given(client, set).find(wanted)),
            (None, Some(uri)) => {
                let place = (client.account_id.clone(), uri.clone());
                self.published(place, wanted).await
            }
            (None, None) => Err(ClientKeyError::NoKeys),
        }
    }

    fn given(&self, client: &Client, set: &JwkSet) -> Arc<Keys> {
        let whose = (
            client.account_id.clone(),
            client.client_id.clone(),
            client.updated_at,
        );
        self.given.get_with(whose, || Arc::new(Keys::of(set)))
    }

    /// The key that is published there. An unknown one is asked for at once, but not more often than once a minute: a
    /// client may have changed its keys, and anybody may name a key that never was.
    async fn published(
        &self,
        at: (AccountId, Url),
        wanted: &Wanted<'_>,
    ) -> Result<Option<PublicKey>, ClientKeyError> {
        let place = self.published.get_with_by_ref(&at, Arc::default);
        if let Some(key) = place
            .known()
            .fresh(self.clock.now())
            .and_then(|it| it.find(wanted))
        {
            return Ok(Some(key));
        }
        let _turn = place.turn.lock().await;
        // Somebody else's turn may have brought it.
        let now = self.clock.now();
        let known = place.known();
        let is_fresh = if let Some(keys) = known.fresh(now) {
            if let Some(key) = keys.find(wanted) {
                return Ok(Some(key));
            }
            if known.asked_again_at.is_some_and(|at| now.since(at) < AGAIN) {
                return Ok(None);
            }
            true
        } else {
            false
        };
        if is_fresh {
            place.note(|known| known.asked_again_at = Some(now));
        }
        let former = known.lasting(now).and_then(|keys| keys.find(wanted));
        match self.fetch(at, Arc::clone(&place), now).await {
            Ok(keys) => Ok(keys.find(wanted)),
            Err(error) => match former {
                Some(key) => {
                    tracing::warn!(%error, kid = key.kid(), "verified with the key that was published before");
                    Ok(Some(key))
                }
                // It was there a moment ago: what is missing is the key, not the set.
                None if is_fresh => Ok(None),
                None => Err(error),
            },
        }
    }

    /// In a task of its own, so that what is fetched is kept even if nobody waits for it any more.
    async fn fetch(
        &self,
        at: (AccountId, Url),
        place: Arc<Place>,
        now: Timestamp,
    ) -> Result<Arc<Keys>, ClientKeyError> {
        let http = self.outbound.client()?.clone();
        let kept = self.published.clone();
        let fetched = tokio::spawn(async move {
            let answer = http.get(&at.1, Accept::Json).await?;
            if !answer.status.is_success() {
                return Err(ClientKeyError::Status(answer.status.as_u16()));
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
        fetched.await.unwrap_or(Err(ClientKeyError::Abandoned))
    }

    pub(super) fn forget(&self) {
        self.given.invalidate_all();
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
    fn fresh(&self, now: Timestamp) -> Option<&Keys> {
        self.younger_than(FRESH, now)
    }

    fn lasting(&self, now: Timestamp) -> Option<&Keys> {
        self.younger_than(LASTS, now)
    }

    fn younger_than(&self, age: Duration, now: Timestamp) -> Option<&Keys> {
        self.read_at
            .filter(|read_at| now.since(*read_at) < age)
            .map(|_| &*self.keys)
    }
}

/// What a key is looked for by.
enum Wanted<'a> {
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
struct Keys(Vec<PublicKey>);

impl Keys {
    /// What can't be used is left out: keys to encrypt with, of unknown types, too short ones (SEC-018).
    fn of(set: &JwkSet) -> Self {
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
    fn find(&self, wanted: &Wanted<'_>) -> Option<PublicKey> {
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
