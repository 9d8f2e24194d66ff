//! Migrations: two nodes at once, a database that is newer than the program.

use std::fs::TryLockError;
use std::time::Duration;

use signet::store::{self, Db, Error, migrate, schema_version, verify_schema};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::support::db::{FreshDb, on_both_databases, process_of, until_somebody_waits_for};
use crate::support::seed::{account, stored_consumer};

/// Long enough for another one to come to where it waits.
const SOON: Duration = Duration::from_millis(500);

async fn two_nodes_at_once(fresh: FreshDb) {
    let other = Db::connect(&fresh.connect).await.unwrap();
    let (one, two) = tokio::join!(migrate(&fresh.db), migrate(&other));
    assert_eq!((one.unwrap(), two.unwrap()), (schema_version(), schema_version()));
    other.close().await;
    fresh.throw_away().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_two_nodes_migrate_once_sqlite() {
    two_nodes_at_once(FreshDb::sqlite_unmigrated().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_two_nodes_migrate_once_postgres() {
    two_nodes_at_once(FreshDb::postgres_unmigrated().await).await;
}

/// The lock is one for all nodes, and a node waits for it longer than any statement of a request may take.
#[tokio::test]
async fn sec_152_a_node_waits_while_another_one_migrates_for_long_postgres() {
    let fresh = FreshDb::postgres_unmigrated().await;
    let mut slow = PgConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::migrate::Migrate::lock(&mut slow).await.unwrap();
    let lets_go = async {
        tokio::time::sleep(Duration::from_millis(5_500)).await;
        assert!(verify_schema(&fresh.db).await.is_err(), "it waits");
        sqlx::migrate::Migrate::unlock(&mut slow).await.unwrap();
    };
    let (done, ()) = tokio::join!(migrate(&fresh.db), lets_go);
    assert_eq!(done.unwrap(), schema_version());
    // Statements of requests are as short as before.
    let limit: String = sqlx::query_scalar("SHOW statement_timeout")
        .fetch_one(match &fresh.db {
            Db::Postgres { pool, .. } => pool,
            Db::Sqlite(_) => panic!("another database"),
        })
        .await
        .unwrap();
    assert_eq!(limit, "5s");
    slow.close().await.unwrap();
    fresh.throw_away().await;
}

/// A name that is still to be worked out, in a database whose schema is this program's.
async fn with_a_name_from_before(fresh: &FreshDb) {
    let account = account(&fresh.db, "brand").await;
    stored_consumer(&fresh.db, &account, "s-1", "анна").await;
    let unread = store::sql("UPDATE consumer_identifiers SET skeleton = '' WHERE kind = 'username'");
    assert_eq!(unread.execute(&fresh.db).await.unwrap(), 1);
}

/// Whoever waited for the lock finds everything done: what a step leaves to be worked out, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_the_lock_is_held_until_all_is_worked_out_sqlite() {
    let fresh = FreshDb::sqlite().await;
    with_a_name_from_before(&fresh).await;
    let Db::Sqlite(sqlite) = &fresh.db else {
        panic!("another database")
    };
    let mut other = SqliteConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let lets_go = async {
        let lock = std::fs::File::open(sqlite.path.with_extension("migrate.lock")).unwrap();
        while lock.try_lock().is_ok() {
            lock.unlock().unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(SOON).await;
        let taken = lock.try_lock();
        assert!(matches!(taken, Err(TryLockError::WouldBlock)), "{taken:?}");
        sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    };
    let (done, ()) = tokio::join!(migrate(&fresh.db), lets_go);
    assert_eq!(done.unwrap(), schema_version());
    other.close().await.unwrap();
    fresh.throw_away().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_152_the_lock_is_held_until_all_is_worked_out_postgres() {
    let fresh = FreshDb::postgres().await;
    with_a_name_from_before(&fresh).await;
    let mut other = PgConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::raw_sql("BEGIN; UPDATE consumer_identifiers SET sub = sub")
        .execute(&mut other)
        .await
        .unwrap();
    let lets_go = async {
        let mut third = PgConnection::connect(&fresh.connect.url).await.unwrap();
        until_somebody_waits_for(&mut third, process_of(&mut other).await).await;
        let lock = tokio::time::timeout(SOON, sqlx::migrate::Migrate::lock(&mut third)).await;
        assert!(lock.is_err(), "somebody else got the lock");
        sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
        third
    };
    let (done, third) = tokio::join!(migrate(&fresh.db), lets_go);
    assert_eq!(done.unwrap(), schema_version());
    // It waits for the lock still, and would take it.
    drop(third);
    other.close().await.unwrap();
    fresh.throw_away().await;
}

/// A step that only a later version knows.
const NEWER: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'from the future', TRUE, 'x', 0)";

fn is_newer<T>(refused: Result<T, Error>) {
    let Err(Error::Schema(why)) = refused else {
        panic!("a newer database was taken")
    };
    assert!(why.contains("9999") && why.contains("newer"), "{why}");
}

#[tokio::test]
async fn sec_152_a_newer_database_is_refused_sqlite() {
    let fresh = FreshDb::sqlite().await;
    let mut connection = SqliteConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::query(NEWER).execute(&mut connection).await.unwrap();
    is_newer(verify_schema(&fresh.db).await);
    is_newer(migrate(&fresh.db).await);
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_152_a_newer_database_is_refused_postgres() {
    let fresh = FreshDb::postgres().await;
    let mut connection = PgConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::query(NEWER).execute(&mut connection).await.unwrap();
    is_newer(verify_schema(&fresh.db).await);
    is_newer(migrate(&fresh.db).await);
    fresh.throw_away().await;
}

/// What is said of a schema that is not this program's.
async fn wrong(db: &Db) -> String {
    match verify_schema(db).await {
        Err(Error::Schema(why)) => why,
        other => panic!("taken as it is: {other:?}"),
    }
}

on_both_databases! {
    async fn a_schema_that_nobody_brings_up_to_date_must_be_so(db: Db) {
        verify_schema(&db).await.unwrap();
        let steps = store::sql("UPDATE _sqlx_migrations SET success = FALSE WHERE version = $1");
        steps.bind(schema_version()).execute(&db).await.unwrap();
        let why = wrong(&db).await;
        assert!(why.contains(&format!("lacks version {}", schema_version())), "{why}");
        assert!(why.ends_with("run `signet migrate`"), "{why}");

        let steps = store::sql("UPDATE _sqlx_migrations SET checksum = $1 WHERE version = 1");
        steps.bind(vec![0]).execute(&db).await.unwrap();
        let why = wrong(&db).await;
        assert!(why.starts_with("step 1 of the database's schema is not this program's"), "{why}");
        store::sql("DROP TABLE _sqlx_migrations").execute(&db).await.unwrap();
        assert!(wrong(&db).await.contains("lacks version 1 "));
    }
}

/// What a step may do although a node of the version before may be running, and why it doesn't harm that one.
const HARMLESS: &[(&str, &str)] = &[
    (
        "sealing_checks_one_sealing",
        "that version made one such row at its first start, and none later",
    ),
    (
        "audit_chain",
        "rows of that version have no place in the chain, and no two of these are alike",
    ),
    ("consumer_identifiers_skeleton", "that version writes no skeleton"),
    ("connectors_preferred", "that version prefers none"),
    ("audit_never_updated", "that version changes no row of the record"),
    ("audit_never_deleted", "nor does it remove one"),
    ("audit_never_changed", "nor either"),
];

/// While nodes are replaced one after another, those of the version before read and write the new schema: so nothing that
/// they know may go or be demanded of them.
#[test]
fn sec_152_every_step_leaves_room_for_the_version_before() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut wrong = Vec::new();
    let mut met = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or(""))
            .collect();
        let code = code.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        for statement in code.split(';').map(str::trim) {
            if let Some(why) = demanding(statement, &code, &mut met) {
                wrong.push(format!("{name}: {why}: {statement}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unmet: Vec<_> = HARMLESS.iter().filter(|(name, _)| !met.contains(name)).collect();
    assert!(unmet.is_empty(), "{unmet:?}");
}

/// What of a statement an older node could stumble over, in the text of its step.
fn demanding(statement: &str, step: &str, met: &mut Vec<&'static str>) -> Option<&'static str> {
    let words: Vec<&str> = statement.split(' ').collect();
    let follow = |wanted: &[&str]| words.windows(wanted.len()).position(|found| found == wanted);
    if ["TABLE", "COLUMN", "TRIGGER"]
        .iter()
        .any(|what| follow(&["DROP", what]).is_some())
        || words.contains(&"RENAME")
        || follow(&["ALTER", "COLUMN"]).is_some()
    {
        return Some("takes away what an older node knows");
    }
    if follow(&["ADD", "COLUMN"]).is_some()
        && follow(&["NOT", "NULL"]).is_some()
        && !words.contains(&"DEFAULT")
    {
        return Some("demands a value that an older node doesn't write");
    }
    let name = |after: usize| words.get(after).copied().unwrap_or_default();
    let restricts = match (
        follow(&["CREATE", "UNIQUE", "INDEX"]),
        follow(&["CREATE", "TRIGGER"]),
    ) {
        (Some(at), _) => name(at + 3),
        (None, Some(at)) => name(at + 2),
        (None, None) => return None,
    };
    let table = follow(&["ON"]).map_or("", |at| name(at + 1));
    if step.contains(&format!("CREATE TABLE {table} (")) {
        return None;
    }
    match HARMLESS.iter().find(|(harmless, _)| *harmless == restricts) {
        Some((harmless, _)) => {
            met.push(harmless);
            None
        }
        None => Some("restricts a table that an older node writes; if that harms none, say why in HARMLESS"),
    }
}
