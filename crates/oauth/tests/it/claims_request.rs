use oauth::{ClaimsRequest, ClaimsRequestError, RequestedClaim};
use serde_json::json;

fn claims(text: &str) -> ClaimsRequest {
    ClaimsRequest::parse(text).unwrap()
}

/// OpenID Connect Core §5.5, with the values of §5.5.1.
const EXAMPLE: &str = r#"{
    "userinfo": {
        "given_name": {"essential": true},
        "nickname": null,
        "email": {"essential": true},
        "email_verified": {"essential": true},
        "picture": null,
        "http://example.info/claims/groups": null
    },
    "id_token": {
        "auth_time": {"essential": true},
        "acr": {"values": ["urn:mace:incommon:iap:silver", "urn:mace:incommon:iap:bronze"]}
    }
}"#;

#[test]
fn the_example_of_openid_connect_core_is_read() {
    let request = claims(EXAMPLE);
    let names: Vec<_> = request.userinfo.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "given_name",
            "nickname",
            "email",
            "email_verified",
            "picture",
            "http://example.info/claims/groups"
        ]
    );
    assert!(request.userinfo.get("given_name").unwrap().essential);
    assert_eq!(request.userinfo.get("nickname"), Some(&RequestedClaim::default()));
    assert!(request.id_token.get("auth_time").unwrap().essential);
    let acr = request.id_token.get("acr").unwrap();
    assert!(acr.accepts(&json!("urn:mace:incommon:iap:bronze")));
    assert!(!acr.accepts(&json!("urn:mace:incommon:iap:gold")));
    assert!(!request.id_token.contains("given_name"));
}

#[test]
fn it_survives_being_stored() {
    let request = claims(EXAMPLE);
    let json = serde_json::to_string(&request).unwrap();
    assert_eq!(claims(&json), request);
    assert_eq!(serde_json::to_string(&ClaimsRequest::default()).unwrap(), "{}");
}

#[test]
fn a_number_stays_the_number_that_it_was() {
    let text = r#"{"userinfo":{"level":{"value":1e96}}}"#;
    let written = serde_json::to_string(&claims(text)).expect("it is JSON");
    assert_eq!(claims(&written), claims(text));
    assert!(written.contains("1e+96") || written.contains("1e96"), "{written}");
}

#[test]
fn what_is_not_known_is_ignored_and_what_is_absent_is_empty() {
    let request = claims(
        r#"{"other":{"a":1},"userinfo":{"name":{"purpose":"greeting","value":null}},"id_token":null}"#,
    );
    assert!(request.userinfo.contains("name"));
    assert!(request.id_token.is_empty());
    assert_eq!(claims("{}"), ClaimsRequest::default());
}

#[test]
fn another_shape_is_an_error() {
    for text in [
        "",
        "null",
        "[]",
        "[{},{}]",
        "{",
        r#"{"userinfo":[]}"#,
        r#"{"userinfo":"name"}"#,
        r#"{"userinfo":{"name":true}}"#,
        r#"{"userinfo":{"name":{"essential":"yes"}}}"#,
        r#"{"userinfo":{"name":{"values":"a"}}}"#,
        r#"{"userinfo":{"name":null,"name":null}}"#,
        r#"{"userinfo":{},"userinfo":{}}"#,
        r#"{"userinfo":{"name":{"value":1,"value":2}}}"#,
        r"{} {}",
    ] {
        assert_eq!(
            ClaimsRequest::parse(text),
            Err(ClaimsRequestError::Malformed),
            "{text}"
        );
    }
}

#[test]
fn sec_035_it_has_at_most_4_kib() {
    let padded = |length: usize| format!("{{{}}}", " ".repeat(length - 2));
    assert!(ClaimsRequest::parse(&padded(4096)).is_ok());
    assert_eq!(
        ClaimsRequest::parse(&padded(4097)),
        Err(ClaimsRequestError::TooLong)
    );
}

#[test]
fn sec_035_it_nests_at_most_five_deep() {
    let nested = |depth: usize| {
        format!(
            r#"{{"userinfo":{{"a":{{"value":{}{}}}}}}}"#,
            "[".repeat(depth - 3),
            "]".repeat(depth - 3)
        )
    };
    assert!(ClaimsRequest::parse(&nested(5)).is_ok());
    assert_eq!(ClaimsRequest::parse(&nested(6)), Err(ClaimsRequestError::TooDeep));
    assert_eq!(
        ClaimsRequest::parse(&"[".repeat(4000)),
        Err(ClaimsRequestError::TooDeep)
    );
    assert!(ClaimsRequest::parse(r#"{"userinfo":{"a":{"value":"[[[[[\"[[["}}}"#).is_ok());
}

#[test]
fn sec_035_a_requested_subject_excludes_others() {
    let request = claims(r#"{"id_token":{"sub":{"value":"248289761001"}}}"#);
    assert!(request.allows_subject("248289761001"));
    assert!(!request.allows_subject("someone"));
    let request = claims(r#"{"userinfo":{"sub":{"values":["a","b"]}},"id_token":{"sub":null}}"#);
    assert!(request.allows_subject("b") && !request.allows_subject("c"));
    assert!(!claims(r#"{"id_token":{"sub":{"value":7}}}"#).allows_subject("7"));
    assert!(ClaimsRequest::default().allows_subject("anyone"));
}
