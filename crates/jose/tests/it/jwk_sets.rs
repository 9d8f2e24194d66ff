//! JWK sets: published, read, registered.

use jose::{Algorithm, JsonError, JwkError, JwkSet, JwkSetError, KeyError, KeySet, PublicKey};
use serde_json::{Value, json};

use crate::support::{KEY, RSA, RSA_JWK};

fn bytes(set: &Value) -> Vec<u8> {
    set.to_string().into_bytes()
}

#[test]
fn a_set_is_read_as_it_was_published() {
    let set = JwkSet::of([KEY.public(), RSA.public()]);
    let json = serde_json::to_vec(&set).unwrap();
    assert_eq!(JwkSet::parse(&json).unwrap(), set);
    assert_eq!(JwkSet::parse_strictly(&json).unwrap(), set);
    let keys = KeySet::from_jwk_set(&set, None);
    assert_eq!(keys.find(Some("es")), Some(KEY.public()));
    assert_eq!(keys.find(Some("rsa")), Some(RSA.public()));
}

#[test]
fn a_key_is_found_by_its_exact_id_only() {
    let two = KeySet::from_iter([KEY.public().clone(), RSA.public().clone()]);
    for kid in ["ES", "es ", "e", ""] {
        assert_eq!(two.find(Some(kid)), None, "{kid}");
    }
    assert_eq!(two.find(None), None, "two keys and no `kid`: neither");
    let one = KeySet::from_iter([KEY.public().clone()]);
    assert_eq!(one.find(None), Some(KEY.public()));
    assert_eq!(one.find(Some("rsa")), None);
}

#[test]
fn unknown_keys_dont_spoil_a_set() {
    let set = json!({ "keys": [
        { "kty": "AKP", "alg": "ML-DSA-44", "pub": "..." },
        { "kty": "RSA", "kid": "without members" },
        { "kid": "without type" },
        { "kty": "EC", "crv": "P-521", "x": "a", "y": "b" },
        KEY.public().to_jwk(),
    ], "more": 1 });
    let set = JwkSet::parse(&bytes(&set)).unwrap();
    assert_eq!(set.keys.len(), 3);
    assert_eq!(KeySet::from_jwk_set(&set, None).keys(), [KEY.public().clone()]);
}

#[test]
fn sec_015_private_and_symmetric_members_are_refused_at_registration() {
    let private: Value = serde_json::from_str(RSA_JWK).unwrap();
    let set = json!({ "keys": [KEY.public().to_jwk(), private] });
    let refused = |error| JwkSetError::Key { index: 1, error };
    assert_eq!(
        JwkSet::parse_strictly(&bytes(&set)).unwrap_err(),
        refused(JwkError::PrivateMember("d"))
    );
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        let mut jwk = serde_json::to_value(RSA.public().to_jwk()).unwrap();
        jwk[name] = json!("AQAB");
        let set = json!({ "keys": [KEY.public().to_jwk(), jwk] });
        assert_eq!(
            JwkSet::parse_strictly(&bytes(&set)).unwrap_err(),
            refused(JwkError::PrivateMember(name))
        );
    }
    let symmetric = json!({ "keys": [KEY.public().to_jwk(), { "kty": "oct", "k": "c2VjcmV0" }] });
    assert_eq!(
        JwkSet::parse_strictly(&bytes(&symmetric)).unwrap_err(),
        refused(JwkError::PrivateMember("k"))
    );
}

#[test]
fn sec_015_private_members_never_come_out_again() {
    let private: Value = serde_json::from_str(RSA_JWK).unwrap();
    let set = JwkSet::parse(&bytes(
        &json!({ "keys": [private, { "kty": "oct", "k": "c2VjcmV0" }] }),
    ))
    .unwrap();
    let written = serde_json::to_value(&set).unwrap();
    for key in written["keys"].as_array().unwrap() {
        for name in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(name).is_none(), "{name}");
        }
    }
    assert_eq!(
        KeySet::from_jwk_set(&set, None).keys().len(),
        1,
        "a symmetric key is none"
    );
}

/// F-19: whoever checks a set learns which key is wrong.
#[test]
fn a_checked_set_names_the_key_at_fault() {
    let set = json!({ "keys": [KEY.public().to_jwk(), { "kty": "RSA", "e": "AQAB" }] });
    let error = JwkSet::parse_strictly(&bytes(&set)).unwrap_err();
    assert_eq!(
        error,
        JwkSetError::Key {
            index: 1,
            error: JwkError::Member("n")
        }
    );
    assert_eq!(error.to_string(), "key 1: `n` is missing or isn't a string");
}

#[test]
fn what_isnt_a_set_is_refused() {
    assert_eq!(JwkSet::parse(b"{}").unwrap_err(), JwkSetError::Keys);
    assert_eq!(JwkSet::parse(br#"{"keys":{}}"#).unwrap_err(), JwkSetError::Keys);
    assert_eq!(
        JwkSet::parse(br#"{"keys":["a"]}"#).unwrap_err(),
        JwkSetError::Keys
    );
    assert_eq!(
        JwkSet::parse(b"[]").unwrap_err(),
        JwkSetError::Json(JsonError::NotAnObject)
    );
    assert_eq!(
        JwkSet::parse(b"<html>").unwrap_err(),
        JwkSetError::Json(JsonError::Syntax)
    );
    let twice = br#"{"keys":[],"keys":[]}"#;
    assert_eq!(
        JwkSet::parse(twice).unwrap_err(),
        JwkSetError::Json(JsonError::DuplicateMember)
    );
    assert_eq!(
        JwkSet::parse(&vec![b' '; 256 * 1024 + 1]).unwrap_err(),
        JwkSetError::TooLarge
    );
    let many = json!({ "keys": vec![json!({ "kty": "x" }); 101] });
    assert_eq!(
        JwkSet::parse(&bytes(&many)).unwrap_err(),
        JwkSetError::TooManyKeys
    );
    assert!(JwkSet::parse(br#"{"keys":[]}"#).unwrap().keys.is_empty());
}

#[test]
fn a_pinned_algorithm_leaves_other_keys_out() {
    let set = JwkSet::of([KEY.public(), RSA.public()]);
    assert_eq!(
        KeySet::from_jwk_set(&set, Some(Algorithm::ES256)).keys(),
        [KEY.public().clone()]
    );
    assert!(
        KeySet::from_jwk_set(&set, Some(Algorithm::PS256))
            .keys()
            .is_empty()
    );
}

#[test]
fn a_key_for_encryption_verifies_nothing() {
    let mut jwk = RSA.public().to_jwk();
    jwk.key_use = Some("enc".to_owned());
    assert_eq!(PublicKey::from_jwk(&jwk, None).unwrap_err(), JwkError::Use);
    jwk.key_use = None;
    jwk.alg = Some("RSA-OAEP-256".to_owned());
    assert_eq!(
        PublicKey::from_jwk(&jwk, None).unwrap_err(),
        JwkError::UnknownAlgorithm
    );
    jwk.parameters = jose::JwkParameters::Other {
        kty: "oct".to_owned(),
    };
    assert_eq!(
        PublicKey::from_jwk(&jwk, None).unwrap_err(),
        JwkError::Key(KeyError::UnsupportedKeyType)
    );
}
