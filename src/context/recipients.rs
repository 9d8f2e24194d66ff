use std::sync::Arc;
use std::time::Duration;

use jose::{EncryptionKey, JwkSet, JwkSetError, KeyManagement};
use outbound::Accept;
use url::Url;

use super::{Outbound, OutboundError};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Bounds, Cache, Clock, Timestamp};
use crate::model::Client;

/// How long a published key is used without asking for it again.
const FRESH: Duration = Duration::from_mins(5);
/// How long it is used while its owner can't be asked: their outage must not be ours, and a key that was withdrawn must
/// not be used for ever.
const LASTS: Duration = Duration::from_hours(24);
/// How long a set without a key that fits is believed.
const BARREN: Duration = Duration::from_secs(30);
/// How long a token waits for a newer key where an older one is at hand.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whom encrypted tokens are for: clients' public keys, parsed once; and where clients publish them, fetched ahead of what
/// they may change.
#[derive(Debug)]
pub struct Recipients {
    clock: Clock,
    outbound: Arc<Outbound>,
    given: Cache<Given, EncryptionKey>,
    published: Cache<Place, Published>,
}

/// A client's own keys, as they were when it was last changed, and what one is for.
type Given = (AccountId, ClientId, Timestamp, KeyManagement);

/// Where a key is published, and what it is for.
type Place = (Url, KeyManagement);

/// What was found there, and when.
#[derive(Clone, Debug)]
struct Published {
    key: Result<Arc<EncryptionKey>, RecipientError>,
    read_at: Timestamp,
}

/// Why there is no key to encrypt to.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RecipientError {
    /// The client has neither `jwks` nor `jwks_uri`.
    #[error("the client has no key that {0} could be used with")]
    NoKey(KeyManagement),
    /// None of the keys there can be used.
    #[error("none of the client's keys can be used with {management}: {faults}")]
    Unfit {
        /// What was wanted.
        management: KeyManagement,
        /// What is wrong with each.
        faults: String,
    },
    /// What is published isn't a set of public keys.
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

impl RecipientError {
    /// Whether it may pass by itself, so that it is worth another try.
    pub const fn passes(&self) -> bool {
        match self {
            Self::NoKey(_) | Self::Unfit { .. } | Self::Set(JwkSetError::Key { .. }) | Self::Setup(_) => {
                false
            }
            // What is no set at all may be the page of a proxy, for instance.
            Self::Unreachable(_) | Self::Status(_) | Self::Abandoned | Self::Set(_) => true,
        }
    }

    /// Whether the client's server has answered, and a key that it gave before is one no more.
    const fn is_an_answer(&self) -> bool {
        matches!(
            self,
            Self::NoKey(_) | Self::Unfit { .. } | Self::Set(JwkSetError::Key { .. })
        )
    }
}

impl Recipients {
    pub(super) fn new(clock: Clock, outbound: Arc<Outbound>) -> Self {
        Self {
            clock,
            outbound,
            given: Cache::new(Bounds::entries(10_000)),
            published: Cache::new(Bounds::entries(10_000)),
        }
    }

    /// The key of a client's that tokens are encrypted to with `management`.
    pub async fn find(
        &self,
        client: &Client,
        management: KeyManagement,
    ) -> Result<Arc<EncryptionKey>, RecipientError> {
        match (&client.settings.jwks, &client.settings.jwks_uri) {
            (Some(set), _) => self.given(client, set, management),
            (None, Some(uri)) => self.published((uri.clone(), management)).await,
            (None, None) => Err(RecipientError::NoKey(management)),
        }
    }

    fn given(
        &self,
        client: &Client,
        set: &JwkSet,
        management: KeyManagement,
    ) -> Result<Arc<EncryptionKey>, RecipientError> {
        let whose = (
            client.account_id.clone(),
            client.client_id.clone(),
            client.updated_at,
            management,
        );
        if let Some(key) = self.given.get(&whose) {
            return Ok(key);
        }
        let key = choose(set, management)?;
        self.given.insert(whose, Arc::clone(&key));
        Ok(key)
    }

    async fn published(&self, place: Place) -> Result<Arc<EncryptionKey>, RecipientError> {
        let now = self.clock.now();
        let known = self.published.get(&place);
        if let Some(known) = &known
            && now.since(known.read_at) < known.lasts()
        {
            return known.key.clone();
        }
        // A task of its own, so that what is fetched is kept even if nobody waits for it any more.
        let http = self.outbound.client()?.clone();
        let kept = self.published.clone();
        let fetched = tokio::spawn(async move {
            let key = fetch(&http, &place).await;
            if key.as_ref().err().is_none_or(RecipientError::is_an_answer) {
                let key = key.clone();
                kept.insert(place, Published { key, read_at: now });
            }
            key
        });
        let former = known
            .filter(|known| now.since(known.read_at) < LASTS)
            .and_then(|known| known.key.clone().ok());
        let Some(former) = former else {
            return fetched.await.unwrap_or(Err(RecipientError::Abandoned));
        };
        match tokio::time::timeout(PATIENCE, fetched).await {
            Ok(Ok(Ok(key))) => Ok(key),
            Ok(Ok(Err(error))) if error.is_an_answer() => Err(error),
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, kid = former.kid(), "encrypted to the key that was published before");
                Ok(former)
            }
            Ok(Err(_)) | Err(_) => Ok(former),
        }
    }

    pub(super) fn forget(&self) {
        self.given.clear();
    }
}

impl Published {
    fn lasts(&self) -> Duration {
        if self.key.is_ok() { FRESH } else { BARREN }
    }
}

async fn fetch(
    http: &outbound::Client,
    (url, management): &Place,
) -> Result<Arc<EncryptionKey>, RecipientError> {
    let answer = http.get(url, Accept::Json).await?;
    if !answer.status.is_success() {
        return Err(RecipientError::Status(answer.status.as_u16()));
    }
    choose(&JwkSet::parse_public(&answer.body)?, *management)
}

fn choose(set: &JwkSet, management: KeyManagement) -> Result<Arc<EncryptionKey>, RecipientError> {
    EncryptionKey::choose(set, management)
        .map(Arc::new)
        .ok_or_else(|| RecipientError::Unfit {
            management,
            faults: EncryptionKey::faults(set, management),
        })
}
