use serde_json::json;

use super::Signet;

const NAMES: [&str; 4] = ["--application", "Shop bot", "--developer", "Olga"];

#[test]
fn an_api_keys_life() {
    let signet = Signet::with_account();
    assert!(
        signet
            .text(&["app-key", "list"])
            .contains("signet app-key create")
    );
    let mut create = vec![
        "app-key",
        "create",
        "--privilege",
        "User Login",
        "--privilege",
        "Users (Read)",
    ];
    create.extend(NAMES);
    let made = signet.json(&create);
    for name in ["app_key", "secret", "access_token", "access_token_secret"] {
        assert_eq!(made[name].as_str().unwrap().len(), 32, "{name}");
    }
    let key = made["app_key"].as_str().unwrap();
    let secrets = ["secret", "access_token", "access_token_secret"].map(|name| made[name].as_str().unwrap());

    let shown = signet.json(&["app-key", "show", key]);
    assert_eq!(
        shown["privileges"],
        json!(["Agent Interactions > User Login", "Administration > Users (Read)"])
    );
    assert_eq!(
        (&shown["enabled"], &shown["last_used_at"]),
        (&json!(true), &json!(null))
    );
    let text = signet.text(&["app-key", "show", key]);
    assert!(text.contains("Shop bot") && text.contains("never"), "{text}");
    for secret in secrets {
        assert!(!text.contains(secret) && !shown.to_string().contains(secret));
    }

    let changed = signet.json(&[
        "app-key",
        "update",
        key,
        "--ip",
        "192.0.2.0/24",
        "--expires",
        "2099-01-31",
        "--require-body-hash",
    ]);
    assert_eq!(
        (
            &changed["ip"],
            &changed["expires_at"],
            &changed["require_body_hash"]
        ),
        (
            &json!(["192.0.2.0/24"]),
            &json!("2099-01-31T00:00:00.000Z"),
            &json!(true)
        )
    );
    assert_eq!(
        signet.json(&["app-key", "disable", key]),
        json!({"app_key": key, "enabled": false})
    );
    assert_eq!(signet.json(&["app-key", "enable", key])["enabled"], json!(true));

    let rotated = signet.json(&["app-key", "rotate", key, "--keep-old", "24h"]);
    assert_eq!(rotated["app_key"], json!(key));
    assert!(rotated["secret"] != made["secret"] && rotated["former_until"].is_string());
    assert_eq!(
        signet.json(&["app-key", "show", key])["secrets"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let text = signet.text(&["app-key", "rotate", key]);
    assert!(
        text.contains("Access token secret") && text.contains("have stopped"),
        "{text}"
    );

    assert_eq!(
        signet.json(&["app-key", "list"])["app_keys"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(signet.text(&["app-key", "list"]).contains("Shop bot"));
    let (status, why) = signet.refused(&[
        "app-key",
        "create",
        "--application",
        "x",
        "--privilege",
        "Everything",
    ]);
    assert!(status == 2 && why.contains("privileges"), "{why}");
    let (status, why) = signet.refused(&["app-key", "show", "0123"]);
    assert!(status == 1 && why.contains("no app key"), "{why}");
}
