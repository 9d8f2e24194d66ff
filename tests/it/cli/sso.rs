use serde_json::json;

use super::Signet;

#[test]
fn a_connection_is_made_shown_changed_and_deleted() {
    let signet = Signet::with_account();
    let secret = signet.file("secret", "s3cr3t\n");
    let said = signet.text(&[
        "sso",
        "create",
        "corp",
        "--kind",
        "oidc",
        "--issuer",
        "https://login.corp.example",
        "--client-id",
        "signet",
        "--client-secret-file",
        &secret,
        "--scope",
        "profile",
        "--return-to",
        "https://desk.corp.example/in",
    ]);
    for part in [
        "/login/callback?connection=corp",
        "/login/sso/corp",
        "(kept, and shown to nobody)",
        "loginName",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let changed = signet.json(&["sso", "update", "corp", "--claim", "upn", "--assertion-login"]);
    assert_eq!(changed["configuration"]["claim"], json!("upn"));
    assert_eq!(changed["configuration"]["assertion_login"], json!(true));
    assert_eq!(changed["has_secret"], json!(true));
    assert!(!changed.to_string().contains("s3cr3t"));
    assert_eq!(signet.json(&["sso", "list"])["connections"], json!([changed]));
    signet.fails(&["sso", "update", "corp", "--kind", "saml"], 2, "kind");
    signet.fails(
        &["sso", "update", "corp", "--issuer", "http://elsewhere.example"],
        2,
        "issuer",
    );
    signet.fails(
        &["sso", "update", "corp", "--set", "client_secret=x"],
        1,
        "every user of this machine",
    );
    signet.fails(
        &[
            "sso",
            "create",
            "corp",
            "--issuer",
            "https://a.example",
            "--client-id",
            "x",
        ],
        1,
        "taken",
    );
    signet.fails(&["sso", "create", "other", "--kind", "oidc"], 2, "client_id");
    signet.fails(
        &[
            "account",
            "update",
            "default",
            "--set",
            "break_glass_users=a,b,c,d,e,f",
        ],
        2,
        "break_glass_users",
    );
    signet.text(&["sso", "delete", "corp"]);
    signet.fails(
        &["account", "update", "default", "--set", "sso_only=true"],
        2,
        "sso_only",
    );
    signet.fails(&["sso", "show", "corp"], 1, "there is no connection");
}
