//! The platform's key field: the one line that it takes, and everything that people paste instead (F-01 to F-03).

use jose::{Algorithm, KeyError, PublicKey, SpkiError};

use crate::support::{RSA, RSA_SPKI_PEM, line};

fn parse(text: &str) -> Result<PublicKey, SpkiError> {
    PublicKey::from_spki_line(Algorithm::RS256, text)
}

fn rejected(text: &str) -> SpkiError {
    parse(text).unwrap_err()
}

#[test]
fn the_line_is_what_openssl_has_between_begin_and_end() {
    assert_eq!(RSA.public().to_spki_line(), line(RSA_SPKI_PEM));
    assert_eq!(RSA.public().to_spki_pem(), RSA_SPKI_PEM);
    assert!(
        RSA.public()
            .to_spki_line()
            .starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"),
        "platform contract 1.9"
    );
    assert_eq!(
        parse(&line(RSA_SPKI_PEM)).unwrap().thumbprint(),
        RSA.public().thumbprint()
    );
}

#[test]
fn begin_and_end_lines_are_named() {
    assert_eq!(rejected(RSA_SPKI_PEM), SpkiError::ArmorLines);
    assert_eq!(rejected(&RSA_SPKI_PEM.replace('\n', "")), SpkiError::ArmorLines);
    assert_eq!(
        rejected(include_str!("keys/rsa.certificate.pem")),
        SpkiError::Certificate
    );
    assert_eq!(
        rejected(include_str!("keys/rsa.public.pkcs1.pem")),
        SpkiError::Pkcs1
    );
    assert_eq!(
        rejected(include_str!("keys/rsa.pkcs8.pem")),
        SpkiError::PrivateKey
    );
    assert_eq!(
        rejected(include_str!("keys/rsa.pkcs1.pem")),
        SpkiError::PrivateKey
    );
}

#[test]
fn what_the_bytes_are_is_named_by_parsing_them() {
    assert_eq!(
        rejected(&line(include_str!("keys/rsa.certificate.pem"))),
        SpkiError::Certificate
    );
    assert_eq!(
        rejected(&line(include_str!("keys/rsa.public.pkcs1.pem"))),
        SpkiError::Pkcs1
    );
    assert_eq!(
        rejected(&line(include_str!("keys/rsa.pkcs8.pem"))),
        SpkiError::PrivateKey
    );
    assert_eq!(
        rejected(&line(include_str!("keys/rsa.pkcs1.pem"))),
        SpkiError::PrivateKey
    );
    assert_eq!(rejected("aGVsbG8="), SpkiError::NotSpki);
    assert_eq!(rejected("MAA="), SpkiError::NotSpki);
}

#[test]
fn white_space_is_named() {
    let good = line(RSA_SPKI_PEM);
    let body: String = RSA_SPKI_PEM
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(rejected(&body), SpkiError::Newline);
    assert_eq!(rejected(&format!("{good}\n")), SpkiError::Newline);
    assert_eq!(rejected(&format!("{good}\r\n")), SpkiError::Newline);
    assert_eq!(rejected(&format!(" {good}")), SpkiError::Whitespace { at: 1 });
    assert_eq!(
        rejected(&format!("{good}\t")),
        SpkiError::Whitespace { at: good.len() + 1 }
    );
    assert_eq!(rejected(""), SpkiError::Empty);
    assert_eq!(rejected(&"A".repeat(9_000)), SpkiError::TooLong);
}

/// A tutorial prints a key that ends in a full stop.
#[test]
fn a_stray_character_is_named_with_its_place() {
    let good = line(RSA_SPKI_PEM);
    assert_eq!(
        rejected(&format!("{good}.")),
        SpkiError::NotBase64 { at: good.len() + 1 }
    );
    assert_eq!(
        rejected(&good.replacen('/', "_", 1)),
        SpkiError::NotBase64 {
            at: good.find('/').unwrap() + 1
        }
    );
    assert!(matches!(rejected(&format!("{good}AAAA")), SpkiError::NotSpki));
}

/// F-02: wherever one character is lost, the line is refused.
#[test]
fn a_line_that_lost_a_character_is_refused() {
    let good = line(RSA_SPKI_PEM);
    for at in 0..good.len() {
        let mut lost = good.clone();
        lost.remove(at);
        rejected(&lost);
        assert!(parse(&good[..at]).is_err(), "cut after {at}");
    }
}

#[test]
fn a_line_with_another_character_is_another_key_at_best() {
    let good = line(RSA_SPKI_PEM);
    for at in 0..good.len() {
        let other = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut changed = good.clone();
        changed.replace_range(at..=at, other);
        if let Ok(key) = parse(&changed) {
            assert_ne!(key.fingerprint(), RSA.public().fingerprint(), "character {at}");
        }
    }
}

#[test]
fn sec_018_weak_and_foreign_keys_are_refused() {
    let short = line(include_str!("keys/rsa1024.public.pem"));
    assert!(
        short.starts_with("MIGfMA0GCSqGSIb3DQEBAQUAA4GN"),
        "platform contract 1.9"
    );
    assert_eq!(
        rejected(&short),
        SpkiError::Key(KeyError::TooSmall { bits: 1024 })
    );
    let koblitz = line(include_str!("keys/secp256k1.public.pem"));
    assert_eq!(rejected(&koblitz), SpkiError::Key(KeyError::UnsupportedKeyType));
    for pem in [
        include_str!("keys/p256.public.pem"),
        include_str!("keys/ed25519.public.pem"),
    ] {
        assert!(matches!(
            rejected(&line(pem)),
            SpkiError::Key(KeyError::AlgorithmMismatch { .. })
        ));
    }
}

#[test]
fn reasons_are_sentences_without_the_key() {
    let good = line(RSA_SPKI_PEM);
    for text in [
        RSA_SPKI_PEM.to_owned(),
        format!("{good}."),
        format!("{good}\n"),
        good[1..].to_owned(),
    ] {
        let reason = rejected(&text).to_string();
        assert!(reason.len() > 15 && !reason.contains("MIIB"), "{reason}");
    }
}
