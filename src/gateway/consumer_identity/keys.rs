//! The key that a brand's tokens are verified with (section 1.9 of the platform contract).

use jose::{Algorithm, PublicKey};
use url::Url;

use super::{Check, CheckName, Gate, Trail};
use crate::context::{PublishedKeysError, Whence};
use crate::model::JwtValidationType;

/// The only algorithm that the platform takes.
pub(super) const ALGORITHM: Algorithm = Algorithm::RS256;

impl Gate<'_> {
    /// The key for a token with that `kid`: the pasted one, whatever it says, or the published one that it names. None where
    /// nothing is published under it.
    pub(super) async fn key(&self, kid: Option<&str>, trail: &mut Trail) -> Result<Option<PublicKey>, Check> {
        let failed = |detail: String| Check::failed(CheckName::Key, detail);
        let configuration = &self.connector.configuration;
        match configuration.jwt_validation_type {
            JwtValidationType::JwtPublicKey => {
                let line = configuration.jwt_public_key.as_deref().unwrap_or_default();
                PublicKey::from_spki_line(ALGORITHM, line)
                    .map(Some)
                    .map_err(|error| failed(format!("the pasted key can't be used: {error}")))
            }
            JwtValidationType::JwksEndpoint => {
                let endpoint = url(configuration.jwks_endpoint.as_deref())
                    .ok_or_else(|| failed("the connector has no JWKS endpoint".to_owned()))?;
                self.published(&endpoint, kid, trail).await
            }
        }
    }

    async fn published(
        &self,
        endpoint: &Url,
        kid: Option<&str>,
        trail: &mut Trail,
    ) -> Result<Option<PublicKey>, Check> {
        let name = format!("GET {endpoint}");
        let connector = (&self.connector.account_id, &self.connector.connector_id);
        let began = self.clock.now();
        let found = self
            .keys
            .find(self.http, connector, endpoint, kid, ALGORITHM)
            .await;
        let took = self.clock.now().since(began).as_millis();
        match found {
            Ok((key, whence)) => {
                let how = match whence {
                    Whence::Fetched => format!("200 in {took} ms"),
                    Whence::Memory => "not asked again: the keys are known from before".to_owned(),
                    Whence::Outage(error) => format!("{error}; the keys are known from before"),
                };
                trail.step(name, how);
                Ok(key)
            }
            Err(error) => {
                let told = match &error {
                    PublishedKeysError::Status(status) => format!("{status} in {took} ms"),
                    error => error.to_string(),
                };
                trail.step(name, told);
                Err(Check::failed(
                    CheckName::Key,
                    format!("the JWKS endpoint {error}"),
                ))
            }
        }
    }
}

/// A field of a connector that is a URL.
pub(super) fn url(field: Option<&str>) -> Option<Url> {
    Url::parse(field?).ok()
}
