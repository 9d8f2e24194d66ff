//! What clients prove with: assertions about themselves, and proofs that they hold a key.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::PrivateKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::app::{App, ISSUER};
use super::client::TokenRequest;
use super::signing::{signed, signed_under};

/// The one type of assertions.
pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An id that was never used.
fn fresh_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("id-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What a good assertion says.
pub(crate) fn assertion_claims(app: &App, client_id: &str) -> Value {
    let now = app.clock.now().seconds();
    json!({
        "iss": client_id, "sub": client_id, "aud": ISSUER, "jti": fresh_id(), "iat": now, "exp": now + 60
    })
}

/// The same with another value of one claim, or without it.
pub(crate) fn but(mut claims: Value, name: &str, value: Value) -> Value {
    let members = claims.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
    claims
}

/// A good assertion of a client.
pub(crate) fn assertion(app: &App, client_id: &str, key: &PrivateKey) -> String {
    signed(key, "JWT", &assertion_claims(app, client_id))
}

/// A proof of possession (RFC 9449 §4.2), as a test wants it.
#[derive(Clone, Debug)]
pub(crate) struct Proof<'k> {
    key: &'k PrivateKey,
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl<'k> Proof<'k> {
    /// A good one for `POST` to an endpoint.
    pub(crate) fn of(app: &App, key: &'k PrivateKey, endpoint: &str) -> Self {
        let jwk = serde_json::to_value(key.public().to_jwk()).unwrap();
        let mut bare = json!({});
        for name in ["kty", "crv", "x", "y", "n", "e"] {
            if let Some(value) = jwk.get(name) {
                bare[name] = value.clone();
            }
        }
        Self {
            key,
            header: json!({"typ": "dpop+jwt", "alg": key.algorithm().as_str(), "jwk": bare}),
            claims: json!({
                "jti": fresh_id(), "htm": "POST", "htu": format!("{ISSUER}/{endpoint}"),
                "iat": app.clock.now().seconds()
            }),
        }
    }

    pub(crate) fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims = but(self.claims, name, value);
        self
    }

    pub(crate) fn head(mut self, name: &str, value: Value) -> Self {
        self.header = but(self.header, name, value);
        self
    }

    /// For `GET` with that access token.
    pub(crate) fn beside(self, token: &str) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(token));
        self.claim("htm", json!("GET")).claim("ath", json!(hash))
    }

    pub(crate) fn text(&self) -> String {
        signed_under(self.key, &self.header, &self.claims)
    }
}

impl TokenRequest {
    /// With an assertion.
    pub(crate) fn asserting(self, assertion: &str) -> Self {
        self.with("client_assertion", assertion)
            .with("client_assertion_type", TYPE)
    }

    /// With a proof of possession.
    pub(crate) fn proving(self, proof: &Proof<'_>) -> Self {
        self.header("dpop", &proof.text())
    }
}
