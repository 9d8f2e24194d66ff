use std::sync::Arc;
use std::time::Duration;

use jose::verify::Jws;
use jose::{JwkSet, Policy, PublicKey, Verified, VerifyError};

use super::published_keys::{Keys, PublishedKeys, PublishedKeysError, Terms, Wanted};
use super::{Outbound, OutboundError};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Bounds, Cache, Clock, Timestamp};
use crate::model::Client;

/// How long what clients publish is used.
const TERMS: Terms = Terms {
    fresh: Duration::from_mins(5),
    lasts: Duration::from_hours(1),
    again: Duration::from_mins(1),
};

/// The keys with which clients sign what they send: given by value, or published and fetched. The one place where a
/// client's own signature is verified, whatever it stands under: a request object, an assertion.
#[derive(Debug)]
pub struct ClientKeys {
    outbound: Arc<Outbound>,
    given: Cache<Given, Keys>,
    published: PublishedKeys<AccountId>,
}

/// A client's own keys, as they were when it was last changed.
type Given = (AccountId, ClientId, Timestamp);

/// Why a client's signature isn't accepted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ClientKeyError {
    /// The client has neither `jwks` nor `jwks_uri`.
    #[error("the client has no keys")]
    NoKeys,
    /// The token breaks a rule, or its key isn't one of the client's.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// Nobody can be called.
    #[error(transparent)]
    Setup(#[from] OutboundError),
    /// What is published can't be had.
    #[error("jwks_uri {0}")]
    Published(#[from] PublishedKeysError),
}

impl ClientKeyError {
    /// Whether it may pass by itself, so that it is worth another try.
    pub const fn passes(&self) -> bool {
        match self {
            Self::NoKeys | Self::Verify(_) | Self::Setup(_) => false,
            Self::Published(error) => error.passes(),
        }
    }
}

impl ClientKeys {
    pub(super) fn new(clock: Clock, outbound: Arc<Outbound>) -> Self {
        Self {
            outbound,
            given: Cache::new(Bounds::entries(10_000)),
            published: PublishedKeys::new(clock, TERMS),
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
                let http = self.outbound.client()?;
                Ok(self.published.find(http, place, wanted).await?.0)
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
        self.given.get_or_insert(whose, || Keys::of(set))
    }

    pub(super) fn forget(&self) {
        self.given.clear();
    }
}
