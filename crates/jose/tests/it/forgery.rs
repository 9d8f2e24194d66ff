//! Tokens that somebody else made (SEC-001, SEC-002), and tokens that were touched.

use aws_lc_rs::hmac;
use jose::{Algorithm, PrivateKey, RsaBits, VerifyError, verify};
use serde_json::{Value, json};

use crate::support::{self, KEY, RSA, base64url, check, check_header, claims, find, header, policy, sign};

fn unsigned(header: &Value, signature: &str) -> String {
    format!(
        "{}.{}.{signature}",
        base64url(header.to_string()),
        base64url(claims().to_string())
    )
}

fn without_alg() -> Value {
    let mut header = header();
    header.as_object_mut().unwrap().remove("alg");
    header
}

fn with(name: &str, value: Value) -> Value {
    let mut header = header();
    header[name] = value;
    header
}

#[test]
fn a_token_of_ours_passes() {
    let verified = check_header(&header()).unwrap();
    assert_eq!(verified.subject(), Some("248289761001"));
    assert_eq!(verified.audiences(), ["client"]);
    assert_eq!(verified.time("exp"), Some(support::NOW + 300));
}

#[test]
fn sec_001_none_is_refused_however_it_is_written() {
    let real = sign(&header().to_string(), &claims().to_string());
    let signature = real.rsplit('.').next().unwrap();
    for signature in ["", signature] {
        assert_eq!(
            check(&unsigned(&with("alg", json!("none")), signature)),
            Err(VerifyError::Unsigned)
        );
        for name in ["None", "NONE", "nOnE", "none ", ""] {
            let refused = check(&unsigned(&with("alg", json!(name)), signature));
            assert_eq!(refused, Err(VerifyError::UnknownAlgorithm), "{name}");
        }
    }
    assert_eq!(
        check_header(&without_alg()),
        Err(VerifyError::HeaderParameter("alg"))
    );
    assert_eq!(
        check_header(&with("alg", Value::Null)),
        Err(VerifyError::HeaderParameter("alg"))
    );
    assert_eq!(
        check_header(&with("alg", json!(["ES256"]))),
        Err(VerifyError::HeaderParameter("alg"))
    );
}

#[test]
fn sec_001_hmac_over_a_public_key_is_refused() {
    let public = RSA.public();
    for secret in [
        public.to_spki_der().to_vec(),
        public.to_spki_pem().into_bytes(),
        public.to_spki_line().into_bytes(),
        serde_json::to_vec(&public.to_jwk()).unwrap(),
    ] {
        for (name, algorithm) in [
            ("HS256", hmac::HMAC_SHA256),
            ("HS384", hmac::HMAC_SHA384),
            ("HS512", hmac::HMAC_SHA512),
        ] {
            let header = json!({ "alg": name, "kid": "rsa", "typ": "JWT" });
            let start = unsigned(&header, "");
            let input = start.trim_end_matches('.');
            let tag = hmac::sign(&hmac::Key::new(algorithm, &secret), input.as_bytes());
            let token = format!("{input}.{}", base64url(tag));
            assert_eq!(check(&token), Err(VerifyError::UnknownAlgorithm), "{name}");
        }
    }
}

/// The signature is right, but by an algorithm that the key isn't for.
#[test]
fn sec_001_the_algorithm_comes_from_the_key_and_not_from_the_token() {
    let ps256 = PrivateKey::from_jwk(Some(Algorithm::PS256), support::RSA_JWK.as_bytes()).unwrap();
    let header = json!({ "alg": "PS256", "kid": "rsa", "typ": "JWT" }).to_string();
    let token = ps256
        .sign_compact(header.as_bytes(), claims().to_string().as_bytes())
        .unwrap();
    assert_eq!(
        check(&token),
        Err(VerifyError::AlgorithmMismatch {
            key: Algorithm::RS256
        })
    );
    let pinned = verify(&token, |_| Some(ps256.public()), &policy());
    assert!(pinned.is_ok(), "the same token passes where the key is for PS256");
}

#[test]
fn sec_001_every_pair_of_algorithm_and_key_but_the_right_one_is_refused() {
    let keys = Algorithm::ALL.map(|algorithm| PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap());
    for signing in &keys {
        for named in Algorithm::ALL {
            for record in &keys {
                let header = json!({ "alg": named, "kid": "k", "typ": "JWT" }).to_string();
                let token = signing
                    .sign_compact(header.as_bytes(), claims().to_string().as_bytes())
                    .unwrap();
                let verified = verify(&token, |_| Some(record.public()), &policy());
                let right = signing.public() == record.public() && named == record.algorithm();
                assert_eq!(
                    verified.is_ok(),
                    right,
                    "{} {named} {}",
                    signing.algorithm(),
                    record.algorithm()
                );
            }
        }
    }
}

