//! The registered claims: presence, type, value (SEC-004).

use jose::verify::{Audience, Expiry, Policy};
use jose::{VerifyError, verify};
use serde_json::json;

use crate::support::{AUDIENCE, ISSUER, NOW, check_claims, claims, claims_with, find, header, policy, sign};

/// The result for one claim replaced by JSON text.
fn with(name: &str, value: &str) -> Result<(), VerifyError> {
    check_claims(&claims_with(name, Some(value))).map(drop)
}

fn check_with(claims: &str, policy: &Policy<'_>) -> Result<(), VerifyError> {
    verify(&sign(&header().to_string(), claims), find, policy).map(drop)
}

#[test]
fn sec_004_required_claims_must_be_present() {
    for name in ["iss", "aud", "sub", "exp", "iat"] {
        assert_eq!(
            check_claims(&claims_with(name, None)),
            Err(VerifyError::Missing(name))
        );
    }
}

/// Even a policy that forgets to list them.
#[test]
fn sec_004_issuer_and_audience_are_always_required() {
    let careless = Policy {
        required: &[],
        audience: Audience::CheckedByCaller,
        ..policy()
    };
    for name in ["iss", "aud"] {
        assert_eq!(
            check_with(&claims_with(name, None), &careless),
            Err(VerifyError::Missing(name))
        );
    }
}

#[test]
fn sec_004_times_must_be_numbers_in_range() {
    for name in ["exp", "nbf", "iat"] {
        for value in [
            "\"1800000300\"",
            "null",
            "true",
            "[]",
            "{}",
            "[1800000300]",
            "\"\"",
            "-1",
            "-1e300",
            "1e300",
            "1800000300000",
            "100000000001",
            "9223372036854775807",
            "18446744073709551615",
        ] {
            assert_eq!(
                with(name, value),
                Err(VerifyError::Malformed(name)),
                "{name}: {value}"
            );
        }
        // No double can hold this one, so it isn't even JSON to us.
        assert!(with(name, "1e400").is_err(), "{name}");
    }
}

/// F-04: an `exp` in milliseconds would never come.
#[test]
fn sec_004_milliseconds_are_refused() {
    assert_eq!(
        with("exp", &format!("{}000", NOW + 300)),
        Err(VerifyError::Malformed("exp"))
    );
    assert_eq!(
        with("iat", &format!("{}000", NOW - 10)),
        Err(VerifyError::Malformed("iat"))
    );
}

/// RFC 7519 §2 allows fractions.
#[test]
fn fractions_of_a_second_are_cut_off() {
    assert_eq!(
        with("exp", &format!("{NOW}.999")),
        Err(VerifyError::Expired { seconds: 0 })
    );
    assert_eq!(with("exp", &format!("{}.5", NOW + 1)), Ok(()));
    assert_eq!(with("exp", "1.8000003e9"), Ok(()));
}

#[test]
fn sec_004_names_must_be_strings() {
    for name in ["iss", "sub"] {
        for value in [
            "null",
            "1",
            "true",
            "[]",
            "{}",
            "[\"https://id.example\"]",
            "\"\"",
        ] {
            assert_eq!(
                with(name, value),
                Err(VerifyError::Malformed(name)),
                "{name}: {value}"
            );
        }
    }
    assert_eq!(
        with("jti", "7"),
        Err(VerifyError::Malformed("jti")),
        "optional, but not of any type"
    );
}

#[test]
fn sec_004_an_audience_is_a_string_or_strings() {
    for value in [
        "null",
        "1",
        "true",
        "{}",
        "[]",
        "[1]",
        "[null]",
        "[\"client\",1]",
        "[[\"client\"]]",
    ] {
        assert_eq!(with("aud", value), Err(VerifyError::Malformed("aud")), "{value}");
    }
    for value in ["\"client\"", "[\"client\"]", "[\"other\",\"client\"]"] {
        assert_eq!(with("aud", value), Ok(()), "{value}");
    }
    for value in [
        "\"other\"",
        "\"\"",
        "[\"other\"]",
        "\"Client\"",
        "\"client \"",
        "\"client,other\"",
        "\"clien\"",
    ] {
        assert_eq!(with("aud", value), Err(VerifyError::Audience), "{value}");
    }
}

#[test]
fn one_of_several_audiences_is_enough_and_none_is_never() {
    let accept = |names| Policy {
        audience: Audience::ContainsOneOf(names),
        ..policy()
    };
    let claims = claims().to_string();
    assert_eq!(check_with(&claims, &accept(&["x", AUDIENCE])), Ok(()));
    assert_eq!(
        check_with(&claims, &accept(&["x", "y"])),
        Err(VerifyError::Audience)
    );
    assert_eq!(check_with(&claims, &accept(&[])), Err(VerifyError::Audience));
}

