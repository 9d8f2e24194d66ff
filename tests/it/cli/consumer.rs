use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use serde_json::{Value, json};
use signet::base::id::AccountId;
use signet::store::{Connect, Db, consumers};

use super::Signet;

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The list holds the SHA-1 digest of `a-quiet-river-7` alone.
#[test]
fn sec_083_a_breached_password_is_refused_and_a_list_that_is_none_stops_the_start() {
    let signet = Signet::with_account();
    signet.file("signet.toml", "[login.passwords]\nbreached = \"breached\"\n");
    let create = ["consumer", "create", "--username", "ana", "--password-stdin"];
    let (status, told) = signet.refused(&["serve"]);
    assert_eq!(status, 1);
    assert!(
        told.contains("login.passwords.breached breached: No such file"),
        "{told}"
    );
    signet.file("breached", "CD48DEC6A811A7F356542244AF6C2CAB95DDDA93:3\n");
    let refused = signet.fed(&create, "a-quiet-river-7\n");
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(
        text(&refused.stderr)
            .contains("password: must not be one of the passwords that are known from breaches")
    );
    assert_eq!(signet.fed(&create, "a-quiet-river-8\n").status.code(), Some(0));
}

#[test]
fn a_consumers_life() {
    let signet = Signet::with_account();
    let create = [
        "consumer",
        "create",
        "--email",
        "ana@example.test",
        "--set",
        "name=Ana Lee",
        "--json",
    ];
    let create = [
        &create[..],
        &["--customer-info", r#"{"ctype":"gold"}"#, "--password-stdin"],
    ]
    .concat();
    let output = signet.fed(&create, "a-quiet-river-7\n");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(made.get("password").is_none());
    let sub = made["sub"].as_str().unwrap();

    let shown = signet.json(&["consumer", "show", "ANA@example.test"]);
    assert_eq!(shown["sub"], sub);
    assert_eq!(
        shown["claims"],
        json!({"email": "ana@example.test", "name": "Ana Lee"})
    );
    assert_eq!(shown["customerInfo"], json!({"ctype": "gold"}));

    signet.file("personal.json", r#"{"firstname": "Ana"}"#);
    let update = [
        "consumer",
        "update",
        sub,
        "--username",
        "ana",
        "--personal-info",
        "personal.json",
    ];
    let updated = signet.json(&[&update[..], &["--set", "name=", "--disable"]].concat());
    assert_eq!(updated["claims"], json!({"email": "ana@example.test"}));
    assert_eq!(
        (&updated["username"], &updated["status"]),
        (&json!("ana"), &json!("disabled"))
    );
    assert_eq!(updated["personalInfo"], json!({"firstname": "Ana"}));

    assert!(signet.text(&["consumer", "show", "ana"]).contains("disabled"));
    assert_eq!(
        signet.json(&["consumer", "delete", "ana"]),
        json!({"deleted": sub})
    );
    let (status, why) = signet.refused(&["consumer", "show", "ana"]);
    assert_eq!((status, why.contains("no consumer")), (1, true), "{why}");
}

#[test]
fn pages_of_a_list_follow_one_another() {
    let signet = Signet::with_account();
    for sub in ["c-1", "c-2", "c-3"] {
        signet.text(&[
            "consumer",
            "create",
            "--sub",
            sub,
            "--username",
            &format!("user-{sub}"),
        ]);
    }
    let first = signet.json(&["consumer", "list", "--limit", "2"]);
    assert_eq!(
        (first["consumers"].as_array().unwrap().len(), &first["next"]),
        (2, &json!("c-2"))
    );
    let second = signet.json(&["consumer", "list", "--limit", "2", "--after", "c-2"]);
    assert_eq!(
        (&second["consumers"][0]["sub"], &second["next"]),
        (&json!("c-3"), &Value::Null)
    );
    assert!(
        signet
            .text(&["consumer", "list", "--limit", "1"])
            .contains("--after c-1")
    );
}

#[test]
fn a_password_is_made_here_and_shown_once() {
    let signet = Signet::with_account();
    let made = signet.json(&["consumer", "create", "--username", "ana", "--generate-password"]);
    let password = made["password"].as_str().unwrap();
    assert!(password.len() >= 24, "{password}");
    assert!(
        !signet
            .text(&["consumer", "show", "ana", "--json"])
            .contains(password)
    );
}

#[test]
fn sec_164_a_password_on_the_command_line_is_refused() {
    let signet = Signet::with_account();
    for given in [
        &["--password=canary-7-secret"][..],
        &["--password", "canary-7-secret"],
    ] {
        let arguments = [&["consumer", "create", "--username", "ana"][..], given].concat();
        let (status, why) = signet.refused(&arguments);
        assert_ne!(status, 0);
        assert!(
            why.contains("--password-stdin") && !why.contains("canary"),
            "{why}"
        );
    }
    assert_eq!(signet.json(&["consumer", "list"])["consumers"], json!([]));
}

#[test]
fn all_that_is_wrong_is_told_with_its_key() {
    let signet = Signet::with_account();
    let create = ["consumer", "create", "--email", "a@b@c", "--set", "shoe_size=38"];
    let (status, why) = signet.refused(&create);
    assert_eq!(status, 2);
    assert!(why.contains("shoe_size: "), "{why}");
    let (status, why) = signet.refused(&[
        "consumer",
        "create",
        "--email",
        "a@b@c",
        "--customer-info",
        r#"{"ctyp":1}"#,
    ]);
    assert_eq!(status, 2);
    assert!(
        why.contains("email: ") && why.contains("customerInfo.ctyp: "),
        "{why}"
    );
    let output = signet.fed(
        &["consumer", "create", "--username", "ana", "--password-stdin"],
        "password1\n",
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("password: must not be one of"),
        "{output:?}"
    );
}

#[test]
fn an_import_tells_what_it_refused_and_why() {
    let signet = Signet::with_account();
    signet.file(
        "people.csv",
        "username,email,customerInfo.balance\nana,ana@example.test,3\nbob,nobody,4\ncid,,many\n",
    );
    let import = [
        "consumer",
        "import",
        "people.csv",
        "--report",
        "refused.jsonl",
        "--json",
    ];
    let output = signet.run(&import);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&document["summary"]["created"], &document["summary"]["refused"]),
        (&json!(1), &json!(2))
    );
    assert!(
        text(&output.stderr).contains("line 3: refused: email: "),
        "{output:?}"
    );
    let report = std::fs::read_to_string(signet.folder.path().join("refused.jsonl")).unwrap();
    let rows: Vec<Value> = report
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (rows.len(), &rows[1]["line"], &rows[1]["key"]),
        (2, &json!(4), &json!("customerInfo.balance"))
    );

    signet.file("good.csv", "username\nana\ndora\n");
    let dry = signet.json(&["consumer", "import", "good.csv", "--dry-run", "--all-or-nothing"]);
    assert_eq!(
        (
            &dry["dry_run"],
            &dry["summary"]["created"],
            &dry["summary"]["unchanged"]
        ),
        (&json!(true), &json!(1), &json!(1))
    );
    let output = signet.fed(&["consumer", "import", "-"], "{\"username\":\"eve\"}\n");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    signet.text(&["consumer", "show", "eve"]);
}

