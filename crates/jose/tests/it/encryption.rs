//! What is encrypted is read by its recipient, as it was; and by nobody else, nor altered.

use std::sync::LazyLock;

use jose::jwe::{DecryptError, Part};
use jose::{
    ContentEncryption, DecryptionKey, EncryptionKey, Jwe, JwkSet, KeyManagement, KeyType, RsaBits, Typ,
    verify,
};
use serde_json::{Value, json};

use crate::support::{base64url, claims, find, header, part, policy, sign};

/// A recipient of each kind.
static RECIPIENTS: LazyLock<[DecryptionKey; 3]> = LazyLock::new(|| {
    [KeyType::Rsa, KeyType::P256, KeyType::P384].map(|key_type| {
        DecryptionKey::generate(key_type, RsaBits::default())
            .unwrap()
            .with_kid(key_type.as_str())
    })
});

/// Every recipient with every encryption of the content.
fn each() -> impl Iterator<Item = (&'static DecryptionKey, ContentEncryption)> {
    RECIPIENTS
        .iter()
        .flat_map(|key| ContentEncryption::ALL.map(|encryption| (key, encryption)))
}

fn decrypt(token: &str, key: &DecryptionKey) -> Result<Vec<u8>, DecryptError> {
    Jwe::parse(token)?.decrypt(key)
}

/// A token for the P-256 recipient whose header has one parameter replaced, or taken out. Its content can't be read any
/// more, but none of the errors below is about that.
fn with_header(name: &str, value: Option<Value>) -> String {
    let token = RECIPIENTS[1]
        .public()
        .encrypt(ContentEncryption::A256Gcm, None, b"text")
        .unwrap();
    let mut header = part(&token, 0);
    match value {
        Some(value) => header[name] = value,
        None => drop(header.as_object_mut().unwrap().remove(name)),
    }
    format!(
        "{}.{}",
        base64url(header.to_string()),
        token.split_once('.').unwrap().1
    )
}

fn refused(token: &str) -> DecryptError {
    decrypt(token, &RECIPIENTS[1]).unwrap_err()
}

#[test]
fn content_of_any_length_is_read_as_it_was_written() {
    for (key, encryption) in each() {
        for len in [0, 1, 11, 12, 15, 16, 17, 31, 32, 33, 1000, 8000] {
            let content: Vec<u8> = (0..=250).cycle().take(len).collect();
            let token = key.public().encrypt(encryption, None, &content).unwrap();
            assert_eq!(token.matches('.').count(), 4);
            assert_eq!(
                decrypt(&token, key).unwrap(),
                content,
                "{encryption}, {len} bytes"
            );
        }
    }
}

#[test]
fn the_header_says_what_the_recipient_needs_and_no_more() {
    for (key, encryption) in each() {
        let token = key.public().encrypt(encryption, Some(Typ::Jwt), b"text").unwrap();
        let mut header = part(&token, 0);
        let epk = header.as_object_mut().unwrap().remove("epk");
        let management = key.public().management();
        assert_eq!(
            header,
            json!({ "alg": management.as_str(), "enc": encryption.as_str(), "cty": "JWT", "kid": key.kid().unwrap() })
        );
        match management {
            KeyManagement::RsaOaep256 => assert_eq!(epk, None),
            KeyManagement::EcdhEs => {
                let epk = epk.unwrap();
                let members: Vec<&String> = epk.as_object().unwrap().keys().collect();
                assert_eq!(members, ["crv", "kty", "x", "y"]);
                assert_eq!(epk["crv"], key.public().key_type().as_str());
            }
        }
    }
}

#[test]
fn a_key_without_an_id_and_a_content_without_a_name_leave_both_out() {
    let key = EncryptionKey::from_spki_line(&RECIPIENTS[0].public().to_spki_line()).unwrap();
    let token = key.encrypt(ContentEncryption::default(), None, b"text").unwrap();
    assert_eq!(
        part(&token, 0),
        json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM" })
    );
    assert_eq!(decrypt(&token, &RECIPIENTS[0]).unwrap(), b"text");
}

#[test]
fn the_same_content_is_never_encrypted_alike() {
    for (key, encryption) in each() {
        let once = || key.public().encrypt(encryption, None, b"text").unwrap();
        let (first, second) = (once(), once());
        for (index, (one, other)) in first.split('.').zip(second.split('.')).enumerate() {
            // The header of RSA is constant, and ECDH-ES carries no key.
            let constant = match key.public().management() {
                KeyManagement::RsaOaep256 => index == 0,
                KeyManagement::EcdhEs => index == 1,
            };
            assert_eq!(one == other, constant, "{encryption}: part {index}");
        }
    }
}

