use serde_json::json;

use super::{BRAND_CONNECTOR, PLATFORM_CLIENT, Signet};

#[test]
fn the_first_account_is_made_shown_and_listed() {
    let signet = Signet::new();
    let said = signet.text(&["account", "create", "--name", "Acme Shop"]);
    assert!(
        said.contains("It is the default account") && said.contains("http://localhost:8080/jwks"),
        "{said}"
    );
    let shown = signet.json(&["account", "show"]);
    assert_eq!(shown["account_id"], json!("default"));
    assert_eq!(shown["display_name"], json!("Acme Shop"));
    assert_eq!(shown["issuer"], json!("http://localhost:8080"));
    let made = signet.json(&["account", "create", "second", "--set", "features.bots=true"]);
    assert_eq!(
        (&made["is_default"], &made["key"]["state"]),
        (&json!(false), &json!("active"))
    );
    let listed = signet.json(&["account", "list"]);
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 2);
    assert!(
        signet
            .text(&["account", "list"])
            .contains("http://localhost:8080/a/second")
    );
}

#[test]
fn an_account_is_changed_suspended_and_deleted() {
    let signet = Signet::with_account();
    let changed = signet.json(&[
        "account", "update", "default", "--colour", "#ff0066", "--flow", "code",
    ]);
    assert_eq!(
        (&changed["colour"], &changed["flow"]),
        (&json!("#ff0066"), &json!("code"))
    );
    // An empty value unsets.
    let changed = signet.json(&[
        "account",
        "update",
        "default",
        "--set",
        "colour=",
        "--status",
        "suspended",
    ]);
    assert_eq!(
        (&changed["colour"], &changed["status"]),
        (&json!(null), &json!("suspended"))
    );
    assert_eq!(
        signet.json(&["account", "delete", "default"]),
        json!({"deleted": "default"})
    );
    let (status, said) = signet.refused(&["account", "show"]);
    assert!(status == 1 && said.contains("signet account create"), "{said}");
    let (status, said) = signet.refused(&["account", "create"]);
    assert!(status == 1 && said.contains("taken"), "{said}");
}

#[test]
fn wrong_usage_is_told_with_every_problem_and_status_2() {
    let signet = Signet::with_account();
    let (status, said) = signet.refused(&[
        "account", "update", "default", "--colour", "red", "--locale", "pt",
    ]);
    assert_eq!(status, 2);
    assert!(
        said.contains("colour: found \"red\"; allowed: #rrggbb") && said.contains("locale"),
        "{said}"
    );
    let output = signet.run(&["account", "update", "default", "--set", "color=red", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["problems"][0]["key"], json!("color"));
    assert_eq!(
        signet
            .refused(&["account", "update", "default", "--set", "colour"])
            .0,
        2
    );
    assert_eq!(signet.refused(&["account", "create", "not an id"]).0, 2);
    assert_eq!(
        signet
            .refused(&["account", "update", "nobody", "--colour", "#000000"])
            .0,
        1
    );
}

#[test]
fn a_logo_comes_from_a_file() {
    let signet = Signet::with_account();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x40\0\0\0\x40\x08\x06\0\0\0";
    std::fs::write(signet.folder.path().join("logo.png"), png).unwrap();
    std::fs::write(signet.folder.path().join("logo.svg"), "<svg/>").unwrap();
    let changed = signet.json(&["account", "update", "default", "--logo", "logo.png"]);
    assert!(
        changed["logo"]
            .as_str()
            .unwrap()
            .starts_with("data:image/png;base64,")
    );
    let (status, said) = signet.refused(&["account", "update", "default", "--logo", "logo.svg"]);
    assert!(status == 1 && said.contains("PNG, JPEG or WebP"), "{said}");
    assert_eq!(
        signet
            .refused(&["account", "update", "default", "--logo", "none.png"])
            .0,
        1
    );
}

#[test]
fn the_long_help_lists_every_key() {
    let help = Signet::new().text(&["account", "update", "--help"]);
    for key in [
        "features.anonymous",
        "registration_response_types",
        "300 to 86400",
    ] {
        assert!(help.contains(key), "{key}: {help}");
    }
}

#[test]
fn f_28_what_a_change_of_the_flow_leaves_behind_is_told() {
    let signet = Signet::with_account();
    signet.text(PLATFORM_CLIENT);
    signet.text(BRAND_CONNECTOR);
    let changed = signet.json(&["account", "update", "default", "--flow", "implicit"]);
    let told = changed["warnings"].to_string();
    for says in [
        "The account's flow is implicit now",
        "Connector brand carries code: it was the first choice",
        "There is no connector of the type implicit",
        "client messaging may not ask for it",
    ] {
        assert!(told.contains(says), "{says}: {told}");
    }
    let said = signet.text(&["account", "update", "default", "--flow", "code"]);
    assert!(
        said.contains("mobile apps must hand over the same kind") && !said.contains("There is no connector"),
        "{said}"
    );
    // What doesn't change it tells nothing.
    let changed = signet.json(&[
        "account", "update", "default", "--flow", "code", "--colour", "#ff0066",
    ]);
    assert_eq!(changed["warnings"], json!([]));
    let unset = signet.json(&["account", "update", "default", "--set", "flow="]);
    assert!(
        unset["warnings"][0]
            .as_str()
            .unwrap()
            .contains("no one type any more"),
        "{unset}"
    );
}
