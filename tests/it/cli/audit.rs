use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};

use super::Signet;

async fn tamper(signet: &Signet, statement: &'static str) {
    let url = format!("sqlite://{}/data/signet.db", signet.folder.path().display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for statement in ["DROP TRIGGER audit_never_updated", statement] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

fn verify(signet: &Signet, arguments: &[&str]) -> (i32, Value) {
    let output = signet.run(&[&["audit", "verify", "--json"], arguments].concat());
    let document = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), document)
}

#[tokio::test]
async fn sec_134_a_record_is_listed_exported_and_verified() {
    let signet = Signet::with_account();
    signet.text(&["account", "update", "default", "--colour", "#ff0066"]);
    let listed = signet.json(&["audit", "list", "--since", "1h", "--event", "account"]);
    let events: Vec<&str> = listed["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["account.updated", "account.created"]);
    let latest = &listed["events"][0];
    assert_eq!((&latest["seq"], &latest["actor"]), (&json!(3), &json!("command")));
    assert_eq!(
        latest["detail"]["colour"],
        json!({"before": null, "after": "#ff0066"})
    );
    assert!(
        signet
            .text(&["audit", "list", "--limit", "1"])
            .contains("account.updated")
    );
    assert_eq!(signet.json(&["audit", "list", "--server"]), json!({"events": []}));

    let exported = signet.json(&["audit", "export", "audit.jsonl"]);
    assert_eq!(
        (&exported["exported"], &exported["head"]["seq"]),
        (&json!(4), &json!(4))
    );
    let path = signet.folder.path().join("audit.jsonl");
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(!signet.folder.path().join("audit.jsonl.part").exists());
    let head = format!("4:{}", exported["head"]["hash"].as_str().unwrap());
    for arguments in [
        &[][..],
        &["audit.jsonl"],
        &["audit.jsonl", "--head", &head],
        &["--account", "default", "--head", &head],
    ] {
        let (status, document) = verify(&signet, arguments);
        assert_eq!((status, &document["ok"]), (0, &json!(true)), "{document}");
        assert_eq!(document["chains"][0]["head"], exported["head"]);
    }
    assert!(signet.text(&["audit", "verify"]).contains("unbroken, 4 rows"));

    tamper(
        &signet,
        "UPDATE audit SET detail = replace(detail, '0066', '0067') WHERE seq = 3",
    )
    .await;
    let (status, document) = verify(&signet, &[]);
    assert_eq!((status, &document["ok"]), (1, &json!(false)));
    let broken = &document["chains"][0]["broken"];
    assert_eq!((&broken["seq"], &broken["how"]), (&json!(3), &json!("changed")));
    assert_eq!(verify(&signet, &["audit.jsonl"]).0, 0, "the file is as it was");
    let text = std::fs::read_to_string(&path).unwrap().replace("0066", "0067");
    std::fs::write(&path, text).unwrap();
    let output = signet.run(&["audit", "verify", "audit.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("row 3 was changed")
    );
}

#[test]
fn what_is_no_record_is_told() {
    let signet = Signet::with_account();
    for arguments in [
        &["export", "x.jsonl", "--account", "nobody"][..],
        &["list", "--account", "nobody"],
        &["verify", "--account", "nobody"],
        &["verify", "missing.jsonl"],
        &["export", "nowhere/x.jsonl"],
        &["verify", "--head", &format!("1:{}", "00".repeat(32))],
    ] {
        let (status, why) = signet.refused(&[&["audit"][..], arguments].concat());
        assert_eq!(status, 1, "{arguments:?}: {why}");
    }
    assert!(!signet.folder.path().join("x.jsonl.part").exists());
    for arguments in [
        &["list", "--since", "yesterday"][..],
        &["list", "--limit", "0"],
        &["list", "--server", "--account", "default"],
        &["verify", "--head", "1:xyz"],
        &["verify", "x.jsonl", "--server"],
    ] {
        assert_eq!(
            signet.refused(&[&["audit"][..], arguments].concat()).0,
            2,
            "{arguments:?}"
        );
    }
    // A deleted account keeps its record.
    signet.text(&["account", "delete", "default", "--yes"]);
    let listed = signet.json(&["audit", "list", "--account", "default", "--limit", "1"]);
    assert_eq!(listed["events"][0]["event"], "account.deleted");
}