#[test]
fn what_no_import_can_be_is_told_before_anything_is_done() {
    let signet = Signet::with_account();
    signet.file("realm.json", "{\n  \"realm\": \"shop\",\n  \"users\": []\n}\n");
    signet.file("firebase.json", "{\"base64_signer_key\": \"canary\"}");
    for (arguments, expected) in [
        (&["realm.json"][..], "jq -c '.users[]'"),
        (&["missing.csv"], "missing.csv"),
        (&["."], "folder"),
        (
            &["realm.json", "--firebase", "firebase.json", "--format", "csv"],
            "mem_cost",
        ),
    ] {
        let (status, why) = signet.refused(&[&["consumer", "import"][..], arguments].concat());
        assert_eq!(status, 1, "{why}");
        assert!(why.contains(expected) && !why.contains("canary"), "{why}");
    }
}

#[test]
fn an_export_is_its_owners_alone_and_whole() {
    let signet = Signet::with_account();
    signet.text(&[
        "consumer",
        "create",
        "--sub",
        "c-1",
        "--username",
        "ana",
        "--set",
        "name==1+1",
    ]);
    assert_eq!(
        signet.json(&["consumer", "export", "people.csv"]),
        json!({"exported": 1, "file": "people.csv"})
    );
    let path = signet.folder.path().join("people.csv");
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .contains("c-1,ana,active,'=1+1")
    );
    assert_eq!(
        signet.text(&["consumer", "export"]),
        "{\"sub\":\"c-1\",\"username\":\"ana\",\"status\":\"active\",\"name\":\"=1+1\"}\n"
    );
    assert!(
        signet
            .text(&["consumer", "import", "people.csv"])
            .contains("unchanged 1")
    );
}

/// Killed at any instant, an import leaves whole rows; and the same file, imported again, makes up for the rest.
#[tokio::test]
async fn a_killed_import_leaves_whole_rows() {
    let signet = Signet::with_account();
    let hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    let rows: Vec<String> = (0..1400)
        .map(|at| json!({"username": format!("user{at}"), "password_hash": hash}).to_string())
        .collect();
    let mut child = signet.begun(&["consumer", "import", "-"]);
    let mut input = child.stdin.take().unwrap();
    input.write_all(rows.join("\n").as_bytes()).unwrap();

    let url = format!("sqlite://{}/data/signet.db", signet.folder.path().display());
    let db = Db::connect(&Connect { url, connections: 1 }).await.unwrap();
    let account = signet.json(&["account", "list"]);
    let account = AccountId::parse(account["accounts"][0]["account_id"].as_str().unwrap()).unwrap();
    let found = async || {
        consumers::list_with_passwords(&db, &account, None, 10_000)
            .await
            .unwrap()
    };
    while found().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let left = found().await;
    assert!(left.len() < 1400 && left.len() % 500 == 0, "{}", left.len());
    assert!(
        left.iter()
            .all(|row| row.hash.as_deref() == Some(&hash.replace("$2a$", "$2b$")))
    );
    db.close().await;
    signet.file("people.jsonl", &rows.join("\n"));
    let again = signet.json(&["consumer", "import", "people.jsonl"]);
    let summary = &again["summary"];
    assert_eq!(summary["unchanged"].as_u64().unwrap(), left.len() as u64);
    assert_eq!(summary["created"].as_u64().unwrap(), 1400 - left.len() as u64);
}
