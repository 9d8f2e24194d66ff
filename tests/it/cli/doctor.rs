use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{BRAND_CONNECTOR, PLATFORM_CLIENT, Signet};

/// The document, whatever the exit status, which is returned too.
fn examined(signet: &Signet, arguments: &[&str]) -> (i32, Value) {
    let arguments: Vec<&str> = ["doctor", "--json"].iter().chain(arguments).copied().collect();
    let output = signet.run(&arguments);
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    (output.status.code().unwrap(), document)
}

fn check<'a>(document: &'a Value, name: &str) -> &'a Value {
    let checks = document["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {document}"))
}

fn verdict(document: &Value, name: &str) -> String {
    check(document, name)["verdict"].as_str().unwrap().to_owned()
}

/// What a check found first.
fn problem(document: &Value, name: &str) -> String {
    let finding = &check(document, name)["findings"][0];
    assert!(!finding["mend"].as_str().unwrap().is_empty(), "{finding}");
    format!(
        "{}: {}",
        finding["place"].as_str().unwrap(),
        finding["problem"].as_str().unwrap()
    )
}

#[test]
fn a_house_that_is_not_served_is_told_so_and_how_to_serve_it() {
    let signet = Signet::with_account();
    let (status, document) = examined(&signet, &[]);
    assert_eq!((status, &document["ok"]), (1, &json!(false)), "{document}");
    for name in ["configuration", "schema", "sealing_key", "keys", "lifetimes"] {
        assert_eq!(verdict(&document, name), "ok", "{document}");
    }
    assert!(
        problem(&document, "issuer").contains("is not reached from here"),
        "{document}"
    );
    for name in ["certificate", "platform", "clock"] {
        let check = check(&document, name);
        assert!(
            check["verdict"] == "unchecked" && check["notes"][0].is_string(),
            "{check}"
        );
    }
    let text = signet.run(&["doctor"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("WRONG      issuer") && text.contains("mend: start signet serve"),
        "{text}"
    );
}

#[test]
fn nothing_is_made_where_there_is_nothing() {
    let signet = Signet::new();
    let (status, document) = examined(&signet, &[]);
    assert_eq!(status, 1);
    assert!(
        problem(&document, "schema").contains("there is no such database yet"),
        "{document}"
    );
    assert_eq!(examined(&signet, &["--integrity"]).0, 1);
    assert_eq!(std::fs::read_dir(signet.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_setting_is_named() {
    let signet = Signet::new();
    std::fs::write(
        signet.folder.path().join("signet.toml"),
        "[keys.rotation]\npublish_ahed = \"1h\"\n",
    )
    .unwrap();
    let (status, document) = examined(&signet, &[]);
    assert_eq!(status, 1);
    assert!(
        problem(&document, "configuration").starts_with("keys.rotation.publish_ahed"),
        "{document}"
    );
}

#[cfg(unix)]
#[test]
fn sec_150_a_sealing_key_that_others_read_is_told_with_its_mend() {
    use std::os::unix::fs::PermissionsExt as _;
    let signet = Signet::with_account();
    let key = signet.folder.path().join("keys/sealing.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (status, document) = examined(&signet, &["--integrity"]);
    assert_eq!(status, 1);
    assert!(
        problem(&document, "sealing_key").contains("chmod 600"),
        "{document}"
    );
    // The rows are looked at all the same.
    assert_eq!(verdict(&document, "rows"), "ok", "{document}");
    std::fs::remove_file(&key).unwrap();
    let (_, document) = examined(&signet, &[]);
    assert!(
        problem(&document, "sealing_key").contains("is missing"),
        "{document}"
    );
    assert!(!key.exists(), "nothing is made in its place");
}

#[test]
fn f_20_a_platform_whose_key_is_rotated_by_itself_is_warned_of() {
    let signet = Signet::with_account();
    signet.text(&[
        "client",
        "create",
        "--platform",
        "--id",
        "chat",
        "--redirect-uri",
        "https://shop.example/chat",
    ]);
    signet.text(&[
        "account",
        "update",
        "default",
        "--set",
        "rotation_every=2592000",
        "--flow",
        "implicit",
    ]);
    let (_, document) = examined(&signet, &[]);
    let platform = check(&document, "platform");
    let told = platform["findings"].to_string();
    for number in ["(F-20)", "(F-28)"] {
        assert!(told.contains(number), "{told}");
    }
    assert_eq!(platform["verdict"], "warning");
    assert!(platform["notes"].to_string().contains("F-01, F-03"), "{platform}");
}

#[test]
fn a_whole_house_has_integrity() {
    let signet = Signet::with_account();
    signet.text(&["account", "create", "other"]);
    signet.text(&["account", "delete", "other", "--yes"]);
    let (status, document) = examined(&signet, &["--integrity"]);
    assert_eq!((status, &document["ok"]), (0, &json!(true)), "{document}");
    for name in ["schema", "sealing_key", "database", "keys", "rows", "record"] {
        assert_eq!(verdict(&document, name), "ok", "{document}");
    }
}

/// Every row of every table.
fn rows(signet: &Signet) -> BTreeMap<String, Vec<String>> {
    let db = rusqlite::Connection::open(signet.path("data/signet.db")).unwrap();
    let texts = |statement: &str| {
        let mut statement = db.prepare(statement).unwrap();
        let width = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values = (0..width).map(|at| row.get::<_, rusqlite::types::Value>(at));
            let values = values.map(|it| it.map(|it| format!("{it:?}")));
            values.collect::<Result<Vec<String>, _>>().map(|it| it.concat())
        };
        let mut rows: Vec<String> = statement
            .query_map([], row)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        rows.sort();
        rows
    };
    let names = texts("SELECT name FROM sqlite_master WHERE type = 'table'");
    names
        .into_iter()
        .map(|name| {
            let name = name
                .trim_start_matches("Text(\"")
                .trim_end_matches("\")")
                .to_owned();
            let rows = texts(&format!("SELECT * FROM \"{name}\""));
            (name, rows)
        })
        .collect()
}

#[test]
fn the_doctor_reads_and_writes_nothing_whatever_it_looks_at() {
    let signet = Signet::with_account();
    for arguments in [PLATFORM_CLIENT, BRAND_CONNECTOR] {
        signet.text(arguments);
    }
    let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
    let line: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let encryption = ["--encryption-key", &line, "--encryption-kid", "theirs"];
    signet.text(&[&["client", "update", "messaging"], &encryption[..]].concat());
    signet.file(
        "token",
        "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoieCJ9.a.b.c.d",
    );
    let before = rows(&signet);
    assert!(
        before.len() > 40 && before["clients"].len() == 1,
        "{:?}",
        before.keys()
    );
    for arguments in [
        &[][..],
        &["--integrity"],
        &["--connector", "brand"],
        &["--page", "http://127.0.0.1:9/", "--token-file", "token"],
        &["--redirect-uri", "https://liveperson.net"],
    ] {
        let (_, document) = examined(&signet, arguments);
        assert!(
            document["checks"].as_array().unwrap().len() > 2,
            "{arguments:?}: {document}"
        );
        assert_eq!(rows(&signet), before, "{arguments:?}");
    }
}