/// Sign first, then encrypt (RFC 7519 §11.2).
#[test]
fn a_nested_token_is_decrypted_and_then_verified() {
    let signed = sign(&header().to_string(), &claims().to_string());
    for (key, encryption) in each() {
        for content in [Some(Typ::Jwt), None] {
            let token = key
                .public()
                .encrypt(encryption, content, signed.as_bytes())
                .unwrap();
            let inner = Jwe::parse(&token).unwrap().decrypt_nested(key).unwrap();
            assert_eq!(inner, signed);
            assert!(verify(&inner, find, &policy()).is_ok());
        }
    }
}

#[test]
fn what_isnt_a_token_inside_is_told() {
    let key = &RECIPIENTS[1];
    let nested = |content, text: &[u8]| {
        let token = key
            .public()
            .encrypt(ContentEncryption::A128Gcm, content, text)
            .unwrap();
        Jwe::parse(&token).unwrap().decrypt_nested(key)
    };
    assert_eq!(nested(None, &[0xff, 0xfe]).unwrap_err(), DecryptError::NotNested);
    assert_eq!(
        nested(Some(Typ::AtJwt), b"text").unwrap_err(),
        DecryptError::NotNested
    );
    assert_eq!(nested(Some(Typ::Jwt), b"text").unwrap(), "text");
}

#[test]
fn nobody_else_reads_it() {
    for (key, encryption) in each() {
        let token = key.public().encrypt(encryption, None, b"text").unwrap();
        let other = DecryptionKey::generate(key.public().key_type(), RsaBits::default()).unwrap();
        assert_eq!(
            decrypt(&token, &other).unwrap_err(),
            DecryptError::Failed,
            "{encryption}"
        );
    }
    let for_rsa = RECIPIENTS[0]
        .public()
        .encrypt(ContentEncryption::A256Gcm, None, b"")
        .unwrap();
    assert_eq!(
        decrypt(&for_rsa, &RECIPIENTS[1]).unwrap_err(),
        DecryptError::KeyManagementMismatch {
            key: KeyManagement::EcdhEs
        }
    );
}

/// One bit of each character, in every part: whatever is altered, the content isn't given out.
#[test]
fn sec_005_nothing_altered_is_read() {
    for (key, encryption) in each() {
        let token = key
            .public()
            .encrypt(encryption, Some(Typ::Jwt), b"attack at dawn")
            .unwrap();
        let header = token.find('.').unwrap();
        for at in 0..token.len() {
            // A character of the header in ten: the others alter the same bytes.
            if at < header && at % 10 != 0 {
                continue;
            }
            let mut altered = token.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(decrypt(&altered, key).is_err(), "{encryption}: character {at}");
        }
        for cut in [1, 2, 8, 23] {
            assert!(
                decrypt(&token[..token.len() - cut], key).is_err(),
                "{encryption}: {cut} cut off"
            );
        }
    }
}

/// Parts of two tokens for the same recipient don't fit together.
#[test]
fn parts_of_two_tokens_dont_mix() {
    for (key, encryption) in each() {
        let once = |text: &[u8]| key.public().encrypt(encryption, None, text).unwrap();
        let (first, second) = (once(b"attack at dawn"), once(b"retreat now ok"));
        for index in 0..5 {
            let mixed: Vec<&str> = first
                .split('.')
                .zip(second.split('.'))
                .enumerate()
                .map(|(at, (one, other))| if at == index { other } else { one })
                .collect();
            let mixed = mixed.join(".");
            if mixed != first {
                assert!(decrypt(&mixed, key).is_err(), "{encryption}: part {index}");
            }
        }
    }
}

#[test]
fn sec_006_what_isnt_five_parts_within_16_kib_is_refused() {
    let token = RECIPIENTS[0]
        .public()
        .encrypt(ContentEncryption::A256Gcm, None, b"text")
        .unwrap();
    assert_eq!(refused(""), DecryptError::Parts);
    assert_eq!(refused("...."), DecryptError::Json(jose::JsonError::Syntax));
    assert_eq!(refused("a.b.c"), DecryptError::NotEncrypted);
    assert_eq!(refused(&format!("{token}.")), DecryptError::Parts);
    assert_eq!(refused(&token.replacen('.', "", 1)), DecryptError::Parts);
    assert_eq!(refused(&".".repeat(verify::MAX_TOKEN + 1)), DecryptError::TooLong);
    let largest = RECIPIENTS[0]
        .public()
        .encrypt(ContentEncryption::A256Gcm, None, &[b'x'; 12_500])
        .unwrap();
    assert!(largest.len() > verify::MAX_TOKEN);
    assert_eq!(refused(&largest), DecryptError::TooLong);
    let huge = with_header("kid", Some("k".repeat(20_000).into()));
    assert_eq!(refused(&huge), DecryptError::TooLong);
}

