use serde_json::json;

use super::Signet;

const PASSWORD: &str = "a-quiet-river-runs-7\n";

#[test]
fn an_administrators_life() {
    let signet = Signet::with_account();
    assert!(signet.text(&["admin", "list"]).contains("signet admin create"));
    let create = ["admin", "create", "root", "--password-stdin", "--json"];
    let output = signet.fed(&create, PASSWORD);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&made["name"], &made["account_id"], &made["status"]),
        (&json!("root"), &json!(null), &json!("active"))
    );
    assert!(made.get("password").is_none() && !String::from_utf8(output.stdout).unwrap().contains("river"));

    let olga = signet.json(&[
        "admin",
        "create",
        "olga",
        "--account",
        "default",
        "--generate-password",
    ]);
    assert!(olga["password"].as_str().unwrap().len() >= 24);
    assert_eq!(olga["account_id"], "default");
    let listed = signet.json(&["admin", "list", "--account", "default"]);
    assert_eq!(listed["administrators"].as_array().unwrap().len(), 1);
    assert!(signet.text(&["admin", "list"]).contains("the whole server"));

    let token = signet.text(&["admin", "token", "root"]);
    assert_eq!(token.trim().len(), 43, "alone on its line: {token}");
    assert_eq!(
        signet.json(&["admin", "token", "olga", "--ttl", "30d"])["expires_in"],
        json!(30 * 24 * 3600)
    );
    assert_eq!(signet.json(&["admin", "disable", "OLGA"])["status"], "disabled");
    let (status, why) = signet.refused(&["admin", "token", "olga"]);
    assert!(status == 1 && why.contains("disabled"), "{why}");
    assert_eq!(signet.json(&["admin", "enable", "olga"])["status"], "active");
    let output = signet.fed(
        &["admin", "set-password", "olga", "--password-stdin"],
        "another-quiet-river-8\n",
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(signet.json(&["admin", "reset-factor", "olga"])["name"], "olga");
    assert_eq!(signet.refused(&["admin", "reset-factor", "nobody"]).0, 1);
    assert_eq!(
        signet.json(&["admin", "delete", "olga"]),
        json!({"deleted": "olga"})
    );
    assert!(
        signet
            .refused(&["admin", "delete", "olga"])
            .1
            .contains("no administrator")
    );
    // What concerns the whole server is on its own record, what concerns an account on the account's.
    assert_eq!(
        signet.json(&["audit", "list", "--server"])["events"][1]["event"],
        "administrator.created"
    );
    let listed = signet.json(&["audit", "list", "--event", "administrator"]);
    assert_eq!(listed["events"][0]["event"], "administrator.deleted");
    assert!(signet.text(&["audit", "verify"]).contains("unbroken"));
}

#[test]
fn sec_126_what_is_no_administrator_is_told() {
    let signet = Signet::with_account();
    let refused = |arguments: &[&str], input: &str| {
        let output = signet.fed(arguments, input);
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, why) = refused(&["admin", "create", "root", "--password-stdin"], "short-one\n");
    assert!(
        status == 2
            && why.contains("password: ")
            && why.contains("15 characters")
            && !why.contains("short-one"),
        "{why}"
    );
    let (status, why) = refused(&["admin", "create", "root"], "");
    assert!(status == 1 && why.contains("--password-stdin"), "{why}");
    let (status, why) = refused(&["admin", "create", "root", "--password", "canary-7-secret"], "");
    assert!(
        status != 0 && why.contains("--password-stdin") && !why.contains("canary"),
        "{why}"
    );
    let (status, why) = refused(
        &[
            "admin",
            "create",
            "root",
            "--account",
            "nobody",
            "--password-stdin",
        ],
        PASSWORD,
    );
    assert!(status == 1 && why.contains("no account"), "{why}");
    assert_eq!(
        refused(&["admin", "create", "root", "--password-stdin"], PASSWORD).0,
        0
    );
    let (status, why) = refused(&["admin", "create", "ROOT", "--password-stdin"], PASSWORD);
    assert!(status == 1 && why.contains("taken"), "{why}");
    for ttl in ["0", "31d", "x"] {
        assert_eq!(
            signet.refused(&["admin", "token", "root", "--ttl", ttl]).0,
            2,
            "{ttl}"
        );
    }
    assert_eq!(
        signet.json(&["admin", "list"])["administrators"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
