use std::time::Duration;

use jose::{Algorithm, JwkSet, PublicKey};
use url::Url;

use super::published_keys::{PublishedKeys, PublishedKeysError, Terms, Wanted, Whence};
use crate::base::Clock;
use crate::base::id::{AccountId, ConnectorId};
use crate::store::Db;
use crate::store::connector_key_sets::{self, KeySet};

/// How long what brands publish is used (SEC-107).
const TERMS: Terms = Terms {
    fresh: Duration::from_mins(5),
    lasts: Duration::from_hours(24),
    again: Duration::from_secs(30),
};

/// The keys that brands' identity providers publish, by the connector that names the place: two connectors never share
/// what they know, wherever it is published (SEC-139).
///
/// What was read last is kept in the database as well, and serves a node that starts while a brand can't be asked: for as
/// long from its reading as it would have in memory.
#[derive(Debug)]
pub struct ConnectorKeys {
    published: PublishedKeys<(AccountId, ConnectorId)>,
    clock: Clock,
    kept_in: Option<Db>,
}

impl ConnectorKeys {
    /// With nothing in memory, and nowhere else.
    pub fn new(clock: Clock) -> Self {
        Self {
            published: PublishedKeys::new(clock.clone(), TERMS),
            clock,
            kept_in: None,
        }
    }

    /// With what the database remembers.
    pub fn kept_in(clock: Clock, db: Db) -> Self {
        Self {
            kept_in: Some(db),
            ..Self::new(clock)
        }
    }

    /// The key for `algorithm` under that `kid`, and where it is known from. The place is the connector's: nothing of a token
    /// is ever part of it (SEC-147).
    pub async fn find(
        &self,
        http: &outbound::Client,
        (account, connector): (&AccountId, &ConnectorId),
        endpoint: &Url,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<(Option<PublicKey>, Whence), PublishedKeysError> {
        let at = ((account.clone(), connector.clone()), endpoint.clone());
        if let Some(db) = &self.kept_in {
            self.remember(db, &at).await;
        }
        let wanted = Wanted::Signature { kid, algorithm };
        let found = self.published.find(http, at.clone(), &wanted).await;
        if let (Ok((_, Whence::Fetched)), Some(db)) = (&found, &self.kept_in) {
            self.keep(db, &at, algorithm).await;
        }
        found
    }

    /// Takes into memory what was read before this node began, where it knows nothing itself.
    async fn remember(&self, db: &Db, at: &Place) {
        if self.published.knows(at) {
            return;
        }
        let ((account, connector), endpoint) = at;
        let now = self.clock.now();
        match connector_key_sets::find(db, account, connector, endpoint.as_str(), now).await {
            Ok(Some(KeySet { jwks, read_at })) => {
                if let Ok(set) = JwkSet::parse_public(jwks.as_bytes()) {
                    self.published.remember(at, &set, read_at);
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "what a brand published before can't be read"),
        }
    }

    /// Keeps what was read just now. Where that fails, nothing is lost but the memory of it.
    async fn keep(&self, db: &Db, at: &Place, algorithm: Algorithm) {
        let ((account, connector), endpoint) = at;
        let Some((set, read_at)) = self.published.known(at, algorithm) else {
            return;
        };
        let Ok(jwks) = serde_json::to_string(&set) else {
            return;
        };
        let (whose, set) = ((account, connector), KeySet { jwks, read_at });
        let kept = connector_key_sets::keep(db, whose, endpoint.as_str(), &set, read_at + TERMS.lasts);
        if let Err(error) = kept.await {
            tracing::warn!(%error, "what a brand publishes can't be kept");
        }
    }
}

/// A connector, and where its brand publishes.
type Place = ((AccountId, ConnectorId), Url);
