//! Keys to encrypt to: in each form, and those that are refused.

use jose::{
    Algorithm, ContentEncryption, DecryptionKey, EncryptionKey, Jwe, Jwk, JwkError, JwkSet, JwkSetError,
    KeyError, KeyManagement, KeyType, PrivateKey, RsaBits, SpkiError,
};
use serde_json::{Value, json};

use crate::support::{KEY, RSA, RSA_JWK, RSA_SPKI_PEM, line};

fn from_jwk(jwk: &Value) -> Result<EncryptionKey, JwkError> {
    EncryptionKey::from_jwk(&Jwk::parse_strictly(jwk.to_string().as_bytes())?, None)
}

/// The recipient's public JWK, as a platform would give it.
fn rsa_jwk() -> Value {
    let key = EncryptionKey::from_spki_line(&RSA.public().to_spki_line()).unwrap();
    serde_json::to_value(key.with_kid("enc-1").to_jwk()).unwrap()
}

fn ec_jwk() -> Value {
    let key = EncryptionKey::from_spki_der(KEY.public().to_spki_der()).unwrap();
    serde_json::to_value(key.to_jwk()).unwrap()
}

#[test]
fn a_key_is_the_same_in_every_form() {
    for key_type in [KeyType::Rsa, KeyType::P256, KeyType::P384] {
        let recipient = DecryptionKey::generate(key_type, RsaBits::Rsa2048)
            .unwrap()
            .with_kid("k");
        let public = recipient.public();
        let jwk = serde_json::to_value(public.to_jwk()).unwrap();
        let forms = [
            EncryptionKey::from_spki_line(&public.to_spki_line()).unwrap(),
            from_jwk(&jwk).unwrap(),
        ];
        for key in forms {
            assert_eq!(key.fingerprint(), public.fingerprint());
            assert_eq!(key.management(), public.management());
            assert_eq!(key.key_type(), key_type);
            let token = key.encrypt(ContentEncryption::A256Gcm, None, b"text").unwrap();
            assert_eq!(Jwe::parse(&token).unwrap().decrypt(&recipient).unwrap(), b"text");
        }
    }
}

#[test]
fn private_keys_are_read_in_every_form_and_keep_their_id() {
    for text in [
        include_str!("keys/rsa.pkcs8.pem"),
        include_str!("keys/rsa.pkcs1.pem"),
    ] {
        let key = DecryptionKey::from_pem(text).unwrap();
        assert_eq!(key.public().fingerprint(), RSA.public().fingerprint());
        assert_eq!(key.kid(), None);
    }
    let der = RSA.to_pkcs8_der().unwrap();
    let key = DecryptionKey::from_pkcs8_der(&der).unwrap();
    assert_eq!(key.public().rsa_bits(), Some(2048));
    let mut jwk: Value = serde_json::from_str(RSA_JWK).unwrap();
    for (name, value) in [("kid", "enc-1"), ("use", "enc"), ("alg", "RSA-OAEP-256")] {
        jwk[name] = value.into();
    }
    let key = DecryptionKey::from_jwk(jwk.to_string().as_bytes()).unwrap();
    assert_eq!(key.kid(), Some("enc-1"));
    assert_eq!(format!("{key:?}").matches("enc-1").count(), 1);
    assert!(!format!("{key:?}").contains(jwk["d"].as_str().unwrap()));
}

