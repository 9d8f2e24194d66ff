//! Private keys in and out, and those that are refused.

use jose::{Algorithm, JwkError, KeyError, PrivateKey, RsaBits, UnknownRsaBits};

use crate::support::RSA_JWK;

const RSA_PKCS8: &str = include_str!("keys/rsa.pkcs8.pem");
const RSA_PKCS1: &str = include_str!("keys/rsa.pkcs1.pem");
const P256_PKCS8: &str = include_str!("keys/p256.pkcs8.pem");
/// With `EC PARAMETERS` before the key, as `openssl ecparam -genkey` writes it.
const P256_SEC1: &str = include_str!("keys/p256.sec1.pem");
/// The key of RFC 6979 A.2.6.
const P384_SEC1: &str = include_str!("keys/p384.sec1.pem");
const ED25519_PKCS8: &str = include_str!("keys/ed25519.pkcs8.pem");

fn from_pem(pem: &str) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem(None, pem)
}

#[test]
fn openssl_and_the_rfc_mean_the_same_rsa_key() {
    let jwk = PrivateKey::from_jwk(None, RSA_JWK.as_bytes()).unwrap();
    for pem in [RSA_PKCS8, RSA_PKCS1] {
        let key = from_pem(pem).unwrap();
        assert_eq!(key.public(), jwk.public());
        assert_eq!(key.algorithm(), Algorithm::RS256);
        assert_eq!(
            key.sign(b"text").unwrap().as_ref(),
            jwk.sign(b"text").unwrap().as_ref()
        );
    }
}

#[test]
fn keys_of_every_kind_are_read_as_openssl_writes_them() {
    for (private, public, algorithm) in [
        (P256_PKCS8, include_str!("keys/p256.public.pem"), Algorithm::ES256),
        (P256_SEC1, include_str!("keys/p256.public.pem"), Algorithm::ES256),
        (P384_SEC1, include_str!("keys/p384.public.pem"), Algorithm::ES384),
        (
            ED25519_PKCS8,
            include_str!("keys/ed25519.public.pem"),
            Algorithm::EdDSA,
        ),
        (RSA_PKCS8, include_str!("keys/rsa.public.pem"), Algorithm::RS256),
    ] {
        let key = from_pem(private).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.public().to_spki_pem(), public);
        key.sign_and_verify().unwrap();
    }
}

#[test]
fn a_key_survives_every_round_trip() {
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap();
        let from_der = PrivateKey::from_pkcs8_der(algorithm, &key.to_pkcs8_der().unwrap()).unwrap();
        assert_eq!(from_der.public(), key.public());
        assert_eq!(from_der.to_pkcs8_der().unwrap(), key.to_pkcs8_der().unwrap());
        let pem = key.to_pkcs8_pem().unwrap();
        assert!(
            pem.starts_with("-----BEGIN PRIVATE KEY-----\n") && pem.ends_with("-----END PRIVATE KEY-----\n")
        );
        let from_pem = PrivateKey::from_pem(Some(algorithm), &pem).unwrap();
        assert_eq!(from_pem.public(), key.public());
        let signature = from_pem.sign(b"text").unwrap();
        assert!(key.public().verify(b"text", signature.as_ref()), "{algorithm}");
    }
}

#[test]
fn the_record_decides_between_the_algorithms_of_rsa() {
    let key = PrivateKey::from_pem(Some(Algorithm::PS256), RSA_PKCS8).unwrap();
    assert_eq!(key.algorithm(), Algorithm::PS256);
    let signature = key.sign(b"text").unwrap();
    assert!(key.public().verify(b"text", signature.as_ref()));
    let rs256 = from_pem(RSA_PKCS8).unwrap();
    assert!(!rs256.public().verify(b"text", signature.as_ref()));
}

#[test]
fn a_key_of_another_kind_than_its_record_is_refused() {
    for (pem, algorithm) in [
        (RSA_PKCS8, Algorithm::ES256),
        (RSA_PKCS1, Algorithm::EdDSA),
        (P256_PKCS8, Algorithm::ES384),
        (P256_SEC1, Algorithm::RS256),
        (P384_SEC1, Algorithm::ES256),
        (ED25519_PKCS8, Algorithm::PS256),
    ] {
        let error = PrivateKey::from_pem(Some(algorithm), pem).unwrap_err();
        assert!(
            matches!(error, KeyError::AlgorithmMismatch { .. }),
            "{algorithm}: {error}"
        );
    }
}

#[test]
fn sec_018_short_rsa_keys_and_other_curves_are_refused() {
    let short = include_str!("keys/rsa1024.pkcs8.pem");
    assert_eq!(from_pem(short).unwrap_err(), KeyError::TooSmall { bits: 1024 });
    assert_eq!(
        from_pem(include_str!("keys/secp256k1.pkcs8.pem")).unwrap_err(),
        KeyError::UnsupportedKeyType
    );
    for bits in [0, 512, 1024, 2047, 2049, 8192] {
        assert_eq!(RsaBits::try_from(bits), Err(UnknownRsaBits));
    }
}

