use std::time::Duration;

use jose::{Algorithm, PublicKey};
use url::Url;

use super::published_keys::{PublishedKeys, PublishedKeysError, Terms, Wanted, Whence};
use crate::base::Clock;
use crate::base::id::{AccountId, ConnectorId};

/// How long what brands publish is used (SEC-107).
const TERMS: Terms = Terms {
    fresh: Duration::from_mins(5),
    lasts: Duration::from_hours(24),
    again: Duration::from_secs(30),
};

/// The keys that brands' identity providers publish, by the connector that names the place: two connectors never share
/// what they know, wherever it is published (SEC-139).
#[derive(Debug)]
pub struct ConnectorKeys(PublishedKeys<(AccountId, ConnectorId)>);

impl ConnectorKeys {
    /// With nothing in memory.
    pub fn new(clock: Clock) -> Self {
        Self(PublishedKeys::new(clock, TERMS))
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
        self.0.find(http, at, &Wanted::Signature { kid, algorithm }).await
    }
}
