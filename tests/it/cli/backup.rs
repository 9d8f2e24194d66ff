use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use signet::base::Stopwatch;
use signet::model::RoleType;

use super::Signet;
use crate::gateway::people;
use crate::support::app::App;
use crate::support::db::FreshDb;

/// A server that is stopped when the test ends.
struct Server(std::process::Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn served(signet: &Signet) -> Server {
    let server = Server(signet.begun(&["serve"]));
    let waited = Stopwatch::start();
    while signet.run(&["health"]).status.code() != Some(0) {
        assert!(
            waited.elapsed() < Duration::from_mins(1),
            "the server doesn't come up"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    server
}

fn with_port() -> Signet {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let signet = Signet::new();
    let settings =
        format!("[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://localhost:{port}\"\n");
    signet.file("signet.toml", &settings);
    signet.text(&["account", "create", "--name", "Acme"]);
    signet
}

#[test]
fn an_embedded_database_is_copied_while_it_is_served_and_put_back_while_it_is_not() {
    let signet = with_port();
    signet.text(&["user", "create", "dana", "--email", "dana@example.test"]);
    let copy = signet.path("copy.db");
    let server = served(&signet);
    let done = signet.json(&["backup", &copy]);
    assert_eq!(
        done["bytes"].as_u64().unwrap(),
        std::fs::metadata(&copy).unwrap().len()
    );
    assert_eq!(
        std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
        0o600
    );
    signet.fails(&["backup", &copy], 1, "is there already");
    // The copy is one file, and nothing is left beside it.
    for beside in ["copy.db-wal", "copy.db-shm", "copy.db.part"] {
        assert!(!Path::new(&signet.path(beside)).exists(), "{beside}");
    }
    signet.text(&["user", "create", "ben", "--email", "ben@example.test"]);
    signet.fails(&["restore", &copy], 1, "is in use");
    assert_eq!(
        signet.json(&["user", "list"])["users"].as_array().unwrap().len(),
        2
    );
    drop(server);

    // Whoever carried it here may have let everybody read it.
    std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o644)).unwrap();
    let done = signet.json(&["restore", &copy]);
    let place = signet.path("data/signet.db");
    assert_eq!(
        std::fs::metadata(&place).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(done["replaced"], "data/signet.db.replaced");
    let left = signet.json(&["user", "list"]);
    assert_eq!(
        (
            left["users"].as_array().unwrap().len(),
            &left["users"][0]["login_name"]
        ),
        (1, &json!("dana"))
    );
    assert!(Path::new(&signet.path("data/signet.db.replaced")).exists());
    signet.fails(&["restore", &copy], 1, "signet.db.replaced is there already");
    let _server = served(&signet);
}

#[test]
fn what_is_no_copy_of_ours_is_not_put_back() {
    let signet = Signet::with_account();
    signet.fails(
        &["restore", &signet.path("none.db")],
        1,
        "there is no database at",
    );
    signet.fails(
        &["restore", &signet.file("text.db", "hello, hello, hello")],
        1,
        "no backup that can be put back",
    );
    signet.fails(
        &["restore", &signet.file("empty.db", "")],
        1,
        "no backup that can be put back",
    );
    assert_eq!(
        signet.json(&["account", "list"])["accounts"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let new = Signet::new();
    new.fails(&["backup", &new.path("copy.db")], 1, "there is no database at");
    assert!(!Path::new(&new.path("data/signet.db")).exists());
    new.file(
        "signet.toml",
        "[database]\nurl = \"postgres://localhost/signet\"\n",
    );
    new.fails(&["backup", &new.path("copy.db")], 1, "pg_dump");
    new.fails(&["restore", &signet.path("data/signet.db")], 1, "pg_restore");
}

#[tokio::test]
async fn sec_154_what_pg_restore_put_back_ends_by_a_command() {
    let fresh = FreshDb::postgres().await;
    let app = App::on(&fresh).await;
    people::user(&app, &app.brand, "dana", RoleType::Agent).await;
    let session = people::log_in(&app, &app.brand, "dana").await;
    assert_eq!(session.status(&app).await, 403, "signed in");
    assert_eq!(app.db().restored_at(), None);
    let signet = Signet::new();
    signet.file(
        "signet.toml",
        &format!("[database]\nurl = \"{}\"\n", fresh.connect.url),
    );
    assert_eq!(signet.json(&["restore", "--in-place"]), json!({"in_place": true}));
    assert_eq!(session.status(&app).await, 401);
    let node = app.beside(&fresh).await;
    assert!(node.db().restored_at().is_some(), "nodes read it when they start");
    people::log_in(&node, &app.brand, "dana").await;
    // Once more, at a later moment.
    signet.text(&["restore", "--in-place"]);
    node.db().close().await;
    fresh.throw_away().await;

    let embedded = Signet::with_account();
    embedded.fails(&["restore", "--in-place"], 1, "signet restore FILE");
    embedded.fails(&["restore"], 2, "<FILE>");
    embedded.fails(&["restore", "--in-place", "copy.db"], 2, "cannot be used with");
}
