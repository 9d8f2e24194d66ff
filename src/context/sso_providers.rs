use std::sync::Arc;
use std::time::Duration;

use jose::{Algorithm, PublicKey};
use serde::Deserialize;
use url::Url;

use super::published_keys::{PublishedKeys, PublishedKeysError, Terms, Wanted};
use crate::base::id::{AccountId, SsoName};
use crate::base::{Bounds, Cache, Clock, Timestamp};
use crate::model::sso::SsoConnection;

/// How long what providers publish is used (SEC-107).
const TERMS: Terms = Terms {
    fresh: Duration::from_mins(5),
    lasts: Duration::from_hours(24),
    again: Duration::from_secs(30),
};

/// What the identity providers of users' single sign-on publish: their metadata and their keys. Two connections never share
/// what they know, wherever it is published (SEC-139).
#[derive(Debug)]
pub struct SsoProviders {
    clock: Clock,
    metadata: Cache<Place, (Arc<ProviderMetadata>, Timestamp)>,
    keys: PublishedKeys<(AccountId, SsoName)>,
}

/// Whose it is, and the issuer.
type Place = (AccountId, SsoName, String);

/// What is read of a provider's metadata (OpenID Connect Discovery §3).
#[derive(Clone, Debug, Deserialize)]
pub struct ProviderMetadata {
    issuer: String,
    /// Where a browser is sent.
    pub authorization_endpoint: Url,
    /// Where a code is redeemed.
    pub token_endpoint: Url,
    /// Where its keys are.
    pub jwks_uri: Url,
    /// How clients authenticate at the token endpoint; none for `client_secret_basic` alone.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether single claims may be asked for (OpenID Connect Core §5.5).
    #[serde(default)]
    pub claims_parameter_supported: bool,
    /// Whether it names itself in its answers (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// Why there is no metadata.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MetadataError {
    /// The connection has no issuer that could be asked.
    #[error("the connection has no issuer")]
    NoIssuer,
    /// It can't be asked, or answers with what is none.
    #[error("the issuer's metadata can't be had: {0}")]
    Unreachable(#[from] outbound::Error),
    /// It is another issuer's (SEC-107).
    #[error("the metadata is of another issuer")]
    Issuer,
}

impl SsoProviders {
    /// With nothing in memory.
    pub fn new(clock: Clock) -> Self {
        Self {
            keys: PublishedKeys::new(clock.clone(), TERMS),
            metadata: Cache::new(Bounds::entries(10_000)),
            clock,
        }
    }

    /// The metadata of a connection's provider; while it can't be asked, what it said before.
    pub async fn metadata(
        &self,
        http: &outbound::Client,
        connection: &SsoConnection,
    ) -> Result<Arc<ProviderMetadata>, MetadataError> {
        let issuer = connection
            .configuration
            .issuer
            .clone()
            .ok_or(MetadataError::NoIssuer)?;
        let url = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let url = Url::parse(&url).map_err(|_| MetadataError::NoIssuer)?;
        let place = (connection.account_id.clone(), connection.name.clone(), issuer);
        let now = self.clock.now();
        let known = self.metadata.get(&place);
        if let Some((metadata, read_at)) = known.as_deref()
            && now.since(*read_at) < TERMS.fresh
        {
            return Ok(Arc::clone(metadata));
        }
        let fetched = match http.get_json::<ProviderMetadata>(&url).await {
            Ok(metadata) if metadata.issuer == place.2 => Ok(Arc::new(metadata)),
            Ok(_) => Err(MetadataError::Issuer),
            Err(error) => Err(error.into()),
        };
        match fetched {
            Ok(metadata) => {
                self.metadata.insert(place, (Arc::clone(&metadata), now));
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(
                    target: "audit", event = "federation.metadata_rejected", account = %place.0, connection = %place.1,
                    %error, "a provider's metadata isn't taken"
                );
                known
                    .filter(|known| now.since(known.1) < TERMS.lasts)
                    .map(|known| Arc::clone(&known.0))
                    .ok_or(error)
            }
        }
    }

    /// The key for `algorithm` under that `kid`. The place is the provider's own: nothing of a token is ever part of it.
    pub async fn key(
        &self,
        http: &outbound::Client,
        connection: &SsoConnection,
        jwks_uri: &Url,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Option<PublicKey>, PublishedKeysError> {
        let whose = (connection.account_id.clone(), connection.name.clone());
        let wanted = Wanted::Signature { kid, algorithm };
        let (key, _) = self.keys.find(http, (whose, jwks_uri.clone()), &wanted).await?;
        Ok(key)
    }
}
