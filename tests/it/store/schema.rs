//! Migrations: two nodes at once, a database that is newer than the program.

use signet::store::{self, Db, Error, migrate, schema_version, verify_schema};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::support::db::{FreshDb, on_both_databases};

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
        tokio::time::sleep(std::time::Duration::from_millis(5_500)).await;
        assert!(verify_schema(&fresh.db).await.is_err(), "it waits");
        sqlx::migrate::Migrate::unlock(&mut slow).await.unwrap();
    };
    let (done, ()) = tokio::join!(migrate(&fresh.db), lets_go);
    assert_eq!(done.unwrap(), schema_version());
    // Statements of requests are as short as before.
    let limit: String = sqlx::query_scalar("SHOW statement_timeout")
        .fetch_one(match &fresh.db {
            Db::Postgres(pool) => pool,
            Db::Sqlite(_) => panic!("another database"),
        })
        .await
        .unwrap();
    assert_eq!(limit, "5s");
    slow.close().await.unwrap();
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