#[test]
fn sec_006_compression_passwords_shared_keys_and_old_padding_are_refused() {
    assert_eq!(
        refused(&with_header("zip", Some("DEF".into()))),
        DecryptError::Compressed
    );
    assert_eq!(
        refused(&with_header("zip", Some(Value::Null))),
        DecryptError::Compressed
    );
    for alg in [
        "RSA1_5",
        "RSA-OAEP",
        "dir",
        "A256KW",
        "A256GCMKW",
        "PBES2-HS256+A128KW",
        "ECDH-ES+A128KW",
        "ECDH-1PU",
        "none",
        "rsa-oaep-256",
        "",
    ] {
        assert_eq!(
            refused(&with_header("alg", Some(alg.into()))),
            DecryptError::UnknownKeyManagement,
            "{alg}"
        );
    }
    for enc in ["A192GCM", "A192CBC-HS384", "a256gcm", "none", ""] {
        assert_eq!(
            refused(&with_header("enc", Some(enc.into()))),
            DecryptError::UnknownContentEncryption,
            "{enc}"
        );
    }
}

#[test]
fn sec_005_a_header_that_isnt_as_it_should_be_is_refused() {
    for name in ["alg", "enc"] {
        for value in [None, Some(7.into()), Some(Value::Null), Some(json!(["ECDH-ES"]))] {
            assert_eq!(
                refused(&with_header(name, value)),
                DecryptError::HeaderParameter(name)
            );
        }
    }
    for name in ["kid", "cty", "apu", "apv"] {
        assert_eq!(
            refused(&with_header(name, Some(7.into()))),
            DecryptError::HeaderParameter(name)
        );
    }
    assert_eq!(
        refused(&with_header("apu", Some("QWxpY2U=".into()))),
        DecryptError::HeaderParameter("apu")
    );
    for crit in [json!([]), json!(["exp"]), json!("exp")] {
        assert_eq!(refused(&with_header("crit", Some(crit))), DecryptError::Critical);
    }
    let rest = "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA";
    let twice = base64url(r#"{"alg":"ECDH-ES","enc":"A256GCM","enc":"A128GCM"}"#);
    assert_eq!(
        refused(&format!("{twice}{rest}")),
        DecryptError::Json(jose::JsonError::DuplicateMember)
    );
    let padded = with_header("kid", Some("k".into())).replacen('.', "=.", 1);
    assert_eq!(refused(&padded), DecryptError::Base64url(Part::Header));
}

#[test]
fn parts_of_another_length_than_the_algorithms_have_are_refused_before_any_cryptography() {
    let header = base64url(r#"{"alg":"ECDH-ES","enc":"A256GCM"}"#);
    for (rest, part) in [
        (
            "AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
            Part::EncryptedKey,
        ),
        (".AAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA", Part::Iv),
        ("..AAAA.AAAAAAAAAAAAAAAAAAAAAA", Part::Iv),
        (".AAAAAAAAAAAAAAAA.AAAA.AAAA", Part::Tag),
        (".AAAAAAAAAAAAAAAA.AAAA.", Part::Tag),
    ] {
        assert_eq!(
            refused(&format!("{header}.{rest}")),
            DecryptError::Length(part),
            "{rest}"
        );
    }
    let rsa = base64url(r#"{"alg":"RSA-OAEP-256","enc":"A256GCM"}"#);
    assert_eq!(
        refused(&format!("{rsa}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA")),
        DecryptError::Length(Part::EncryptedKey)
    );
    for (rest, part) in [
        (".AAAA=.AAAA.AAAA", Part::Iv),
        (".AAAA.A*AA.AAAA", Part::Ciphertext),
        (".AAAA.AAAA.AAA B", Part::Tag),
        ("A.AAAA.AAAA.AAAA", Part::EncryptedKey),
    ] {
        assert_eq!(
            refused(&format!("{header}.{rest}")),
            DecryptError::Base64url(part),
            "{rest}"
        );
    }
}

/// An attacker who may choose the point learns the private key bit by bit, if the point needn't be on the curve.
#[test]
fn an_ephemeral_key_that_isnt_on_the_recipients_curve_is_refused() {
    let epk = part(&with_header("kid", Some("k".into())), 0)["epk"].clone();
    let with = |name: &str, value: Value| {
        let mut epk = epk.clone();
        epk[name] = value;
        refused(&with_header("epk", Some(epk)))
    };
    assert_eq!(with("y", epk["x"].clone()), DecryptError::EphemeralKey);
    assert_eq!(with("x", base64url([0; 32]).into()), DecryptError::EphemeralKey);
    assert_eq!(with("x", base64url([7; 31]).into()), DecryptError::EphemeralKey);
    assert_eq!(with("crv", "P-384".into()), DecryptError::EphemeralKey);
    assert_eq!(with("crv", "P-521".into()), DecryptError::EphemeralKey);
    assert_eq!(with("crv", "secp256k1".into()), DecryptError::EphemeralKey);
    assert_eq!(with("kty", "RSA".into()), DecryptError::EphemeralKey);
    assert_eq!(with("d", epk["x"].clone()), DecryptError::EphemeralKey);
    let of_p384 = RECIPIENTS[2]
        .public()
        .encrypt(ContentEncryption::A256Gcm, None, b"text")
        .unwrap();
    assert_eq!(refused(&of_p384), DecryptError::EphemeralKey);
    for value in [None, Some(Value::Null), Some("key".into())] {
        assert_eq!(
            refused(&with_header("epk", value)),
            DecryptError::HeaderParameter("epk")
        );
    }
}

/// A key of the wrong length inside, or none: nobody learns that it wasn't the content that failed (RFC 7516 §11.5).
#[test]
fn a_wrapped_key_that_isnt_one_fails_like_altered_content() {
    use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let recipient = &RECIPIENTS[0];
    let der = STANDARD.decode(recipient.public().to_spki_line()).unwrap();
    let rsa = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&der).unwrap()).unwrap();
    let token = recipient
        .public()
        .encrypt(ContentEncryption::A256Gcm, None, b"text")
        .unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let with_key = |key: &[u8]| {
        format!(
            "{}.{}.{}.{}.{}",
            parts[0],
            base64url(key),
            parts[2],
            parts[3],
            parts[4]
        )
    };
    for len in [0, 16, 31, 33, 64] {
        let mut wrapped = vec![0; rsa.ciphertext_size()];
        rsa.encrypt(&OAEP_SHA256_MGF1SHA256, &vec![1; len], &mut wrapped, None)
            .unwrap();
        assert_eq!(
            decrypt(&with_key(&wrapped), recipient).unwrap_err(),
            DecryptError::Failed
        );
    }
    for garbage in [&[0_u8; 256][..], &[0xff; 256], &[1; 255], &[1; 257], &[1]] {
        assert_eq!(
            decrypt(&with_key(garbage), recipient).unwrap_err(),
            DecryptError::Failed
        );
    }
}

#[test]
fn the_key_of_a_set_is_chosen_by_what_it_says_of_itself() {
    let jwk = |key: &DecryptionKey, kid: &str| {
        let mut jwk = serde_json::to_value(key.public().to_jwk()).unwrap();
        jwk["kid"] = kid.into();
        jwk
    };
    let without = |mut jwk: Value, names: &[&str]| {
        for name in names {
            jwk.as_object_mut().unwrap().remove(*name);
        }
        jwk
    };
    let signing = crate::support::RSA.public().to_jwk();
    let [rsa, p256, _] = &*RECIPIENTS;
    let chosen = |keys: Value, management| {
        let set = JwkSet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
        EncryptionKey::choose(&set, management).and_then(|key| key.kid().map(str::to_owned))
    };
    let all = json!([
        signing,
        without(jwk(rsa, "silent"), &["use", "alg"]),
        without(jwk(rsa, "use only"), &["alg"]),
        jwk(rsa, "first"),
        jwk(rsa, "second"),
        jwk(p256, "agreed"),
    ]);
    assert_eq!(
        chosen(all.clone(), KeyManagement::RsaOaep256).as_deref(),
        Some("first")
    );
    assert_eq!(chosen(all, KeyManagement::EcdhEs).as_deref(), Some("agreed"));
    let silent = json!([signing, without(jwk(rsa, "silent"), &["use", "alg"])]);
    assert_eq!(
        chosen(silent.clone(), KeyManagement::RsaOaep256).as_deref(),
        Some("silent")
    );
    assert_eq!(chosen(silent, KeyManagement::EcdhEs), None);
    assert_eq!(chosen(json!([signing]), KeyManagement::RsaOaep256), None);
    assert_eq!(chosen(json!([]), KeyManagement::RsaOaep256), None);
}
