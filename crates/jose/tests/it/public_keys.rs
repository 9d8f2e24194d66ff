//! Public keys in every form, and the forms among each other.

use jose::{Algorithm, Jwk, JwkError, JwkParameters, KeyError, PrivateKey, PublicKey, RsaBits};
use serde_json::{Value, json};

use crate::support::{KEY, RSA, base64url};

fn from_jwk(jwk: &Value) -> Result<PublicKey, JwkError> {
    PublicKey::from_jwk(&Jwk::parse(jwk.to_string().as_bytes())?, None)
}

#[test]
fn a_key_is_the_same_in_every_form() {
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap();
        let public = key.public();
        assert_eq!(
            &PublicKey::from_spki_der(algorithm, public.to_spki_der()).unwrap(),
            public
        );
        assert_eq!(
            &PublicKey::from_spki_line(algorithm, &public.to_spki_line()).unwrap(),
            public
        );
        let jwk = serde_json::to_value(public.to_jwk()).unwrap();
        assert_eq!(&from_jwk(&jwk).unwrap(), public);
        assert_eq!(public.kid(), public.thumbprint());
        assert_eq!(public.kid().len(), 43);
        assert_eq!(public.to_jwk().thumbprint().as_deref(), Some(public.kid()));
    }
}

#[test]
fn sec_015_a_published_key_has_public_members_only() {
    let members = |key: &PublicKey| {
        let jwk = serde_json::to_value(key.to_jwk()).unwrap();
        jwk.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(members(RSA.public()), ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(
        members(KEY.public()),
        ["alg", "crv", "kid", "kty", "use", "x", "y"]
    );
    let ed25519 = PrivateKey::generate(Algorithm::EdDSA, RsaBits::default()).unwrap();
    assert_eq!(
        members(ed25519.public()),
        ["alg", "crv", "kid", "kty", "use", "x"]
    );
}

/// Platform contract 1.9: the order too, as it's what people see.
#[test]
fn the_jwk_is_written_as_the_platform_wants_it() {
    let jwk = serde_json::to_string(&RSA.public().to_jwk()).unwrap();
    assert!(
        jwk.starts_with(r#"{"kty":"RSA","use":"sig","alg":"RS256","kid":"rsa","n":"ofgWCuLj"#),
        "{jwk}"
    );
    assert!(jwk.ends_with(r#","e":"AQAB"}"#), "{jwk}");
}

/// F-01: the digest that `openssl pkey -pubin -outform DER | openssl dgst -sha256` prints.
#[test]
fn the_fingerprint_is_what_openssl_prints() {
    assert_eq!(
        RSA.public().fingerprint(),
        "6fd13c2435a361e7c588cd17f55f5ad3df0177a66c1727a6a200845f4d7ab88c"
    );
}

/// A coordinate that begins with a zero byte keeps it (RFC 7518 §6.2.1.2); one key in 128 has such a coordinate.
#[test]
fn coordinates_keep_their_length() {
    let key = (0..10_000)
        .map(|_| PrivateKey::generate(Algorithm::ES256, RsaBits::default()).unwrap())
        .find(|key| key.public().to_spki_der()[91 - 64] == 0 || key.public().to_spki_der()[91 - 32] == 0)
        .unwrap();
    let jwk = key.public().to_jwk();
    let JwkParameters::Ec { x, y, .. } = &jwk.parameters else {
        unreachable!()
    };
    assert_eq!((x.len(), y.len()), (43, 43));
    assert_eq!(&PublicKey::from_jwk(&jwk, None).unwrap(), key.public());
}

#[test]
fn sec_001_a_jwk_cannot_contradict_its_record() {
    let jwk = RSA.public().to_jwk();
    assert_eq!(
        PublicKey::from_jwk(&jwk, Some(Algorithm::PS256)).unwrap_err(),
        JwkError::AlgorithmMismatch {
            jwk: Algorithm::RS256,
            record: Algorithm::PS256
        }
    );
    let unnamed = Jwk { alg: None, ..jwk };
    let pinned = PublicKey::from_jwk(&unnamed, Some(Algorithm::PS256)).unwrap();
    assert_eq!(pinned.algorithm(), Algorithm::PS256);
    assert_eq!(
        PublicKey::from_jwk(&unnamed, None).unwrap().algorithm(),
        Algorithm::RS256
    );
    let error = PublicKey::from_jwk(&unnamed, Some(Algorithm::ES256)).unwrap_err();
    assert!(matches!(error, JwkError::Key(KeyError::AlgorithmMismatch { .. })));
}

/// F-19.
#[test]
fn a_jwk_with_a_mistake_is_named() {
    let good = serde_json::to_value(RSA.public().to_jwk()).unwrap();
    let n = good["n"].as_str().unwrap();
    let padded = base64url([&[0], RSA_MODULUS_START].concat());
    let with = |name: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        from_jwk(&jwk).unwrap_err()
    };
    assert_eq!(with("n", json!(n.replace('_', "/"))), JwkError::Base64url("n"));
    assert_eq!(with("n", json!(format!("{n}=="))), JwkError::Base64url("n"));
    assert_eq!(with("n", json!(padded)), JwkError::Length("n"));
    assert_eq!(with("n", json!("")), JwkError::Length("n"));
    assert_eq!(with("n", json!(7)), JwkError::Member("n"));
    assert_eq!(with("n", Value::Null), JwkError::Member("n"));
    assert_eq!(with("e", json!("AAEAAQ")), JwkError::Length("e"));
    assert_eq!(with("e", json!("AQ")), JwkError::Key(KeyError::Malformed));
    assert_eq!(with("use", json!("enc")), JwkError::Use);
    assert_eq!(with("alg", json!("RS1")), JwkError::UnknownAlgorithm);
    assert_eq!(with("alg", json!("none")), JwkError::UnknownAlgorithm);
    assert_eq!(
        with("kty", json!("AKP")),
        JwkError::Key(KeyError::UnsupportedKeyType)
    );
}

const RSA_MODULUS_START: &[u8] = &[0xa1; 256];

#[test]
fn sec_018_a_short_or_endless_modulus_is_refused() {
    let rsa =
        |bytes: usize| from_jwk(&json!({ "kty": "RSA", "e": "AQAB", "n": base64url(vec![0xff; bytes]) }));
    assert_eq!(
        rsa(128).unwrap_err(),
        JwkError::Key(KeyError::TooSmall { bits: 1024 })
    );
    assert_eq!(
        rsa(255).unwrap_err(),
        JwkError::Key(KeyError::TooSmall { bits: 2040 })
    );
    assert_eq!(
        rsa(1025).unwrap_err(),
        JwkError::Key(KeyError::TooLarge { bits: 8200 })
    );
    assert!(rsa(256).is_ok());
}

#[test]
fn a_point_that_isnt_on_the_curve_is_refused() {
    let mut jwk = serde_json::to_value(KEY.public().to_jwk()).unwrap();
    jwk["y"] = jwk["x"].clone();
    assert_eq!(from_jwk(&jwk).unwrap_err(), JwkError::Key(KeyError::Malformed));
    jwk["y"] = json!(base64url([7; 31]));
    assert_eq!(from_jwk(&jwk).unwrap_err(), JwkError::Length("y"));
    jwk["crv"] = json!("P-521");
    assert_eq!(
        from_jwk(&jwk).unwrap_err(),
        JwkError::Key(KeyError::UnsupportedKeyType)
    );
}

#[test]
fn a_jwk_with_a_member_twice_is_refused() {
    let twice = br#"{"kty":"OKP","crv":"Ed25519","x":"a","x":"b"}"#;
    assert_eq!(
        Jwk::parse(twice).unwrap_err(),
        JwkError::Json(jose::JsonError::DuplicateMember)
    );
}

#[test]
fn algorithms_go_by_their_exact_names() {
    for algorithm in Algorithm::ALL {
        assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        assert_eq!(algorithm.to_string(), algorithm.as_str());
        assert_eq!(serde_json::to_value(algorithm).unwrap(), algorithm.as_str());
        assert_eq!(
            serde_json::from_value::<Algorithm>(json!(algorithm.as_str())).unwrap(),
            algorithm
        );
    }
    for name in [
        "none", "HS256", "RS1", "rs256", " RS256", "ES512", "ed25519", "Ed448", "",
    ] {
        assert!(name.parse::<Algorithm>().is_err(), "{name}");
    }
    // One has got another name since (RFC 9864 §2.2).
    assert_eq!("Ed25519".parse(), Ok(Algorithm::EdDSA));
    assert_eq!(
        serde_json::from_value::<Algorithm>(json!("Ed25519")).unwrap(),
        Algorithm::EdDSA
    );
}
