//! What proofs of possession say.

use oauth::{DpopError, DpopExpectations};
use serde_json::{Map, Value, json};

const NOW: i64 = 1_562_262_616;
/// RFC 9449 §7.1, the access token and its hash.
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const ATH: &str = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";

fn claims(change: impl FnOnce(&mut Map<String, Value>)) -> Map<String, Value> {
    let claims = json!({
        "jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": "https://server.example.com/token", "iat": NOW
    });
    let mut claims = claims.as_object().unwrap().clone();
    change(&mut claims);
    claims
}

fn check(claims: &Map<String, Value>) -> Result<(), DpopError> {
    let expected = DpopExpectations {
        method: "POST",
        urls: &[
            "https://server.example.com/token",
            "https://mtls.example.com/token",
        ],
        access_token: None,
        now: NOW,
    };
    expected.check(claims).map(|_| ())
}

#[test]
fn the_rfcs_proof_is_taken() {
    let claims = claims(|it| drop(it.insert("ath".to_owned(), json!(ATH))));
    let expected = DpopExpectations {
        method: "POST",
        urls: &["https://server.example.com/token"],
        access_token: Some(TOKEN),
        now: NOW,
    };
    let statement = expected.check(&claims).unwrap();
    assert_eq!(
        (statement.id, statement.issued_at, statement.nonce),
        ("-BwC3ESc6acc2lTc", NOW, None)
    );
    let other = DpopExpectations {
        access_token: Some("another"),
        ..expected
    };
    assert_eq!(other.check(&claims), Err(DpopError::AccessToken));
}

#[test]
fn urls_compare_in_their_canonical_form() {
    for (url, good) in [
        ("https://server.example.com/token", true),
        ("https://SERVER.example.com:443/token?a=b#c", true),
        ("https://server.example.com/./token", true),
        ("https://mtls.example.com/token", true),
        ("https://server.example.com/token/", false),
        ("https://server.example.com/Token", false),
        ("http://server.example.com/token", false),
        ("https://server.example.com:8443/token", false),
        ("https://user@server.example.com/token", false),
        ("/token", false),
        ("", false),
    ] {
        let claims = claims(|it| drop(it.insert("htu".to_owned(), json!(url))));
        assert_eq!(check(&claims).is_ok(), good, "{url}");
    }
}

#[test]
fn a_proof_is_a_minute_old_at_the_most() {
    for (issued_at, good) in [
        (json!(NOW - 60), true),
        (json!(NOW - 61), false),
        (json!(NOW + 10), true),
        (json!(NOW + 11), false),
        (json!(1_562_262_616.9), true),
        (json!(1e300), false),
        (json!("1562262616"), false),
        (json!(null), false),
    ] {
        let claims = claims(|it| drop(it.insert("iat".to_owned(), issued_at.clone())));
        assert_eq!(check(&claims).is_ok(), good, "{issued_at}");
    }
}
