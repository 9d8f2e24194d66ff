//! Making tokens: what `Signer` writes, and that everyone can read it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{Algorithm, PrivateKey, RsaBits, Signer, Typ};
use serde_json::{Value, json};

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn every_algorithm_signs_what_its_public_half_verifies() {
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap();
        key.sign_and_verify().unwrap();
        let signature = key.sign(b"text").unwrap();
        assert!(key.public().verify(b"text", signature.as_ref()), "{algorithm}");
        assert!(!key.public().verify(b"Text", signature.as_ref()), "{algorithm}");
    }
}

#[test]
fn sec_003_each_kind_of_token_is_typed() {
    let signer = Signer::new(PrivateKey::generate(Algorithm::ES256, RsaBits::default()).unwrap());
    for (typ, name) in [
        (Typ::Jwt, "JWT"),
        (Typ::AtJwt, "at+jwt"),
        (Typ::LogoutJwt, "logout+jwt"),
        (Typ::DpopJwt, "dpop+jwt"),
        (Typ::OauthAuthzReqJwt, "oauth-authz-req+jwt"),
    ] {
        let token = signer.sign(typ, br#"{"a":1}"#).unwrap();
        assert_eq!(
            part(&token, 0),
            json!({ "alg": "ES256", "kid": signer.kid(), "typ": name })
        );
        assert_eq!(part(&token, 1), json!({ "a": 1 }));
    }
}

#[test]
fn a_token_is_allocated_once_and_fits() {
    for algorithm in Algorithm::ALL {
        let signer = Signer::new(PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap());
        for len in 0..64 {
            let token = signer.sign(Typ::Jwt, &vec![b' '; len]).unwrap();
            assert_eq!(token.len(), token.capacity(), "{algorithm}, {len} bytes");
        }
    }
}

#[test]
fn a_signer_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Signer>();
}
