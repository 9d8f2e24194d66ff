//! Keys in and out of files.

use std::os::unix::fs::PermissionsExt as _;

use jose::{Algorithm, PrivateKey, RsaBits};
use serde_json::json;

use super::Signet;

fn pem(algorithm: Algorithm) -> (String, String) {
    let key = PrivateKey::generate(algorithm, RsaBits::Rsa2048).unwrap();
    (key.to_pkcs8_pem().unwrap().to_string(), key.kid().to_owned())
}

#[test]
fn a_private_key_comes_in_is_published_and_goes_out_again() {
    let signet = Signet::with_account();
    for (algorithm, name) in [
        (Algorithm::RS256, "RS256"),
        (Algorithm::ES256, "ES256"),
        (Algorithm::EdDSA, "EdDSA"),
    ] {
        let (pem, kid) = pem(algorithm);
        let file = signet.file(&format!("{name}.pem"), &pem);
        let key = signet.json(&["key", "import", &file]);
        assert_eq!(
            (&key["kid"], &key["state"], &key["alg"]),
            (&json!(kid), &json!("pending"), &json!(name))
        );
        let out = signet.path(&format!("{name}.out"));
        signet.text(&["key", "export", &kid, "--private", "--out", &out]);
        assert_eq!(
            std::fs::read_to_string(&out).unwrap(),
            pem,
            "what went in comes out"
        );
        assert_eq!(
            std::fs::metadata(&out).unwrap().permissions().mode() & 0o777,
            0o600
        );
        signet.fails(
            &["key", "export", &kid, "--private", "--out", &out],
            1,
            "is there already",
        );
    }
    let recorded = signet.text(&["audit", "list", "--json"]);
    assert_eq!(recorded.matches("key.exported_private").count(), 3, "{recorded}");
    assert!(!recorded.contains("PRIVATE KEY"));
}

#[test]
fn sec_018_what_is_no_key_to_sign_with_is_refused_with_the_reason() {
    let signet = Signet::with_account();
    let (good, _) = pem(Algorithm::ES256);
    let weak = include_str!("rsa1024.pem");
    for (content, reason) in [
        (weak, "1024 bits; at least 2048 are needed"),
        ("hello", "no readable PEM block"),
        (
            &good.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            "is encrypted",
        ),
        (r#"{"kty":"oct","k":"c2VjcmV0"}"#, "P-256"),
    ] {
        let file = signet.file("key", content);
        signet.fails(&["key", "import", &file], 2, reason);
    }
    signet.fails(&["key", "import", "/nowhere/key.pem"], 1, "/nowhere/key.pem");
    assert_eq!(
        signet.json(&["key", "list"])["keys"].as_array().unwrap().len(),
        1,
        "nothing was taken in"
    );
}

#[test]
fn a_second_key_waits_until_the_first_has_its_turn() {
    let signet = Signet::with_account();
    let first = signet.json(&["key", "generate"]);
    let (pem, _) = pem(Algorithm::RS256);
    let file = signet.file("key.pem", &pem);
    signet.fails(&["key", "import", &file], 2, first["kid"].as_str().unwrap());
    signet.json(&["key", "rotate", "--force"]);
    let second = signet.json(&["key", "import", &file]);
    assert_eq!(second["state"], json!("pending"));
    signet.fails(&["key", "import", &file], 1, "is taken");
}

#[test]
fn a_public_key_goes_out_as_set_and_certificate() {
    let signet = Signet::with_account();
    let kid = signet.json(&["key", "list"])["keys"][0]["kid"].clone();
    signet.json(&["key", "generate", "--alg", "ES384"]);
    let set: serde_json::Value =
        serde_json::from_str(&signet.text(&["key", "export", "--format", "jwks"])).unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), 2);
    let certificate = signet.text(&["key", "export", "--format", "certificate"]);
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"));
    let jwk: serde_json::Value =
        serde_json::from_str(&signet.text(&["key", "export", "--format", "x5c"])).unwrap();
    assert_eq!(jwk["kid"], kid);
    let inside: String = certificate
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    assert_eq!(jwk["x5c"], json!([inside]));
}

#[test]
fn a_key_is_burnt_after_a_look_at_what_it_touches() {
    let signet = Signet::with_account();
    let kid = signet.json(&["key", "list"])["keys"][0]["kid"]
        .as_str()
        .unwrap()
        .to_owned();
    let tried = signet.json(&["key", "burn", &kid, "--dry-run"]);
    assert_eq!((&tried["burnt"], &tried["tokens"]), (&json!(false), &json!(0)));
    let list = signet.path("purge.jsonl");
    let burnt = signet.json(&["key", "burn", &kid, "--list", &list]);
    assert_eq!((&burnt["burnt"], &burnt["listed"]), (&json!(true), &json!(0)));
    assert_eq!(std::fs::read_to_string(&list).unwrap(), "");
    let keys = signet.json(&["key", "list"]);
    let states: Vec<&str> = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["retired", "active"]);
    // Once more: the list alone.
    let again = signet.json(&["key", "burn", &kid, "--list", &list]);
    assert_eq!(again["successor"], json!(null));
}

#[test]
fn a_rotation_exits_with_3_while_it_waits_and_retirement_while_the_key_is_needed() {
    let signet = Signet::with_account();
    let kid = signet.json(&["key", "list"])["keys"][0]["kid"]
        .as_str()
        .unwrap()
        .to_owned();
    let waits = signet.fails(&["key", "rotate", "--json"], 3, "");
    let waits: serde_json::Value = serde_json::from_str(&waits).unwrap();
    assert_eq!(
        (&waits["rotated"], &waits["key"]["state"]),
        (&json!(false), &json!("pending"))
    );
    signet.fails(&["key", "retire", &kid], 3, "");
    let rotated = signet.json(&["key", "rotate", "--force"]);
    assert_eq!(
        (&rotated["key"]["kid"], &rotated["former"]),
        (&waits["key"]["kid"], &json!(kid))
    );
    let retired = signet.json(&["key", "retire", &kid]);
    assert_eq!(retired["key"]["state"], json!("retired"));
}

#[test]
fn a_cut_over_asks_before_it_changes_anything() {
    let signet = Signet::with_account();
    signet.text(&[
        "client",
        "create",
        "--id",
        "lp",
        "--platform",
        "--redirect-uri",
        "https://window.platform.test/cb",
    ]);
    let asked = signet.fed(&["key", "cutover", "--client", "lp"], "no\n");
    assert_eq!(asked.status.code(), Some(1));
    let shown = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert!(shown.contains("\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), "{shown}");
    let shows = signet.json(&["client", "show", "lp"]);
    assert!(shows.to_string().contains("\"pasted_key\":null"), "{shows}");
    let done = signet.json(&["key", "cutover", "--client", "lp", "--yes"]);
    let shows = signet.json(&["client", "show", "lp"]);
    assert!(
        shows.to_string().contains(done["key"]["kid"].as_str().unwrap()),
        "{shows}"
    );
}
