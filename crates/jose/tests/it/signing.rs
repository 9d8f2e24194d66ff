//! Making tokens: what `Signer` writes, and that everyone can read it.

use jose::{Algorithm, PrivateKey, RsaBits, Signer, Typ, verify};
use serde_json::json;

use crate::support::{self, part};

fn signer(algorithm: Algorithm) -> Signer {
    Signer::new(PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap())
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
fn every_algorithm_issues_tokens_that_pass() {
    for algorithm in Algorithm::ALL {
        let signer = signer(algorithm);
        let token = signer
            .sign(Typ::Jwt, support::claims().to_string().as_bytes())
            .unwrap();
        let verified = verify(&token, |_| Some(signer.public()), &support::policy()).unwrap();
        assert_eq!(verified.header.algorithm, algorithm);
        assert_eq!(verified.header.kid.as_deref(), Some(signer.kid()));
        assert_eq!(verified.subject(), Some("248289761001"));
    }
}

#[test]
fn sec_003_each_kind_of_token_is_typed() {
    let signer = signer(Algorithm::ES256);
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
        let signer = signer(algorithm);
        for len in 0..64 {
            let token = signer.sign(Typ::Jwt, &vec![b' '; len]).unwrap();
            assert_eq!(token.len(), token.capacity(), "{algorithm}, {len} bytes");
        }
    }
}

#[test]
fn a_kid_with_quotes_is_escaped() {
    let key = PrivateKey::generate(Algorithm::EdDSA, RsaBits::default())
        .unwrap()
        .with_kid("a\"b\\c");
    let token = Signer::new(key).sign(Typ::Jwt, b"{}").unwrap();
    assert_eq!(part(&token, 0)["kid"], "a\"b\\c");
}

#[test]
fn a_signer_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Signer>();
}

#[test]
fn a_private_key_never_shows_itself() {
    let key = PrivateKey::from_jwk(None, support::RSA_JWK.as_bytes()).unwrap();
    let shown = format!(
        "{key:?} {:?}",
        Signer::new(PrivateKey::from_jwk(None, support::RSA_JWK.as_bytes()).unwrap())
    );
    assert!(shown.contains(key.kid()));
    let jwk: serde_json::Value = serde_json::from_str(support::RSA_JWK).unwrap();
    for member in ["d", "p", "q", "dp", "dq", "qi"] {
        assert!(!shown.contains(jwk[member].as_str().unwrap()), "{member}");
    }
}
