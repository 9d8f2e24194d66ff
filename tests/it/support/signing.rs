//! Keys with which clients sign, and what they sign.

use std::sync::LazyLock;

use jose::{Algorithm, JwkSet, PrivateKey, RsaBits};
use serde_json::{Value, json};

/// A client's key, made once for all tests.
pub(crate) static CLIENT_KEY: LazyLock<PrivateKey> = LazyLock::new(|| made(Algorithm::ES256, "c-es"));
/// The one that it has next.
pub(crate) static NEXT_CLIENT_KEY: LazyLock<PrivateKey> = LazyLock::new(|| made(Algorithm::ES256, "c-es-2"));
/// The same for RSA: its JWK names no algorithm.
pub(crate) static CLIENT_RSA: LazyLock<PrivateKey> = LazyLock::new(|| made(Algorithm::PS256, "c-rsa"));
/// The same for Ed25519.
pub(crate) static CLIENT_ED: LazyLock<PrivateKey> = LazyLock::new(|| made(Algorithm::EdDSA, "c-ed"));

/// A new key.
pub(crate) fn made(algorithm: Algorithm, kid: &str) -> PrivateKey {
    PrivateKey::generate(algorithm, RsaBits::Rsa2048)
        .unwrap()
        .with_kid(kid)
}

/// The set that publishes the keys, RSA ones without their algorithm.
pub(crate) fn public_set(keys: &[&PrivateKey]) -> JwkSet {
    let mut set = JwkSet::of(keys.iter().map(|key| key.public()));
    for jwk in &mut set.keys {
        if jwk.alg.as_deref() == Some("PS256") {
            jwk.alg = None;
        }
    }
    set
}

/// A JWT of that type.
pub(crate) fn signed(key: &PrivateKey, typ: &str, claims: &Value) -> String {
    let header = json!({"alg": key.algorithm().as_str(), "kid": key.kid(), "typ": typ});
    signed_under(key, &header, claims)
}

/// A JWT that nobody signed.
pub(crate) fn unsigned(claims: &Value) -> String {
    jose::verify::unsigned::write(jose::Typ::OauthAuthzReqJwt, claims.to_string().as_bytes())
}

/// A JWT with that header.
pub(crate) fn signed_under(key: &PrivateKey, header: &Value, claims: &Value) -> String {
    key.sign_compact(header.to_string().as_bytes(), claims.to_string().as_bytes())
        .unwrap()
}
