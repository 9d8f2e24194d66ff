//! One kind of token is refused wherever another is expected (SEC-003).

use jose::verify::{ExpectedTyp, Policy};
use jose::{Typ, VerifyError, verify};
use serde_json::{Value, json};

use crate::support::{AUDIENCE, ISSUER, NOW, check_claims, claims, find, header, policy, sign};

fn check(typ: Option<Value>, expected: ExpectedTyp) -> Result<(), VerifyError> {
    let mut header = header();
    match typ {
        Some(typ) => header["typ"] = typ,
        None => drop(header.as_object_mut().unwrap().remove("typ")),
    }
    let token = sign(&header.to_string(), &claims().to_string());
    verify(
        &token,
        find,
        &Policy {
            typ: expected,
            ..policy()
        },
    )
    .map(drop)
}

#[test]
fn sec_003_each_kind_is_refused_where_another_is_expected() {
    for is in Typ::ALL {
        for expected in Typ::ALL {
            let result = check(Some(json!(is.as_str())), ExpectedTyp::Is(expected));
            assert_eq!(
                result,
                if is == expected {
                    Ok(())
                } else {
                    Err(VerifyError::Typ)
                },
                "{is:?} {expected:?}"
            );
        }
        let result = check(Some(json!(is.as_str())), ExpectedTyp::JwtOrAbsent);
        assert_eq!(
            result,
            if is == Typ::Jwt {
                Ok(())
            } else {
                Err(VerifyError::Typ)
            }
        );
    }
}

#[test]
fn sec_003_a_missing_type_passes_only_where_specifications_allow_it() {
    for expected in Typ::ALL {
        assert_eq!(check(None, ExpectedTyp::Is(expected)), Err(VerifyError::Typ));
    }
    assert_eq!(check(None, ExpectedTyp::JwtOrAbsent), Ok(()));
}

#[test]
fn types_are_compared_as_media_types() {
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert_eq!(
            check(Some(json!(typ)), ExpectedTyp::Is(Typ::AtJwt)),
            Ok(()),
            "{typ}"
        );
    }
    for typ in [
        "at+jwt ",
        " at+jwt",
        "text/at+jwt",
        "application/application/at+jwt",
        "application/",
        "jwt",
        "",
        "é",
    ] {
        assert_eq!(
            check(Some(json!(typ)), ExpectedTyp::Is(Typ::AtJwt)),
            Err(VerifyError::Typ),
            "{typ}"
        );
    }
    for typ in [json!(null), json!(1), json!(["at+jwt"])] {
        assert_eq!(
            check(Some(typ), ExpectedTyp::Is(Typ::AtJwt)),
            Err(VerifyError::HeaderParameter("typ"))
        );
    }
}

#[test]
fn sec_003_an_access_token_is_no_id_token_and_the_other_way_round() {
    let mut access = claims();
    access["jti"] = json!("1");
    access["client_id"] = json!(AUDIENCE);
    let mut access_header = header();
    access_header["typ"] = json!("at+jwt");
    let access = sign(&access_header.to_string(), &access.to_string());
    let identity = sign(&header().to_string(), &claims().to_string());
    let access_policy = Policy::access_token(ISSUER, AUDIENCE, NOW);
    assert!(verify(&access, find, &access_policy).is_ok());
    assert_eq!(verify(&access, find, &policy()), Err(VerifyError::Typ));
    assert_eq!(verify(&identity, find, &access_policy), Err(VerifyError::Typ));
    assert!(verify(&identity, find, &policy()).is_ok());
}

/// Logout tokens had no type in earlier specifications.
#[test]
fn sec_003_a_logout_token_is_no_id_token_even_without_its_type() {
    let mut logout = claims();
    logout["events"] = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    assert_eq!(
        check_claims(&logout.to_string()),
        Err(VerifyError::Forbidden("events"))
    );
}

#[test]
fn an_access_token_needs_the_claims_of_rfc_9068() {
    let mut access_header = header();
    access_header["typ"] = json!("at+jwt");
    let mut access = claims();
    access["client_id"] = json!("c");
    let token = sign(&access_header.to_string(), &access.to_string());
    let result = verify(&token, find, &Policy::access_token(ISSUER, AUDIENCE, NOW));
    assert_eq!(result, Err(VerifyError::Missing("jti")));
}