#[test]
fn sec_001_a_place_may_allow_fewer_algorithms() {
    let token = sign(&header().to_string(), &claims().to_string());
    let strict = policy().with_algorithms(&[Algorithm::PS256, Algorithm::EdDSA]);
    assert_eq!(
        verify(&token, find, &strict),
        Err(VerifyError::AlgorithmNotAllowed(Algorithm::ES256))
    );
    assert_eq!(
        verify(&token, find, &policy().with_algorithms(&[])),
        Err(VerifyError::AlgorithmNotAllowed(Algorithm::ES256))
    );
}

#[test]
fn sec_002_a_key_that_a_token_brings_along_is_never_used() {
    let stranger = PrivateKey::generate(Algorithm::ES256, RsaBits::default()).unwrap();
    let jwk = serde_json::to_value(stranger.public().to_jwk()).unwrap();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!([stranger.public().to_spki_line()])),
    ] {
        let claims = claims().to_string();
        for kid in [json!("es"), json!(stranger.kid())] {
            let mut header = with(name, value.clone());
            header["kid"] = kid.clone();
            let token = stranger
                .sign_compact(header.to_string().as_bytes(), claims.as_bytes())
                .unwrap();
            let expected = if kid == "es" {
                VerifyError::Signature
            } else {
                VerifyError::UnknownKey
            };
            assert_eq!(check(&token), Err(expected), "{name}");
        }
        assert!(
            check_header(&with(name, value)).is_ok(),
            "{name} in a token of ours means nothing"
        );
    }
}

#[test]
fn a_kid_must_be_known_and_exact() {
    for kid in ["ES", "es ", "", "e", "../es", "es' OR '1'='1"] {
        assert_eq!(
            check_header(&with("kid", json!(kid))),
            Err(VerifyError::UnknownKey),
            "{kid}"
        );
    }
    assert_eq!(
        check_header(&with("kid", json!(1))),
        Err(VerifyError::HeaderParameter("kid"))
    );
    assert_eq!(
        check_header(&with("kid", Value::Null)),
        Err(VerifyError::HeaderParameter("kid"))
    );
    let mut nameless = header();
    nameless.as_object_mut().unwrap().remove("kid");
    assert_eq!(check_header(&nameless), Err(VerifyError::UnknownKey));
}

#[test]
fn a_token_with_any_character_changed_is_refused() {
    let token = sign(&header().to_string(), &claims().to_string());
    for at in 0..token.len() {
        for other in ["A", "B", "_", ".", "=", " ", "\n", "%", "é"] {
            if &token[at..=at] != other {
                let mut changed = token.clone();
                changed.replace_range(at..=at, other);
                assert!(check(&changed).is_err(), "{other:?} at {at}");
            }
        }
    }
}

#[test]
fn sec_008_a_token_cut_or_grown_is_refused() {
    let token = sign(&header().to_string(), &claims().to_string());
    for at in 0..token.len() {
        assert!(check(&token[..at]).is_err(), "cut at {at}");
        assert!(check(&token[at + 1..]).is_err(), "begins after {at}");
    }
    for grown in [
        format!(" {token}"),
        format!("{token} "),
        format!("{token}A"),
        format!("A{token}"),
    ] {
        assert!(check(&grown).is_err());
    }
    assert!(check(&token.to_uppercase()).is_err() && check(&token.to_lowercase()).is_err());
}

#[test]
fn signatures_of_zeros_are_refused() {
    let token = sign(&header().to_string(), &claims().to_string());
    let input = token.rsplit_once('.').unwrap().0;
    for signature in [vec![0; 64], vec![0xff; 64], vec![0; 63], vec![0; 65], Vec::new()] {
        assert_eq!(
            check(&format!("{input}.{}", base64url(signature))),
            Err(VerifyError::Signature)
        );
    }
}

/// A DER signature is what OpenSSL makes; JWS wants the two integers (RFC 7518 §3.4).
#[test]
fn an_ecdsa_signature_in_der_is_refused() {
    let token = sign(&header().to_string(), &claims().to_string());
    let input = token.rsplit_once('.').unwrap().0;
    let mut der = vec![0x30, 68, 2, 32];
    let raw = KEY.sign(input.as_bytes()).unwrap();
    der.extend_from_slice(&raw.as_ref()[..32]);
    der.extend_from_slice(&[2, 32]);
    der.extend_from_slice(&raw.as_ref()[32..]);
    assert_eq!(
        check(&format!("{input}.{}", base64url(der))),
        Err(VerifyError::Signature)
    );
}