#[test]
fn sec_018_new_rsa_keys_have_the_length_asked_for() {
    for bits in [RsaBits::Rsa2048, RsaBits::Rsa3072] {
        let key = PrivateKey::generate(Algorithm::PS256, bits).unwrap();
        assert_eq!(key.public().rsa_bits(), Some(bits.bits()));
        let signature = key.sign(b"text").unwrap();
        assert_eq!(signature.as_ref().len() * 8, bits.bits());
    }
}

#[test]
fn what_isnt_a_readable_private_key_is_named() {
    for (text, error) in [
        ("", KeyError::Pem),
        ("-----BEGIN PRIVATE KEY-----", KeyError::Pem),
        (
            "-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----",
            KeyError::Pem,
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END CERTIFICATE-----",
            KeyError::Pem,
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            KeyError::Malformed,
        ),
        (include_str!("keys/rsa.public.pem"), KeyError::NotPrivate),
        (include_str!("keys/rsa.certificate.pem"), KeyError::NotPrivate),
        (include_str!("keys/rsa.encrypted.pem"), KeyError::Encrypted),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
            KeyError::UnsupportedKeyType,
        ),
    ] {
        assert_eq!(from_pem(text).unwrap_err(), error, "{text}");
    }
    let old = RSA_PKCS1.replacen(
        "-----\n",
        "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n",
        1,
    );
    assert_eq!(from_pem(&old).unwrap_err(), KeyError::Encrypted);
}

#[test]
fn text_and_line_ends_around_a_key_dont_matter() {
    let windows = format!("Bag Attributes\r\n{}\r\n", RSA_PKCS8.replace('\n', "\r\n"));
    let after_its_certificate = format!("{}{RSA_PKCS8}", include_str!("keys/rsa.certificate.pem"));
    for text in [windows, after_its_certificate] {
        from_pem(&text).unwrap();
    }
}

#[test]
fn damaged_keys_are_refused_and_never_panic() {
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let pem = match algorithm.key_type() {
            jose::KeyType::Rsa => RSA_PKCS8,
            jose::KeyType::P256 | jose::KeyType::P384 => P256_PKCS8,
            jose::KeyType::Ed25519 => ED25519_PKCS8,
        };
        let der = PrivateKey::from_pem(Some(algorithm), pem)
            .unwrap()
            .to_pkcs8_der()
            .unwrap();
        for len in 0..der.len() {
            assert!(
                PrivateKey::from_pkcs8_der(algorithm, &der[..len]).is_err(),
                "{algorithm}, {len} bytes"
            );
        }
        let longer = [der.as_slice(), b"\0"].concat();
        assert!(
            PrivateKey::from_pkcs8_der(algorithm, &longer).is_err(),
            "{algorithm}, trailing byte"
        );
    }
}

#[test]
fn a_private_jwk_may_leave_its_primes_out_but_not_one_of_them() {
    let mut jwk: serde_json::Value = serde_json::from_str(RSA_JWK).unwrap();
    let members = jwk.as_object_mut().unwrap();
    for name in ["dp", "dq", "qi", "q"] {
        members.remove(name);
    }
    let parse = |json: &serde_json::Value| PrivateKey::from_jwk(None, json.to_string().as_bytes());
    assert_eq!(parse(&jwk).unwrap_err(), JwkError::Member("q"));
    jwk.as_object_mut().unwrap().remove("p");
    let key = parse(&jwk).unwrap();
    assert_eq!(
        key.public(),
        PrivateKey::from_jwk(None, RSA_JWK.as_bytes()).unwrap().public()
    );
    key.sign_and_verify().unwrap();
}

/// With no primes they are computed from the exponent, which a nought has no answer for.
#[test]
fn a_private_exponent_of_nought_is_refused() {
    let mut jwk: serde_json::Value = serde_json::from_str(RSA_JWK).unwrap();
    for name in ["p", "q", "dp", "dq", "qi"] {
        jwk.as_object_mut().unwrap().remove(name);
    }
    for nought in ["", "AA", "AAAA"] {
        jwk["d"] = nought.into();
        assert_eq!(
            PrivateKey::from_jwk(None, jwk.to_string().as_bytes()).unwrap_err(),
            JwkError::Key(KeyError::Malformed)
        );
    }
}

#[test]
fn a_private_jwk_that_doesnt_fit_together_is_refused() {
    let mut jwk: serde_json::Value = serde_json::from_str(RSA_JWK).unwrap();
    let parse = |json: &serde_json::Value| PrivateKey::from_jwk(None, json.to_string().as_bytes());
    jwk["p"] = jwk["q"].clone();
    assert_eq!(parse(&jwk).unwrap_err(), JwkError::Key(KeyError::Malformed));
    jwk.as_object_mut().unwrap().remove("d");
    assert_eq!(parse(&jwk).unwrap_err(), JwkError::Key(KeyError::NotPrivate));

    // RFC 8037 A.1 with another public half.
    let foreign = serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp" });
    assert!(parse(&foreign).is_err());
}
