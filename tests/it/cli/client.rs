use serde_json::json;

use super::Signet;

const CALLBACK: &str = "https://lp.example.test/cb";

#[test]
fn a_platforms_client_comes_with_what_to_type_on_its_page() {
    let signet = Signet::with_account();
    let said = signet.text(&[
        "client",
        "create",
        "--platform",
        "--name",
        "Messaging",
        "--redirect-uri",
        CALLBACK,
    ]);
    for part in [
        "OAuth 2.0 Authentication Type      code",
        "http://localhost:8080/authorize",
        "http://localhost:8080/token",
        "http://localhost:8080/jwks",
        "Client Secret",
        "key export --format spki-line",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let listed = signet.json(&["client", "list"]);
    let id = listed["clients"][0]["client_id"].as_str().unwrap();
    let shown = signet.text(&["client", "show", id]);
    assert!(
        shown.contains("liveperson_redirect    on") && shown.contains("legacy_error_names     off"),
        "{shown}"
    );
    let changed = signet.json(&[
        "client",
        "update",
        id,
        "--set",
        "leniency.legacy_error_names=true",
    ]);
    assert_eq!(changed["leniency"]["legacy_error_names"], json!(true));
    assert_eq!(changed["leniency"]["optional_nonce"], json!(true));
    let second = signet.text(&["client", "create", "--platform", "--redirect-uri", CALLBACK]);
    assert!(second.contains("leniency.default_client=false"), "{second}");
}

#[test]
fn every_flag_has_its_key() {
    let signet = Signet::with_account();
    let made = signet.json(&[
        "client",
        "create",
        "--id",
        "shop",
        "--name",
        "Shop",
        "--redirect-uri",
        "https://a.example/?x=1,2",
        "--redirect-uri",
        "https://b.example/",
        "--post-logout-redirect-uri",
        "https://a.example/bye",
        "--response-type",
        "code",
        "--response-type",
        "code id_token",
        "--response-mode",
        "fragment",
        "--grant-type",
        "authorization_code",
        "--grant-type",
        "implicit",
        "--grant-type",
        "refresh_token",
        "--application-type",
        "web",
        "--auth-method",
        "client_secret_post",
        "--scope",
        "openid email",
        "--require-pkce",
        "false",
        "--first-party",
        "--client-uri",
        "https://a.example/",
        "--policy-uri",
        "https://a.example/policy",
        "--tos-uri",
        "https://a.example/terms",
        "--default-max-age",
        "3600",
        "--require-auth-time",
        "--id-token-alg",
        "RS256",
        "--audience",
        "acc:123",
        "--id-token-ttl",
        "600",
        "--origin",
        "https://b.example",
        "--allowed-origin",
        "https://a.example",
        "--enabled",
        "false",
    ]);
    for (key, value) in [
        ("client_id", json!("shop")),
        ("client_name", json!("Shop")),
        (
            "redirect_uris",
            json!(["https://a.example/?x=1,2", "https://b.example/"]),
        ),
        ("post_logout_redirect_uris", json!(["https://a.example/bye"])),
        ("response_types", json!(["code", "code id_token"])),
        ("response_modes", json!(["fragment"])),
        (
            "grant_types",
            json!(["authorization_code", "implicit", "refresh_token"]),
        ),
        ("application_type", json!("web")),
        ("token_endpoint_auth_method", json!("client_secret_post")),
        ("scope", json!("openid email")),
        ("require_pkce", json!(false)),
        ("first_party", json!(true)),
        ("client_uri", json!("https://a.example/")),
        ("policy_uri", json!("https://a.example/policy")),
        ("tos_uri", json!("https://a.example/terms")),
        ("default_max_age", json!(3600)),
        ("require_auth_time", json!(true)),
        ("id_token_signed_response_alg", json!("RS256")),
        ("id_token_audience", json!(["acc:123"])),
        ("id_token_ttl", json!(600)),
        ("allowed_origins", json!(["https://a.example"])),
        ("origins", json!(["https://b.example"])),
        ("enabled", json!(false)),
        ("platform", json!(false)),
    ] {
        assert_eq!(made[key], value, "{key}");
    }
    assert_eq!(made["client_secret"].as_str().unwrap().len(), 43);
}

#[test]
fn a_key_to_encrypt_to_is_pasted_or_comes_in_a_file_and_is_shown_by_its_fingerprint() {
    let signet = Signet::with_account();
    let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
    let line: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let fingerprint = "6fd13c2435a361e7c588cd17f55f5ad3df0177a66c1727a6a200845f4d7ab88c";
    let create = [
        "client",
        "create",
        "--id",
        "lp",
        "--platform",
        "--redirect-uri",
        CALLBACK,
    ];
    let pasted = [
        "--encryption-key",
        &line,
        "--encryption-kid",
        "lp-1",
        "--encryption-cty",
        "false",
    ];
    let made = signet.json(&[&create[..], &pasted].concat());
    for (key, value) in [
        ("id_token_encrypted_response_alg", json!("RSA-OAEP-256")),
        ("id_token_encrypted_response_cty", json!(false)),
        ("jwks_uri", json!(null)),
    ] {
        assert_eq!(made[key], value, "{key}");
    }
    let jwk = &made["jwks"]["keys"][0];
    assert_eq!(
        (&jwk["kid"], &jwk["use"], &jwk["e"]),
        (&json!("lp-1"), &json!("enc"), &json!("AQAB"))
    );
    let shown = signet.text(&["client", "show", "lp"]);
    assert!(
        shown.contains("lp-1: RSA of 2048 bits") && shown.contains(fingerprint),
        "{shown}"
    );

    let file = signet.folder.path().join("keys.json");
    std::fs::write(&file, json!({"keys": [jwk]}).to_string()).unwrap();
    let set = [
        "--jwks",
        "keys.json",
        "--encryption-alg",
        "RSA-OAEP-256",
        "--encryption-enc",
        "A128CBC-HS256",
    ];
    let web = ["client", "create", "--id", "web", "--redirect-uri", CALLBACK];
    let made = signet.json(&[&web[..], &set].concat());
    assert_eq!(&made["jwks"]["keys"][0], jwk);
    assert_eq!(made["id_token_encrypted_response_enc"], json!("A128CBC-HS256"));
    let uri = [
        "client",
        "update",
        "web",
        "--set",
        "jwks=",
        "--jwks-uri",
        "https://keys.example.test/jwks",
    ];
    let changed = signet.json(&uri);
    assert_eq!(
        (&changed["jwks"], &changed["jwks_uri"]),
        (&json!(null), &json!("https://keys.example.test/jwks"))
    );

    let private = include_str!("../../../crates/jose/tests/it/keys/rsa.jwk.json");
    std::fs::write(&file, format!("{{\"keys\":[{private}]}}")).unwrap();
    let (status, said) = signet.refused(&["client", "update", "lp", "--jwks", "keys.json"]);
    assert!(
        status == 2 && said.contains("jwks:") && said.contains("private member `d`"),
        "{said}"
    );
    let (status, said) = signet.refused(&["client", "update", "lp", "--encryption-key", pem]);
    assert!(status == 2 && said.contains("BEGIN and END lines"), "{said}");
}

#[test]
fn a_secret_is_shown_once_and_rotated() {
    let signet = Signet::with_account();
    let made = signet.json(&["client", "create", "--id", "shop", "--redirect-uri", CALLBACK]);
    let first = made["client_secret"].as_str().unwrap();
    let shown = signet.text(&["client", "show", "shop", "--json"]);
    assert!(
        !shown.contains(first) && !shown.contains("client_secret\""),
        "{shown}"
    );
    let rotated = signet.json(&["client", "rotate-secret", "shop", "--keep-old", "24h"]);
    assert!(rotated["client_secret"] != made["client_secret"] && rotated["former_until"].is_string());
    assert_eq!(
        signet.json(&["client", "show", "shop"])["secrets"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let rotated = signet.json(&["client", "rotate-secret", "shop"]);
    assert_eq!(rotated["former_until"], json!(null));
    assert_eq!(
        signet
            .refused(&["client", "rotate-secret", "shop", "--keep-old", "31d"])
            .0,
        2
    );
    assert_eq!(
        signet
            .refused(&["client", "rotate-secret", "shop", "--keep-old", "soon"])
            .0,
        2
    );
}

#[test]
fn a_client_is_its_accounts_alone() {
    let signet = Signet::with_account();
    signet.text(&["account", "create", "other"]);
    signet.text(&["client", "create", "--id", "shop", "--redirect-uri", CALLBACK]);
    for arguments in [
        &["client", "show", "shop", "--account", "other"][..],
        &["client", "update", "shop", "--account", "other", "--name", "x"],
        &["client", "delete", "shop", "--account", "other"],
        &["client", "rotate-secret", "shop", "--account", "other"],
        &["client", "list", "--account", "nobody"],
    ] {
        let (status, said) = signet.refused(arguments);
        assert!(
            status == 1 && said.contains("there is no"),
            "{arguments:?}: {said}"
        );
    }
    assert_eq!(
        signet.json(&["client", "list", "--account", "other"]),
        json!({"clients": []})
    );
    assert_eq!(
        signet.json(&["client", "delete", "shop"]),
        json!({"deleted": "shop"})
    );
}

#[test]
fn sec_164_no_secret_is_taken_from_the_command_line() {
    let signet = Signet::with_account();
    for arguments in [
        &["client", "create", "--client-secret", "x"][..],
        &["client", "create", "--secret", "x"],
        &["client", "create", "--set", "client_secret=x"],
    ] {
        assert_eq!(signet.refused(arguments).0, 2, "{arguments:?}");
    }
}
