//! Proofs of possession: a proof is only ever its own key's, and only one that fits is taken.
#![no_main]

use std::sync::LazyLock;

use jose::verify::Proof;
use jose::{Algorithm, PrivateKey, Typ};
use libfuzzer_sys::fuzz_target;
use oauth::DpopExpectations;
use serde_json::{Map, Value, json};

static KEY: LazyLock<PrivateKey> = LazyLock::new(|| {
    let pem = include_str!("../../crates/jose/tests/it/keys/p256.pkcs8.pem");
    PrivateKey::from_pem(Some(Algorithm::ES256), pem).expect("a key")
});

const NOW: i64 = 1_800_000_000;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(token) = std::str::from_utf8(bytes)
        && let Ok(proof) = Proof::verify(token, Typ::DpopJwt, &Algorithm::ALL)
    {
        assert!(oauth::is_thumbprint(&proof.thumbprint));
    }
    let jwk = serde_json::to_value(KEY.public().to_jwk()).expect("JSON");
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]}});
    let token = KEY
        .sign_compact(header.to_string().as_bytes(), bytes)
        .expect("signed");
    let Ok(proof) = Proof::verify(&token, Typ::DpopJwt, &[Algorithm::ES256]) else {
        return;
    };
    assert_eq!(proof.thumbprint, KEY.public().thumbprint());
    let expected = DpopExpectations {
        method: "POST",
        urls: &["https://id.example.test/token"],
        access_token: None,
        now: NOW,
    };
    if let Ok(statement) = expected.check(&proof.claims) {
        let claims: &Map<String, Value> = &proof.claims;
        assert_eq!(claims["htm"], "POST");
        assert!(!statement.id.is_empty());
        assert!((NOW - 60..=NOW + 10).contains(&statement.issued_at));
    }
});
