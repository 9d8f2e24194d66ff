//! The outer form of a token: size, parts, encoding, JSON (SEC-005, SEC-006).

use jose::verify::{MAX_TOKEN, Part};
use jose::{JsonError, VerifyError, parse_object};
use serde_json::{Value, json};

use crate::support::{KEY, base64url, check, check_claims, check_header, claims, header, sign};

fn token() -> String {
    sign(&header().to_string(), &claims().to_string())
}

#[test]
fn sec_006_a_token_is_bounded_before_it_is_parsed() {
    let padding = |len: usize| json!({ "iss": "x", "padding": "x".repeat(len) }).to_string();
    let long = sign(&header().to_string(), &padding(MAX_TOKEN));
    assert_eq!(check(&long), Err(VerifyError::TooLong));
    assert_eq!(check(&"A".repeat(MAX_TOKEN + 1)), Err(VerifyError::TooLong));
    assert_eq!(check(&".".repeat(MAX_TOKEN)), Err(VerifyError::Parts));

    let mut largest = claims();
    largest["padding"] = json!("x".repeat(12_060));
    let token = sign(&header().to_string(), &largest.to_string());
    assert!(
        token.len() > MAX_TOKEN - 64 && token.len() <= MAX_TOKEN,
        "{}",
        token.len()
    );
    assert!(check(&token).is_ok());
}

#[test]
fn sec_006_a_token_has_exactly_two_dots() {
    let token = token();
    assert_eq!(check(""), Err(VerifyError::Parts));
    assert_eq!(check("."), Err(VerifyError::Parts));
    assert_eq!(check(&token.replace('.', "")), Err(VerifyError::Parts));
    assert_eq!(check(&format!("{token}.")), Err(VerifyError::Parts));
    assert_eq!(check(&format!("{token}.x.y.z")), Err(VerifyError::Parts));
    assert_eq!(check(&format!("{token}.x.y")), Err(VerifyError::Encrypted));
    assert_eq!(
        check(".."),
        Err(VerifyError::Json(Part::Header, JsonError::Syntax))
    );
}

#[test]
fn sec_005_nothing_follows_the_third_part() {
    for end in ["\n", "\0", " ", "=", "==", "&x=1", "é"] {
        let refused = check(&format!("{}{end}", token()));
        assert_eq!(refused, Err(VerifyError::Base64url(Part::Signature)), "{end:?}");
    }
}

#[test]
fn sec_005_base64url_is_strict_in_every_part() {
    let token = token();
    let parts: Vec<&str> = token.split('.').collect();
    for (index, part) in [(0, Part::Header), (1, Part::Payload), (2, Part::Signature)] {
        for damage in ["=", "==", " ", "\t", "\n", "+", "/", "%3D"] {
            for at in [0, 4, parts[index].len()] {
                let mut damaged: Vec<String> = parts.iter().map(ToString::to_string).collect();
                damaged[index].insert_str(at, damage);
                let signed_again = match part {
                    // The signature covers the damage, so only the encoding can be at fault.
                    Part::Header | Part::Payload => {
                        let input = format!("{}.{}", damaged[0], damaged[1]);
                        let signature = KEY.sign(input.as_bytes()).unwrap();
                        format!("{input}.{}", base64url(signature.as_ref()))
                    }
                    Part::Signature => damaged.join("."),
                };
                assert_eq!(
                    check(&signed_again),
                    Err(VerifyError::Base64url(part)),
                    "{damage:?} at {at}"
                );
            }
        }
    }
}

/// The last character of a 64-byte signature carries four bits that mean nothing: only zeros are accepted.
#[test]
fn sec_005_a_token_has_one_encoding_only() {
    let token = token();
    let last = token.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for other in alphabet.chars().filter(|other| *other != last) {
        let mut changed = token.clone();
        changed.pop();
        changed.push(other);
        assert!(check(&changed).is_err(), "{last} as {other}");
    }
}