/// F-05.
#[test]
fn the_issuer_is_compared_byte_for_byte() {
    for issuer in [
        "https://id.example/",
        "https://ID.example",
        "http://id.example",
        "https://id.example.evil",
        "id.example",
    ] {
        assert_eq!(
            with("iss", &json!(issuer).to_string()),
            Err(VerifyError::Issuer),
            "{issuer}"
        );
    }
    let claims = claims().to_string();
    assert_eq!(
        check_with(&claims, &Policy::id_token("", AUDIENCE, NOW)),
        Err(VerifyError::Issuer)
    );
}

#[test]
fn a_token_lives_until_its_expiry_and_not_a_second_longer() {
    let at = |now, leeway| {
        check_with(
            &claims().to_string(),
            &Policy {
                now,
                leeway,
                ..policy()
            },
        )
    };
    let exp = NOW + 300;
    assert_eq!(at(exp - 1, 0), Ok(()));
    assert_eq!(at(exp, 0), Err(VerifyError::Expired { seconds: 0 }));
    assert_eq!(at(exp + 100, 0), Err(VerifyError::Expired { seconds: 100 }));
    assert_eq!(at(exp + 59, 60), Ok(()));
    assert_eq!(at(exp + 60, 60), Err(VerifyError::Expired { seconds: 60 }));
}

#[test]
fn a_token_of_the_future_is_refused() {
    let at = |now, leeway| {
        check_with(
            &claims_with("nbf", Some(&NOW.to_string())),
            &Policy {
                now,
                leeway,
                ..policy()
            },
        )
    };
    assert_eq!(at(NOW, 0), Ok(()));
    assert_eq!(at(NOW - 1, 0), Err(VerifyError::NotYetValid { seconds: 1 }));
    assert_eq!(at(NOW - 1, 1), Ok(()));
    assert_eq!(at(NOW - 20, 0), Err(VerifyError::NotYetValid { seconds: 20 }));
    assert_eq!(
        with("iat", &(NOW + 5).to_string()),
        Err(VerifyError::IssuedInFuture { seconds: 5 })
    );
    let lenient = policy().with_leeway(5);
    assert_eq!(
        check_with(&claims_with("iat", Some(&(NOW + 5).to_string())), &lenient),
        Ok(())
    );
}

#[test]
fn a_clock_at_its_ends_overflows_nothing() {
    let at = |now, leeway| {
        check_with(
            &claims().to_string(),
            &Policy {
                now,
                leeway,
                ..policy()
            },
        )
    };
    assert!(matches!(at(i64::MIN, 0), Err(VerifyError::IssuedInFuture { .. })));
    assert!(matches!(
        at(i64::MIN, u32::MAX),
        Err(VerifyError::IssuedInFuture { .. })
    ));
    assert!(matches!(at(i64::MAX, 0), Err(VerifyError::Expired { .. })));
    assert!(matches!(at(i64::MAX, u32::MAX), Err(VerifyError::Expired { .. })));
}

#[test]
fn sec_035_a_hint_may_be_expired_but_nothing_else() {
    let hint = Policy::id_token_hint(ISSUER, NOW + 10_000_000);
    assert_eq!(hint.expiry, Expiry::Ignored);
    assert_eq!(check_with(&claims().to_string(), &hint), Ok(()));
    assert_eq!(
        check_with(&claims_with("exp", None), &hint),
        Err(VerifyError::Missing("exp"))
    );
    assert_eq!(
        check_with(&claims_with("exp", Some("\"1\"")), &hint),
        Err(VerifyError::Malformed("exp"))
    );
    assert_eq!(
        check_with(&claims_with("iss", Some("\"x\"")), &hint),
        Err(VerifyError::Issuer)
    );
    assert_eq!(
        check_with(&claims_with("aud", Some("{}")), &hint),
        Err(VerifyError::Malformed("aud"))
    );
}

#[test]
fn other_required_claims_are_named() {
    let with_nonce = Policy {
        required: &["iss", "sub", "aud", "exp", "iat", "nonce"],
        ..policy()
    };
    assert_eq!(
        check_with(&claims().to_string(), &with_nonce),
        Err(VerifyError::Missing("nonce"))
    );
    assert_eq!(
        check_with(&claims_with("nonce", Some("\"n\"")), &with_nonce),
        Ok(())
    );
}
