//! What the tests share.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{Algorithm, Policy, PrivateKey, PublicKey, RsaBits, Verified, VerifyError, verify};
use serde_json::{Value, json};

/// The key of RFC 7515 A.2, which the files `rsa.*` hold as OpenSSL writes it.
pub(crate) const RSA_JWK: &str = include_str!("keys/rsa.jwk.json");
pub(crate) const RSA_SPKI_PEM: &str = include_str!("keys/rsa.public.pem");

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "client";
pub(crate) const NOW: i64 = 1_800_000_000;

/// A signing key that every test may use, with a `kid` that is easy to name.
pub(crate) static KEY: LazyLock<PrivateKey> = LazyLock::new(|| {
    PrivateKey::generate(Algorithm::ES256, RsaBits::default())
        .unwrap()
        .with_kid("es")
});
pub(crate) static RSA: LazyLock<PrivateKey> = LazyLock::new(|| {
    PrivateKey::from_jwk(None, RSA_JWK.as_bytes())
        .unwrap()
        .with_kid("rsa")
});

/// The keys under which the tests' tokens are looked up.
pub(crate) fn find(kid: Option<&str>) -> Option<&'static PublicKey> {
    [KEY.public(), RSA.public()]
        .into_iter()
        .find(|key| Some(key.kid()) == kid)
}

pub(crate) fn policy() -> Policy<'static> {
    Policy::id_token(ISSUER, AUDIENCE, NOW)
}

pub(crate) fn header() -> Value {
    json!({ "alg": "ES256", "kid": "es", "typ": "JWT" })
}

/// Claims that pass [`policy`].
pub(crate) fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "248289761001", "iat": NOW - 10, "exp": NOW + 300 })
}

/// [`claims`] with one member replaced by JSON text, or taken out.
pub(crate) fn claims_with(name: &str, value: Option<&str>) -> String {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    let rest = claims.to_string();
    match value {
        Some(value) => format!("{{\"{name}\":{value},{}", &rest[1..]),
        None => rest,
    }
}

/// Signs any two texts with [`KEY`].
pub(crate) fn sign(header: &str, payload: &str) -> String {
    KEY.sign_compact(header.as_bytes(), payload.as_bytes()).unwrap()
}

pub(crate) fn check(token: &str) -> Result<Verified, VerifyError> {
    verify(token, find, &policy())
}

pub(crate) fn check_header(header: &Value) -> Result<Verified, VerifyError> {
    check(&sign(&header.to_string(), &claims().to_string()))
}

pub(crate) fn check_claims(claims: &str) -> Result<Verified, VerifyError> {
    check(&sign(&header().to_string(), claims))
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A part of a token, as JSON.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The base64 of a PEM block on one line.
pub(crate) fn line(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}
