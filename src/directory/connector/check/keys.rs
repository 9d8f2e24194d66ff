//! The keys that tokens are verified with: the pasted one, or the JWK set as a linter reads it (F-19).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{Algorithm, JwkSet, KeySet};
use serde_json::Value;
use url::Url;

use super::{Keys, Look};
use crate::directory::doctor::Check;
use crate::model::connector::JwtValidationType;

impl Look<'_> {
    pub(super) async fn keys(&mut self) -> Keys {
        let mut check = Check::new("connector_keys");
        let fields = &self.connector.configuration;
        if fields.is_delegation() {
            check.note("Consumer delegation verifies nobody: there is no key.");
            return Keys::none(check);
        }
        match fields.jwt_validation_type {
            JwtValidationType::JwtPublicKey => self.pasted(check).await,
            JwtValidationType::JwksEndpoint => self.published(check).await,
        }
    }

    async fn published(&mut self, mut check: Check) -> Keys {
        let place = self.place("jwksEndpoint");
        let endpoint = self
            .connector
            .configuration
            .jwks_endpoint
            .clone()
            .unwrap_or_default();
        let Ok(url) = Url::parse(&endpoint) else {
            check.wrong(place, "there is no JWKS endpoint", "set jwksEndpoint");
            return Keys::none(check);
        };
        if url.scheme() != "https" {
            check.warn(
                place.as_str(),
                "it is not https: the messaging platform fetches https alone (F-19)",
                "serve it with TLS before the platform is to read it",
            );
        }
        let document = match self.key_document(&url).await {
            Ok(document) => document,
            Err(why) => {
                check.wrong(
                    place,
                    format!("the JWK set can't be fetched: {why} (F-19)"),
                    "let the endpoint answer 200 with application/json to anybody",
                );
                return Keys::none(check);
            }
        };
        let usable = lint(&document, &place, &mut check);
        if usable == 0 {
            check.wrong(
                place,
                "there is no RSA key with a kid for signatures in the set: no token can be verified (F-19)",
                "publish the key that signs with kty RSA, use sig, alg RS256 and a kid",
            );
        } else {
            check.note(format!("{usable} usable key(s) are published."));
        }
        Keys {
            set: usable_keys(&document),
            ..Keys::none(check)
        }
    }

    /// The document of a JWK set; why there is none.
    pub(super) async fn key_document(&mut self, url: &Url) -> Result<Value, String> {
        match self.get("jwks", url).await {
            Ok(answer) if answer.status == http::StatusCode::OK => {
                answer.json().map_err(|_| "the answer is not JSON".to_owned())
            }
            Ok(answer) => Err(format!("the answer is {}, and not 200", answer.status.as_u16())),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The keys of a set that tokens for the platform can be verified with.
pub(super) fn usable_keys(document: &Value) -> Option<KeySet> {
    let set = JwkSet::parse(document.to_string().as_bytes()).ok()?;
    Some(KeySet::from_jwk_set(&set, Some(Algorithm::RS256)))
}

/// What some verifiers stumble over; how many keys are of use.
fn lint(document: &Value, place: &str, check: &mut Check) -> usize {
    let keys = document.get("keys").and_then(Value::as_array);
    let mut usable = 0;
    for (index, key) in keys.into_iter().flatten().enumerate() {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let is_other = |name: &str, ours: &str| text(name).is_some_and(|it| it != ours);
        if text("kty") != Some("RSA") || is_other("use", "sig") || is_other("alg", "RS256") {
            continue;
        }
        let kid = text("kid").unwrap_or_default();
        let name = if kid.is_empty() {
            format!("number {}", index + 1)
        } else {
            kid.to_owned()
        };
        let fault = if kid.is_empty() {
            Some("it has no kid, by which tokens name it")
        } else {
            modulus(text("n").unwrap_or_default())
        };
        match fault {
            Some(fault) => check.warn(
                place,
                format!("key {name}: {fault} (F-19)"),
                "mend the set where it is published",
            ),
            None => usable += 1,
        }
    }
    usable
}

/// What is wrong with an RSA modulus, which is base64url without leading zeros (RFC 7518 §6.3.1.1).
fn modulus(n: &str) -> Option<&'static str> {
    if n.contains(['+', '/', '=']) {
        return Some("its n is plain base64, and must be base64url");
    }
    match URL_SAFE_NO_PAD.decode(n) {
        Err(_) => Some("its n is not base64url"),
        Ok(n) if n.first() == Some(&0) => Some("its n begins with a zero byte"),
        Ok(n) if n.len() < 256 => Some("it has fewer than 2048 bits"),
        Ok(_) => None,
    }
}
