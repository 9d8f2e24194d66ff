use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::Signet;

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_users_life() {
    let signet = Signet::with_account();
    let create = [
        "user",
        "create",
        "dana",
        "--full-name",
        "Dana Hill",
        "--email",
        "dana@example.test",
    ];
    let create = [&create[..], &["--profile", "admin", "--password-stdin", "--json"]].concat();
    let made = signet.fed(&create, "seven quiet herons\n");
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let id = made["user_id"].to_string();
    assert_eq!(
        (&made["profile"]["profileIds"], &made["type"]),
        (&json!([1]), &json!("human"))
    );
    assert!(!made.to_string().contains("herons"));
    // The name is taken, whatever its spelling.
    signet.fails(
        &["user", "create", "DANA", "--email", "d@example.test"],
        2,
        "loginName",
    );
    signet.fails(&["user", "create", "ben", "--email", "nobody"], 2, "email");
    let generated = signet.json(&[
        "user",
        "create",
        "ben",
        "--email",
        "ben@example.test",
        "--generate-password",
    ]);
    assert!(generated["password"].as_str().unwrap().len() >= 15);

    assert_eq!(signet.json(&["user", "show", "Dana"])["user_id"].to_string(), id);
    assert_eq!(signet.json(&["user", "show", &id])["login_name"], "dana");
    let listed = signet.json(&["user", "list", "--limit", "1"]);
    let next = listed["next"].to_string();
    assert_eq!(listed["users"].as_array().unwrap().len(), 1);
    assert_eq!(
        signet.json(&["user", "list", "--after", &next])["users"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let changed = signet.json(&[
        "user",
        "update",
        "ben",
        "--nickname",
        "Benny",
        "--max-async-chats",
        "7",
    ]);
    assert_eq!(
        (
            &changed["profile"]["nickname"],
            &changed["profile"]["maxAsyncChats"]
        ),
        (&json!("Benny"), &json!(7))
    );
    let changed = signet.json(&[
        "user",
        "update",
        "ben",
        "--max-async-chats",
        "account",
        "--disable",
    ]);
    assert_eq!(
        (&changed["profile"]["maxAsyncChats"], &changed["enabled"]),
        (&Value::Null, &json!(false))
    );
    signet.fails(
        &["user", "update", "ben", "--max-async-chats", "many"],
        2,
        "a number, or account",
    );
    signet.fails(
        &["user", "update", "ben", "--max-async-chats", "10001"],
        2,
        "maxAsyncChats",
    );
    // The last administrator stays.
    signet.fails(&["user", "update", "dana", "--disable"], 1, "last administrator");
    signet.fails(&["user", "delete", "dana"], 1, "last administrator");

    let set = signet.fed(
        &["user", "set-password", "ben", "--must-change", "--password-stdin"],
        "eight loud swans\n",
    );
    assert_eq!(set.status.code(), Some(0), "{set:?}");
    assert_eq!(
        signet.json(&["user", "show", "ben"])["must_change_password"],
        true
    );
    let weak = signet.fed(
        &["user", "set-password", "ben", "--password-stdin"],
        "password1\n",
    );
    assert_eq!(weak.status.code(), Some(2), "{weak:?}");
    assert!(!text(&weak.stderr).contains("password1"));
    let ben = generated["user_id"].clone();
    assert_eq!(signet.json(&["user", "delete", "ben"]), json!({"deleted": ben}));
    signet.fails(&["user", "show", "ben"], 1, "there is no user");
    assert_eq!(
        signet.json(&["user", "list", "--deleted"])["users"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn users_are_imported_whole_or_not_at_all_and_come_out_as_they_went_in() {
    let signet = Signet::with_account();
    signet.text(&[
        "user",
        "create",
        "root",
        "--email",
        "root@example.test",
        "--profile",
        "admin",
    ]);
    let wrong = signet.file(
        "wrong.csv",
        "loginName,fullName,email,profileIds,passwordSh\n\
         dana,Dana Hill,dana@example.test,2,seven quiet herons\n\
         ben,Dana Hill,ben@example.test,2,\n\
         \n\
         eve,,nobody,99,short\n\
         DANA,,d@example.test,2,\n\
         root,,root@example.test,2,\n\
         x,y\n",
    );
    let report = signet.path("report.jsonl");
    let output = signet.run(&["user", "import", &wrong, "--report", &report]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        text(&output.stdout).contains("Nothing was imported"),
        "{output:?}"
    );
    let told = std::fs::read_to_string(&report).unwrap();
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let refused: Vec<(u64, &str)> = told
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["key"].as_str().unwrap()))
        .collect();
    assert_eq!(
        refused,
        [
            (8, ""),
            (3, "fullName"),
            (5, "email"),
            (5, "profileIds"),
            (5, "password"),
            (6, "loginName"),
            (7, "loginName")
        ]
    );
    assert!(!text(&output.stderr).contains("herons"));
    assert_eq!(
        signet.json(&["user", "list"])["users"].as_array().unwrap().len(),
        1
    );

    let right = signet.file(
        "right.csv",
        "loginName,fullName,email,profileIds,isEnabled,maxAsyncChats,description,passwordSh\n\
         dana,Dana Hill,dana@example.test,2;3,true,5,'=SUM(A1),seven quiet herons\n\
         ben,,ben@example.test,,false,,\"Mondays, and Fridays\",\n",
    );
    let dry = signet.json(&["user", "import", &right, "--dry-run"]);
    assert_eq!(
        (&dry["summary"]["created"], &dry["summary"]["written"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(
        signet.json(&["user", "list"])["users"].as_array().unwrap().len(),
        1
    );
    let done = signet.json(&["user", "import", &right]);
    assert_eq!(
        (&done["summary"]["created"], &done["summary"]["written"]),
        (&json!(2), &json!(true))
    );
    let dana = signet.json(&["user", "show", "dana"]);
    assert_eq!(
        (&dana["profile"]["profileIds"], &dana["profile"]["description"]),
        (&json!([2, 3]), &json!("=SUM(A1)"))
    );
    let ben = signet.json(&["user", "show", "ben"]);
    assert_eq!(
        (&ben["enabled"], &ben["full_name"], &ben["profile"]["profileIds"]),
        (&json!(false), &json!("ben"), &json!([2]))
    );
    signet.fails(
        &["user", "import", &right],
        1,
        "is that of a user who is there already",
    );
    let twice = signet.json(&["user", "import", &right, "--update"]);
    assert_eq!(
        (&twice["summary"]["updated"], &twice["summary"]["created"]),
        (&json!(2), &json!(0))
    );

    // What is exported is what another installation imports, passwords too where somebody asks for them.
    let plain = signet.path("users.csv");
    assert_eq!(signet.json(&["user", "export", &plain])["exported"], 3);
    assert_eq!(
        std::fs::metadata(&plain).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let exported = std::fs::read_to_string(&plain).unwrap();
    assert!(
        !exported.contains("argon2") && exported.contains("'=SUM(A1)"),
        "{exported}"
    );
    let whole = signet.path("whole.csv");
    signet.text(&["user", "export", &whole, "--password-hashes"]);
    let other = Signet::with_account();
    assert_eq!(other.json(&["user", "import", &whole])["summary"]["created"], 3);
    let again = other.path("again.csv");
    other.text(&["user", "export", &again, "--password-hashes"]);
    let sorted = |path: &str| {
        let mut rows: Vec<String> = csv::Reader::from_path(path)
            .unwrap()
            .records()
            .map(|row| format!("{:?}", row.unwrap().iter().collect::<Vec<_>>()))
            .collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&whole), sorted(&again));
    assert_eq!(
        signet.run(&["user", "export"]).stdout,
        std::fs::read(&plain).unwrap()
    );
    signet.fails(
        &["user", "import", &signet.file("odd.csv", "name\nx\n")],
        1,
        "is not one of loginName",
    );
}
