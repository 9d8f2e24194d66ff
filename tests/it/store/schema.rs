//! Migrations: two nodes at once, a database that is newer than the program.

use signet::store::{Db, Error, migrate, schema_version};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::support::db::FreshDb;

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

/// A step that only a later version knows.
const NEWER: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'from the future', TRUE, 'x', 0)";

fn is_newer(refused: Result<i64, Error>) {
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
    is_newer(migrate(&fresh.db).await);
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_152_a_newer_database_is_refused_postgres() {
    let fresh = FreshDb::postgres().await;
    let mut connection = PgConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::query(NEWER).execute(&mut connection).await.unwrap();
    is_newer(migrate(&fresh.db).await);
    fresh.throw_away().await;
}
