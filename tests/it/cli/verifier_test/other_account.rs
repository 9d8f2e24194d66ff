//! Tokens that the key of another account has signed (docs/decisions/0044).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jose::verify::Jws;
use jose::{Policy, PublicKey};
use serde_json::{Value, json};
use signet::base::Clock;

use super::super::Signet;
use super::{ISSUER, brand, exported, with_client, written};

/// What is told where that account lends no key, with the file that tokens would have been written to.
fn refused(signet: &Signet, other: &str) -> (i32, String, String) {
    let file = signet.path("none.jsonl");
    let arguments = [
        "verifier-test",
        "--client",
        "crm",
        "--write",
        &file,
        "--other-account",
        other,
    ];
    let (status, told) = signet.refused(&arguments);
    (status, told, file)
}

#[test]
fn another_accounts_key_signs_only_where_it_is_named() {
    let signet = with_client();
    signet.text(&["account", "create", "staging"]);
    let theirs = exported(&signet, "staging");
    let by_them = |all: &BTreeMap<String, (Value, Value, String)>| -> Vec<(String, Value)> {
        let all = all.iter();
        let theirs =
            all.filter(|(_, (_, _, token))| Jws::parse(token).is_ok_and(|it| it.verify(&theirs).is_ok()));
        theirs
            .map(|(name, (header, ..))| (name.clone(), header["kid"].clone()))
            .collect()
    };
    assert_eq!(by_them(&written(&signet, &[]).0), []);
    let (all, ours) = written(&signet, &["--other-account", "staging"]);
    assert_eq!(
        by_them(&all),
        [
            (
                "another account's key, under its own kid".to_owned(),
                json!(theirs.kid())
            ),
            (
                "another account's key, under this one's kid".to_owned(),
                json!(ours.kid())
            ),
        ]
    );
    // All else is as in a good one: nothing but the key makes them wrong.
    let good = &all["a token as it is issued"].1;
    for (name, _) in by_them(&all) {
        let says = &all[&name].1;
        for claim in ["iss", "sub", "aud", "exp", "jti"] {
            assert_eq!(says[claim], good[claim], "{name}: {claim}");
        }
    }
    for (other, says) in [
        ("nobody", "nobody"),
        ("default", "another account than default"),
        ("Not An Id", "Not An Id"),
    ] {
        let (status, told, file) = refused(&signet, other);
        assert!(status != 0 && told.contains(says), "{other}: {told}");
        assert!(!std::path::Path::new(&file).exists(), "{other}");
    }
}

#[test]
fn an_account_without_a_key_for_that_algorithm_lends_none() {
    let signet = with_client();
    signet.text(&["account", "create", "staging"]);
    signet.text(&["key", "rotate", "--force", "--alg", "ES256"]);
    signet.text(&["client", "update", "crm", "--id-token-alg", "ES256"]);
    let (status, told, _) = refused(&signet, "staging");
    assert!(status != 0 && told.contains("ES256 of staging"), "{told}");
}

/// What the brand's verifier trusts: two accounts of one server, each under its own issuer.
static BOTH: OnceLock<[PublicKey; 2]> = OnceLock::new();

/// Finds a key by its kid in one place for all issuers that it trusts.
fn mixes_issuers_up(token: &str, _: &PublicKey) -> bool {
    let now = Clock::default().now().seconds();
    let policy = Policy::id_token(ISSUER, "crm", now).with_leeway(60);
    let by_kid = |kid: Option<&str>| BOTH.get()?.iter().find(|key| Some(key.kid()) == kid);
    jose::verify(token, by_kid, &policy).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_that_mixes_the_keys_of_two_issuers_up_is_found_by_another_accounts_key_alone() {
    let signet = with_client();
    signet.text(&["account", "create", "staging"]);
    let both = [exported(&signet, "default"), exported(&signet, "staging")];
    let kid = both[1].kid().to_owned();
    BOTH.set(both).unwrap();
    let url = brand(&signet, mixes_issuers_up).await + "/api";
    let run = move |more: &[&str]| {
        let arguments = [
            &["verifier-test", "--client", "crm", "--url", &url, "--json"],
            more,
        ]
        .concat();
        let output = signet.run(&arguments);
        let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        let tokens = document["tokens"].as_array().unwrap();
        let wrong: Vec<Value> = tokens
            .iter()
            .filter(|it| it["right"] == false)
            .map(|it| it["name"].clone())
            .collect();
        let lines = signet.run(
            &arguments[..5]
                .iter()
                .copied()
                .chain(more.iter().copied())
                .collect::<Vec<_>>(),
        );
        (
            output.status.code(),
            wrong,
            document["other_account"].clone(),
            String::from_utf8(lines.stdout).unwrap(),
        )
    };
    let runs = tokio::task::spawn_blocking(move || [run(&[]), run(&["--other-account", "staging"])]);
    let [without, with] = runs.await.unwrap();
    assert_eq!((without.0, without.1, without.2), (Some(0), vec![], Value::Null));
    assert!(
        without.3.contains("was made for this test; --other-account"),
        "{}",
        without.3
    );
    assert_eq!(with.0, Some(1));
    assert_eq!(with.1, [json!("another account's key, under its own kid")]);
    assert_eq!(with.2, json!({"account_id": "staging", "kid": kid}));
    assert!(
        with.3
            .contains(&format!("Another account's key is {kid} of staging.")),
        "{}",
        with.3
    );
    assert!(with.3.contains("keep each issuer's by themselves"), "{}", with.3);
}
