//! Proofs of possession (RFC 9449 §4.2), a fresh one for each request.

use anyhow::{Context as _, Result};
use jose::{Algorithm, PrivateKey, RsaBits};
use serde_json::json;

use crate::clock;

/// Somebody with a key.
#[derive(Debug)]
pub(crate) struct Prover {
    key: PrivateKey,
    header: Vec<u8>,
    htu: String,
    name: usize,
}

impl Prover {
    /// For the token endpoint, whose path is `token`.
    pub(crate) fn new(issuer: &str, token: &str, name: usize) -> Result<Self> {
        let key = PrivateKey::generate(Algorithm::ES256, RsaBits::Rsa2048)?;
        let jwk = serde_json::to_value(key.public().to_jwk())?;
        let member = |name: &str| {
            jwk.get(name)
                .cloned()
                .with_context(|| format!("a JWK without {name}"))
        };
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": member("x")?, "y": member("y")?});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk})
            .to_string()
            .into_bytes();
        let origin = issuer
            .strip_suffix(crate::target::path_of(issuer))
            .unwrap_or(issuer);
        Ok(Self {
            key,
            header,
            htu: format!("{origin}{token}"),
            name,
        })
    }

    /// A proof that was never made before.
    pub(crate) fn prove(&self, turn: u64) -> Result<String> {
        let now = clock::unix();
        let claims =
            json!({"jti": format!("{now}-{}-{turn}", self.name), "htm": "POST", "htu": self.htu, "iat": now});
        Ok(self
            .key
            .sign_compact(&self.header, claims.to_string().as_bytes())?)
    }
}
