//! The key that a brand's tokens are verified with (section 1.9 of the platform contract).

use jose::{Algorithm, JwkSet, KeySet, PublicKey};
use outbound::Accept;
use url::Url;

use super::{Check, CheckName, Gate, Trail};
use crate::model::JwtValidationType;

/// The only algorithm that the platform takes.
pub(super) const ALGORITHM: Algorithm = Algorithm::RS256;

/// The connector's keys.
pub(super) enum Keys {
    /// The pasted one, whatever a token's `kid` says.
    Pasted(Box<PublicKey>),
    /// A JWK set, in which the `kid` chooses.
    Published(KeySet),
}

impl Keys {
    pub(super) fn find(&self, kid: Option<&str>) -> Option<&PublicKey> {
        match self {
            Self::Pasted(key) => Some(key),
            Self::Published(set) => set.find(kid),
        }
    }
}

impl Gate<'_> {
    pub(super) async fn keys(&self, trail: &mut Trail) -> Result<Keys, Check> {
        let failed = |detail: String| Check::failed(CheckName::Key, detail);
        let configuration = &self.connector.configuration;
        match configuration.jwt_validation_type {
            JwtValidationType::JwtPublicKey => {
                let line = configuration.jwt_public_key.as_deref().unwrap_or_default();
                PublicKey::from_spki_line(ALGORITHM, line)
                    .map(|key| Keys::Pasted(Box::new(key)))
                    .map_err(|error| failed(format!("the pasted key can't be used: {error}")))
            }
            JwtValidationType::JwksEndpoint => {
                let endpoint = configuration.jwks_endpoint.as_deref();
                self.published(endpoint, trail).await.map(Keys::Published)
            }
        }
    }

    async fn published(&self, endpoint: Option<&str>, trail: &mut Trail) -> Result<KeySet, Check> {
        let failed = |detail: String| Check::failed(CheckName::Key, detail);
        let endpoint =
            url(endpoint).ok_or_else(|| failed("the connector has no JWKS endpoint".to_owned()))?;
        let name = format!("GET {endpoint}");
        let began = self.clock.now();
        let answer = self.http.get(&endpoint, Accept::Json).await;
        let took = self.clock.now().since(began).as_millis();
        let answer = answer.map_err(|error| {
            trail.step(name.as_str(), error.to_string());
            failed(format!("the JWKS endpoint can't be asked: {error}"))
        })?;
        trail.step(name.as_str(), format!("{} in {took} ms", answer.status.as_u16()));
        if !answer.status.is_success() {
            return Err(failed(format!(
                "the JWKS endpoint answered {}",
                answer.status.as_u16()
            )));
        }
        let set = JwkSet::parse(&answer.body)
            .map_err(|error| failed(format!("the JWKS endpoint's answer can't be used: {error}")))?;
        Ok(KeySet::from_jwk_set(&set, Some(ALGORITHM)))
    }
}

/// A field of a connector that is a URL.
pub(super) fn url(field: Option<&str>) -> Option<Url> {
    Url::parse(field?).ok()
}