#[test]
fn a_private_key_that_isnt_for_decryption_is_refused() {
    let with = |name: &str, value: Value| {
        let mut jwk: Value = serde_json::from_str(RSA_JWK).unwrap();
        jwk[name] = value;
        DecryptionKey::from_jwk(jwk.to_string().as_bytes()).err()
    };
    assert_eq!(with("use", "sig".into()), Some(JwkError::EncryptionUse));
    assert_eq!(with("key_ops", json!(["sign"])), Some(JwkError::KeyOps));
    assert_eq!(with("key_ops", json!(["decrypt"])), None);
    assert_eq!(with("key_ops", json!(["unwrapKey"])), None);
    assert_eq!(with("alg", "RSA1_5".into()), Some(JwkError::UnknownKeyManagement));
    assert_eq!(
        DecryptionKey::from_jwk(rsa_jwk().to_string().as_bytes()).unwrap_err(),
        JwkError::Key(KeyError::NotPrivate)
    );
    assert_eq!(
        DecryptionKey::from_pem(RSA_SPKI_PEM).unwrap_err(),
        KeyError::NotPrivate
    );
    let ed25519 = include_str!("keys/ed25519.pkcs8.pem");
    assert_eq!(
        DecryptionKey::from_pem(ed25519).unwrap_err(),
        KeyError::NotForEncryption(KeyType::Ed25519)
    );
    assert_eq!(
        DecryptionKey::generate(KeyType::Ed25519, RsaBits::default()).unwrap_err(),
        KeyError::NotForEncryption(KeyType::Ed25519)
    );
    let short = include_str!("keys/rsa1024.pkcs8.pem");
    assert_eq!(
        DecryptionKey::from_pem(short).unwrap_err(),
        KeyError::TooSmall { bits: 1024 }
    );
}

#[test]
fn sec_015_a_recipients_private_or_symmetric_key_is_refused() {
    let private: Value = serde_json::from_str(RSA_JWK).unwrap();
    assert_eq!(from_jwk(&private).unwrap_err(), JwkError::PrivateMember("d"));
    let symmetric = json!({ "kty": "oct", "k": "c2VjcmV0", "use": "enc", "alg": "dir" });
    assert_eq!(from_jwk(&symmetric).unwrap_err(), JwkError::PrivateMember("k"));
    for key in [private, symmetric] {
        let set = json!({ "keys": [ec_jwk(), key] }).to_string();
        assert!(matches!(
            JwkSet::parse_public(set.as_bytes()).unwrap_err(),
            JwkSetError::Key {
                index: 1,
                error: JwkError::PrivateMember(_)
            }
        ));
    }
    let pasted = line(include_str!("keys/rsa.pkcs8.pem"));
    assert_eq!(
        EncryptionKey::from_spki_line(&pasted).unwrap_err(),
        SpkiError::PrivateKey
    );
}

#[test]
fn a_published_set_may_hold_what_we_dont_know() {
    let set = json!({ "keys": [{ "kty": "AKP", "pub": "AA" }, { "kty": "RSA" }, rsa_jwk()] }).to_string();
    let set = JwkSet::parse_public(set.as_bytes()).unwrap();
    let key = EncryptionKey::choose(&set, KeyManagement::RsaOaep256).unwrap();
    assert_eq!(key.kid(), Some("enc-1"));
}

#[test]
fn sec_018_short_keys_and_other_kinds_are_refused() {
    let short = line(include_str!("keys/rsa1024.public.pem"));
    assert_eq!(
        EncryptionKey::from_spki_line(&short).unwrap_err(),
        SpkiError::Key(KeyError::TooSmall { bits: 1024 })
    );
    let koblitz = line(include_str!("keys/secp256k1.public.pem"));
    assert_eq!(
        EncryptionKey::from_spki_line(&koblitz).unwrap_err(),
        SpkiError::Key(KeyError::UnsupportedKeyType)
    );
    let ed25519 = PrivateKey::generate(Algorithm::EdDSA, RsaBits::default()).unwrap();
    assert_eq!(
        EncryptionKey::from_spki_line(&ed25519.public().to_spki_line()).unwrap_err(),
        SpkiError::Key(KeyError::NotForEncryption(KeyType::Ed25519))
    );
}

/// F-02, F-03: the platform's key is pasted, too.
#[test]
fn a_key_that_was_pasted_wrongly_is_named() {
    assert_eq!(
        EncryptionKey::from_spki_line(RSA_SPKI_PEM).unwrap_err(),
        SpkiError::ArmorLines
    );
    let good = RSA.public().to_spki_line();
    assert_eq!(
        EncryptionKey::from_spki_line(&format!("{good}\n")).unwrap_err(),
        SpkiError::Newline
    );
    assert_eq!(
        EncryptionKey::from_spki_line(&line(include_str!("keys/rsa.certificate.pem"))).unwrap_err(),
        SpkiError::Certificate
    );
}