#[test]
fn sec_005_critical_extensions_are_refused() {
    for crit in [
        json!(["b64"]),
        json!(["exp"]),
        json!(["x"]),
        json!([]),
        json!("x"),
        Value::Null,
    ] {
        let mut header = header();
        header["crit"] = crit.clone();
        assert_eq!(check_header(&header), Err(VerifyError::Critical), "{crit}");
    }
}

#[test]
fn sec_005_an_unencoded_payload_is_refused() {
    for b64 in [json!(false), json!("false"), json!(0), Value::Null] {
        let mut header = header();
        header["b64"] = b64.clone();
        assert_eq!(check_header(&header), Err(VerifyError::UnencodedPayload), "{b64}");
        header["crit"] = json!(["b64"]);
        assert_eq!(check_header(&header), Err(VerifyError::UnencodedPayload), "{b64}");
    }
}

#[test]
fn sec_005_a_member_twice_is_refused() {
    let header = r#"{"alg":"ES256","kid":"es","typ":"JWT""#;
    let claims = claims().to_string();
    for twice in [
        format!(r#"{header},"alg":"ES256"}}"#),
        format!(r#"{header},"kid":"rsa"}}"#),
        format!(r#"{header},"\u0061lg":"ES256"}}"#),
        format!(r#"{header},"x":{{"a":1,"a":1}}}}"#),
    ] {
        let refused = check(&sign(&twice, &claims));
        assert_eq!(
            refused,
            Err(VerifyError::Json(Part::Header, JsonError::DuplicateMember)),
            "{twice}"
        );
    }
    let start = claims.strip_suffix('}').unwrap();
    for twice in [
        format!(r#"{start},"iss":"https://evil.example"}}"#),
        format!(r#"{start},"sub":"admin"}}"#),
        format!(r#"{start},"\u0073ub":"admin"}}"#),
        format!(r#"{start},"lp_sdes":[{{"type":"a","type":"b"}}]}}"#),
    ] {
        let refused = check_claims(&twice);
        assert_eq!(
            refused,
            Err(VerifyError::Json(Part::Payload, JsonError::DuplicateMember)),
            "{twice}"
        );
    }
}

#[test]
fn both_json_parts_must_be_objects_and_nothing_else() {
    let claims = claims().to_string();
    for (text, error) in [
        ("", JsonError::Syntax),
        ("{", JsonError::Syntax),
        ("{} {}", JsonError::Syntax),
        ("{}x", JsonError::Syntax),
        ("{'a':1}", JsonError::Syntax),
        ("{\"a\":1,}", JsonError::Syntax),
        ("{\"a\":NaN}", JsonError::Syntax),
        ("{\"a\":\"\\ud800\"}", JsonError::Syntax),
        ("[]", JsonError::NotAnObject),
        ("\"a\"", JsonError::NotAnObject),
        ("null", JsonError::NotAnObject),
    ] {
        assert_eq!(
            check(&sign(text, &claims)),
            Err(VerifyError::Json(Part::Header, error)),
            "{text}"
        );
        assert_eq!(
            check_claims(text),
            Err(VerifyError::Json(Part::Payload, error)),
            "{text}"
        );
    }
    assert_eq!(
        parse_object(b"{\"a\":\"\xff\"}"),
        Err(JsonError::Syntax),
        "not UTF-8"
    );
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(parse_object(nested(32).as_bytes()).is_ok());
    assert_eq!(parse_object(nested(33).as_bytes()), Err(JsonError::TooDeep));
    assert_eq!(parse_object(nested(5_000).as_bytes()), Err(JsonError::TooDeep));
    let objects = format!("{}1{}", "{\"a\":".repeat(33), "}".repeat(33));
    assert_eq!(parse_object(objects.as_bytes()), Err(JsonError::TooDeep));
}

/// The payload is read only once the signature is right.
#[test]
fn a_forged_payload_is_never_parsed() {
    let token = format!(
        "{}.{}.AAAA",
        base64url(header().to_string()),
        base64url("not JSON")
    );
    assert_eq!(check(&token), Err(VerifyError::Signature));
}
