use serde_json::json;

use super::{Draft, subject};

#[test]
fn f_27_a_subject_is_no_address_and_no_telephone_number() {
    for text in [
        "ana@example.test",
        "+34600000000",
        "+1",
        "34600000000",
        "004915112345678",
        "",
        "a b",
        "añ",
        "a/b",
    ] {
        assert!(subject(text).is_err(), "{text}");
    }
    assert!(subject(&"x".repeat(256)).is_err());
    for text in [
        "c-7f3a9d",
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "0d3f7a1e-6f0b-4c7f-9b52-2f6f6b1d9a10",
        "123456",
        "user_1.x~y:z",
    ] {
        assert!(subject(text).is_ok(), "{text}");
    }
    assert!(subject(&"x".repeat(255)).is_ok());
}

#[test]
fn a_consumer_needs_something_to_be_found_by() {
    let claims = json!({"name": "Ana"}).as_object().unwrap().clone();
    let refusals = Draft {
        claims,
        ..Draft::default()
    }
    .check()
    .unwrap_err();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].key, "username");
}

#[test]
fn a_username_that_is_the_own_address_counts_once() {
    let claims = json!({"email": "Ana@example.test"}).as_object().unwrap().clone();
    let draft = Draft {
        username: Some("ana@EXAMPLE.test".to_owned()),
        claims,
        ..Draft::default()
    };
    assert_eq!(draft.check().unwrap().identifiers.len(), 1);
}
