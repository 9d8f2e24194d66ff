//! A database that changes its version under the program: killed in between, and beside another version's.

use std::io::{Read as _, Write as _};
use std::process::{Child, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signet::base::Stopwatch;
use signet::store::{Db, schema_version, verify_schema};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::program::Program;
use crate::support::db::{FreshDb, count, process_of, until_somebody_waits_for};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The program on that database.
fn program(fresh: &FreshDb) -> Program {
    Program::new().with("SIGNET_DATABASE__URL", fresh.connect.url.clone())
}

fn migrating(program: &Program) -> Child {
    program
        .command(&["migrate"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// SIGKILL, as the system does it when memory is short.
fn kill(mut child: Child) {
    child.kill().unwrap();
    assert_eq!(
        child.wait().unwrap().code(),
        None,
        "it was killed, and didn't end"
    );
}

/// How many steps are taken.
async fn steps(db: &Db) -> i64 {
    count(db, "SELECT COUNT(*) FROM _sqlx_migrations WHERE success").await
}

/// It is killed in the middle of a step, where it has made several tables and waits to make the next: somebody else is
/// about to make one of that name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_a_migration_that_was_killed_is_completed_by_the_next_start_postgres() {
    let fresh = FreshDb::postgres_unmigrated().await;
    let program = program(&fresh);
    let mut holds_up = PgConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::raw_sql("BEGIN; CREATE TABLE account_entities (x TEXT)")
        .execute(&mut holds_up)
        .await
        .unwrap();
    let mut watch = PgConnection::connect(&fresh.connect.url).await.unwrap();
    let child = migrating(&program);
    until_somebody_waits_for(&mut watch, process_of(&mut holds_up).await).await;
    kill(child);
    sqlx::query("ROLLBACK").execute(&mut holds_up).await.unwrap();

    // Of that step nothing is left, of those before it all.
    assert!(verify_schema(&fresh.db).await.is_err());
    let before = steps(&fresh.db).await;
    assert!(before > 5, "{before} steps");
    drop(program.serve());
    verify_schema(&fresh.db).await.unwrap();
    assert!(steps(&fresh.db).await > before);
    watch.close().await.unwrap();
    holds_up.close().await.unwrap();
    fresh.throw_away().await;
}

/// SQLite can't be held up in the middle of a step, so it is killed a little later each time, until that came between the
/// first step and the last for several times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_a_migration_that_is_killed_again_and_again_is_completed_by_the_next_start_sqlite() {
    let mut broken_off = 0;
    let mut wait = Duration::ZERO;
    while broken_off < 5 {
        wait += Duration::from_millis(4);
        let fresh = FreshDb::sqlite_unmigrated().await;
        let program = program(&fresh);
        let mut child = migrating(&program);
        let began = Stopwatch::start();
        while began.elapsed() < wait && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let through = child.try_wait().unwrap().is_some();
        if !through {
            kill(child);
        }
        let whole = verify_schema(&fresh.db).await.is_ok();
        if !whole {
            let mut connection = SqliteConnection::connect(&fresh.connect.url).await.unwrap();
            let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            broken_off += i64::from(tables > 1);
            connection.close().await.unwrap();
            assert!(program.run(&["migrate"]).status.success());
            verify_schema(&fresh.db).await.unwrap();
        }
        let damage = signet::store::integrity::damage(&fresh.db).await.unwrap();
        assert!(damage.is_empty(), "{damage:?}");
        fresh.throw_away().await;
        // Slow as a machine may be, it is through at some time.
        assert!(
            !through || broken_off > 0,
            "no kill came between the first step and the last"
        );
        if through {
            break;
        }
    }
}

/// What the next version's migration does, as far as this one can know: something is added.
const NEXT: &str = "ALTER TABLE clients ADD COLUMN of_the_next_version TEXT;
    ALTER TABLE tokens ADD COLUMN of_the_next_version BIGINT NOT NULL DEFAULT 0;
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
    VALUES (9999, 'the next version', TRUE, 'x', 0);";

async fn next_version_migrates(fresh: &FreshDb) {
    let text = sqlx::raw_sql(AssertSqlSafe(NEXT.to_owned()));
    match &fresh.db {
        Db::Sqlite(_) => {
            let mut connection = SqliteConnection::connect(&fresh.connect.url).await.unwrap();
            text.execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        }
        Db::Postgres { pool, .. } => {
            text.execute(pool).await.unwrap();
        }
    }
}

/// A node that runs goes on when the next version has migrated; one that starts then is refused, and changes nothing.
async fn beside_the_next_version(fresh: FreshDb) {
    let program = program(&fresh);
    assert!(
        program
            .run(&["account", "create", "--name", "Acme"])
            .status
            .success()
    );
    let serving = program.serve();
    let made = program.run(&[
        "client",
        "create",
        "--id",
        "program",
        "--grant-type",
        "client_credentials",
        "--json",
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let secret = made["client_secret"].as_str().unwrap();
    assert_eq!(token(&program, secret), 200);

    next_version_migrates(&fresh).await;
    assert_eq!(
        token(&program, secret),
        200,
        "the older node reads and writes as before"
    );
    assert!(program.run(&["health"]).status.success());

    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["migrate"],
        &["serve", "--no-migrate"],
    ] {
        // Beside the one that serves an embedded database none starts, whatever its version.
        if matches!(fresh.db, Db::Sqlite(_)) && command[0] == "serve" {
            continue;
        }
        refused(&program, command);
    }
    drop(serving);
    refused(&program, &["serve"]);
    refused(&program, &["serve", "--no-migrate"]);
    assert_eq!(steps(&fresh.db).await, known_steps() + 1, "nothing was changed");
    fresh.throw_away().await;
}

fn known_steps() -> i64 {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut numbers: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy()[..4].to_owned())
        .collect();
    numbers.sort();
    numbers.dedup();
    i64::try_from(numbers.len()).unwrap()
}

fn refused(program: &Program, command: &[&str]) {
    let refused = program.run(command);
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{command:?}: {told}");
    let expected = format!(
        "the database is at version 9999, newer than this program's {}; start a newer signet",
        schema_version()
    );
    assert!(told.contains(&expected), "{command:?}: {told}");
}

/// The status of the answer to a token request of the client `program`.
pub(super) fn token(program: &Program, secret: &str) -> u16 {
    let mut stream = std::net::TcpStream::connect(program.address).unwrap();
    let body = "grant_type=client_credentials";
    let request = format!(
        "POST /token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        STANDARD.encode(format!("program:{secret}")),
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_a_node_goes_on_beside_the_next_version_and_none_starts_there_sqlite() {
    beside_the_next_version(FreshDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_a_node_goes_on_beside_the_next_version_and_none_starts_there_postgres() {
    beside_the_next_version(FreshDb::postgres().await).await;
}