#[test]
fn a_jwk_that_says_that_it_is_for_something_else_is_refused() {
    let with = |mut jwk: Value, name: &str, value: Value| {
        jwk[name] = value;
        from_jwk(&jwk).err()
    };
    for (name, value, error) in [
        ("use", json!("sig"), Some(JwkError::EncryptionUse)),
        ("use", json!(""), Some(JwkError::EncryptionUse)),
        ("key_ops", json!(["verify"]), Some(JwkError::KeyOps)),
        ("key_ops", json!([]), Some(JwkError::KeyOps)),
        ("key_ops", json!("encrypt"), Some(JwkError::Member("key_ops"))),
        ("key_ops", json!([7]), Some(JwkError::Member("key_ops"))),
        ("key_ops", json!(["wrapKey"]), None),
        ("key_ops", json!(["encrypt", "verify"]), None),
        ("alg", json!("RSA-OAEP"), Some(JwkError::UnknownKeyManagement)),
        ("alg", json!("RS256"), Some(JwkError::UnknownKeyManagement)),
        (
            "alg",
            json!("ECDH-ES"),
            Some(JwkError::Key(KeyError::KeyManagementMismatch {
                management: KeyManagement::EcdhEs,
                key_type: KeyType::Rsa,
            })),
        ),
        (
            "n",
            json!("AQAB"),
            Some(JwkError::Key(KeyError::TooSmall { bits: 17 })),
        ),
    ] {
        assert_eq!(with(rsa_jwk(), name, value.clone()), error, "{name}: {value}");
    }
    for (name, value, error) in [
        ("key_ops", json!([]), None),
        ("key_ops", json!(["deriveKey"]), None),
        ("key_ops", json!(["deriveBits"]), None),
        ("key_ops", json!(["encrypt"]), Some(JwkError::KeyOps)),
        (
            "alg",
            json!("ECDH-ES+A256KW"),
            Some(JwkError::UnknownKeyManagement),
        ),
        (
            "y",
            ec_jwk()["x"].clone(),
            Some(JwkError::Key(KeyError::Malformed)),
        ),
    ] {
        assert_eq!(with(ec_jwk(), name, value.clone()), error, "{name}: {value}");
    }
}

#[test]
fn what_its_owner_registered_decides() {
    let jwk = Jwk::parse(rsa_jwk().to_string().as_bytes()).unwrap();
    assert!(EncryptionKey::from_jwk(&jwk, Some(KeyManagement::RsaOaep256)).is_ok());
    assert_eq!(
        EncryptionKey::from_jwk(&jwk, Some(KeyManagement::EcdhEs)).unwrap_err(),
        JwkError::KeyManagementMismatch {
            jwk: KeyManagement::RsaOaep256,
            wanted: KeyManagement::EcdhEs
        }
    );
}

#[test]
fn a_key_to_verify_with_may_not_say_that_it_is_for_something_else() {
    let with = |operations: Value| {
        let mut jwk = serde_json::to_value(RSA.public().to_jwk()).unwrap();
        jwk["key_ops"] = operations;
        jose::PublicKey::from_jwk(&Jwk::parse(jwk.to_string().as_bytes()).unwrap(), None).err()
    };
    assert_eq!(with(json!(["verify"])), None);
    assert_eq!(with(json!(["encrypt"])), Some(JwkError::KeyOps));
    assert_eq!(with(json!([])), Some(JwkError::KeyOps));
}

#[test]
fn names_are_exact() {
    for management in KeyManagement::ALL {
        assert_eq!(management.as_str().parse(), Ok(management));
        assert_eq!(serde_json::to_value(management).unwrap(), management.as_str());
        assert_eq!(
            serde_json::from_value::<KeyManagement>(json!(management.as_str())).unwrap(),
            management
        );
    }
    for encryption in ContentEncryption::ALL {
        assert_eq!(encryption.as_str().parse(), Ok(encryption));
        assert_eq!(serde_json::to_value(encryption).unwrap(), encryption.as_str());
        assert_eq!(
            serde_json::from_value::<ContentEncryption>(json!(encryption.as_str())).unwrap(),
            encryption
        );
    }
    for name in ["RSA1_5", "dir", "rsa-oaep-256", " ECDH-ES", ""] {
        assert!(name.parse::<KeyManagement>().is_err(), "{name}");
    }
    assert_eq!(ContentEncryption::default(), ContentEncryption::A256Gcm);
}
