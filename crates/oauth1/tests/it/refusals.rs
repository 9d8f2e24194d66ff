//! What is refused before anybody looks for a key.

use oauth1::{BaseUrl, Incoming, Problem, Refusal, SignedRequest};

const WHOLE: &str = r#"OAuth oauth_consumer_key="k", oauth_token="t", oauth_signature_method="HMAC-SHA256", oauth_timestamp="1700000000", oauth_nonce="n", oauth_version="1.0", oauth_signature="AAAA""#;

fn read(authorization: &str, query: &str, form: Option<&[u8]>) -> Result<SignedRequest, Refusal> {
    let base_url = BaseUrl::parse("https://server.example/path").unwrap();
    SignedRequest::read(&Incoming {
        method: "GET",
        base_url: &base_url,
        query,
        authorization,
        form,
    })
}

fn problem(authorization: &str) -> Problem {
    read(authorization, "", None).unwrap_err().problem
}

#[test]
fn a_whole_request_is_read() {
    let signed = read(WHOLE, "a=1&a=1&b", None).unwrap();
    assert_eq!(
        (signed.consumer_key(), signed.token(), signed.nonce()),
        ("k", Some("t"), "n")
    );
    assert_eq!(signed.timestamp(), 1_700_000_000);
    assert!(read(&WHOLE.replace("OAuth ", "oauth   "), "", None).is_ok());
    assert!(read(&WHOLE.replace(r#"oauth_version="1.0", "#, ""), "", None).is_ok());
    assert!(!format!("{signed:?}").contains("AAAA"));
}

#[test]
fn sec_119_methods_that_are_unsafe_are_refused() {
    for method in ["PLAINTEXT", "RSA-SHA1", "HMAC-SHA512", "hmac-sha1", "none"] {
        let header = WHOLE.replace("HMAC-SHA256", method);
        assert_eq!(problem(&header), Problem::SignatureMethodRejected, "{method}");
    }
}

#[test]
fn sec_122_a_protocol_parameter_that_came_twice_is_refused() {
    for twice in [
        r#", oauth_nonce="n""#,
        r#", oauth_nonce="m""#,
        r#", oauth_other="1", oauth%5Fother="2""#,
    ] {
        assert_eq!(
            problem(&format!("{WHOLE}{twice}")),
            Problem::ParameterRejected,
            "{twice}"
        );
    }
    assert_eq!(
        problem(&format!("{WHOLE}, realm=\"a\", realm=\"b\"")),
        Problem::ParameterRejected
    );
}

#[test]
fn sec_122_protocol_parameters_stand_in_the_header_alone() {
    for elsewhere in ["oauth_nonce=n", "oauth_token=t", "oauth%5Fanything=1"] {
        let refused = read(WHOLE, elsewhere, None).unwrap_err();
        assert_eq!(refused.problem, Problem::ParameterRejected);
        let refused = read(WHOLE, "", Some(elsewhere.as_bytes())).unwrap_err();
        assert_eq!(refused.problem, Problem::ParameterRejected);
    }
}

#[test]
fn sec_122_a_version_that_is_not_1_0_is_refused() {
    for version in ["1.0a", "2.0", "1", " 1.0"] {
        let header = WHOLE.replace("\"1.0\"", &format!("\"{version}\""));
        assert_eq!(problem(&header), Problem::VersionRejected, "{version}");
    }
}

#[test]
fn a_parameter_that_is_missing_or_empty_is_absent() {
    for name in [
        "consumer_key",
        "signature_method",
        "timestamp",
        "nonce",
        "signature",
    ] {
        let header = WHOLE.replace(&format!("oauth_{name}=\""), &format!("oauth_x_{name}=\""));
        assert_eq!(problem(&header), Problem::ParameterAbsent, "{name}");
    }
    assert_eq!(problem(&WHOLE.replace("\"n\"", "\"\"")), Problem::ParameterAbsent);
    assert_eq!(problem("OAuth"), Problem::ParameterAbsent);
}

#[test]
fn a_timestamp_is_a_positive_integer_of_seconds() {
    for timestamp in ["0", "-1", "+1", "1.5", "x", "1700000000 ", "9999999999999999999"] {
        let header = WHOLE.replace("1700000000", timestamp);
        assert_eq!(problem(&header), Problem::TimestampRefused, "{timestamp}");
    }
}

#[test]
fn a_header_that_is_not_well_formed_is_refused() {
    for header in [
        r"OAuth oauth_nonce=n",
        r#"OAuth oauth_nonce="n"#,
        r#"OAuth oauth_nonce="n" oauth_token="t""#,
        r#"OAuth oauth_nonce="%zz""#,
        r#"OAuth oauth_nonce="%f""#,
        r#"OAuth oauth_version="%ff""#,
        r"OAuth =,",
        r#"OAuth other="1""#,
        r"Bearer t",
        "",
    ] {
        assert_eq!(problem(header), Problem::ParameterRejected, "{header}");
    }
    let long = WHOLE.replace("\"n\"", &format!("\"{}\"", "n".repeat(256)));
    assert_eq!(problem(&long), Problem::ParameterRejected);
    assert_eq!(problem(&WHOLE.replace("AAAA", "!")), Problem::SignatureInvalid);
}

#[test]
fn a_query_that_is_not_well_encoded_or_endless_is_refused() {
    assert!(read(WHOLE, "a=%", None).is_err());
    assert!(read(WHOLE, "a=%c3%28", None).is_ok());
    assert!(read(WHOLE, &"a&".repeat(101), None).is_err());
    assert!(read(WHOLE, &"a&".repeat(93), None).is_ok());
    assert!(read(WHOLE, &"a&".repeat(94), None).is_err());
}
