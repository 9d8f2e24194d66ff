//! A database of its own for each test, on both products.
//!
//! ```ignore
//! on_both_databases! {
//!     async fn a_consumer_is_found(db: Db) {
//!         …
//!     }
//! }
//! ```
//!
//! makes the tests `a_consumer_is_found::sqlite` and `a_consumer_is_found::postgres`. SQLite lives in a temporary
//! folder, PostgreSQL in a schema of its own on the server that `SIGNET_TEST_POSTGRES_URL` names; both are gone after
//! the test. Without the variable the second test fails: none is skipped.

use std::sync::atomic::{AtomicU32, Ordering};

use signet::store::{Connect, Db, migrate};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// A fresh database, migrated, and what must be thrown away after the test.
pub(crate) struct FreshDb {
    pub(crate) db: Db,
    /// Opens it once more, as another node would.
    pub(crate) connect: Connect,
    place: Place,
}

enum Place {
    Folder(tempfile::TempDir),
    Schema { server: String, name: String },
}

/// How many tables' worth of connections a test may hold: enough to race, few enough for a hundred tests at once.
const CONNECTIONS: u32 = 8;

impl FreshDb {
    /// An SQLite file in a folder of its own.
    pub(crate) async fn sqlite() -> Self {
        let fresh = Self::sqlite_unmigrated().await;
        migrate(&fresh.db).await.unwrap();
        fresh
    }

    /// A PostgreSQL schema of its own.
    pub(crate) async fn postgres() -> Self {
        let fresh = Self::postgres_unmigrated().await;
        migrate(&fresh.db).await.unwrap();
        fresh
    }

    /// As [`FreshDb::sqlite`], still empty.
    pub(crate) async fn sqlite_unmigrated() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connect = Connect {
            url: format!("sqlite://{}", folder.path().join("signet.db").display()),
            connections: CONNECTIONS,
        };
        Self {
            db: Db::connect(&connect).await.unwrap(),
            connect,
            place: Place::Folder(folder),
        }
    }

    /// As [`FreshDb::postgres`], still empty.
    pub(crate) async fn postgres_unmigrated() -> Self {
        let server = server();
        let name = fresh_name();
        let mut connection = PgConnection::connect(&server).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {name}")))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let join = if server.contains('?') { '&' } else { '?' };
        let connect = Connect {
            url: format!("{server}{join}options=-csearch_path%3D{name}"),
            connections: CONNECTIONS,
        };
        Self {
            db: Db::connect(&connect).await.unwrap(),
            connect,
            place: Place::Schema { server, name },
        }
    }

    /// Throws it away.
    pub(crate) async fn throw_away(self) {
        self.db.close().await;
        match self.place {
            Place::Folder(folder) => folder.close().unwrap(),
            Place::Schema { server, name } => {
                let mut connection = PgConnection::connect(&server).await.unwrap();
                sqlx::query(AssertSqlSafe(format!("DROP SCHEMA {name} CASCADE")))
                    .execute(&mut connection)
                    .await
                    .unwrap();
                connection.close().await.unwrap();
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's setting, not the product's")]
fn server() -> String {
    std::env::var("SIGNET_TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!(
            "SIGNET_TEST_POSTGRES_URL is not set: this test needs a PostgreSQL server. \
             Run it as `scripts/with-postgres cargo test`, which starts one"
        )
    })
}

fn fresh_name() -> String {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    format!(
        "t_{}_{}",
        std::process::id(),
        TAKEN.fetch_add(1, Ordering::Relaxed)
    )
}

/// Makes a test of an `async fn name(db: Db)` for each database; `async fn name(fresh: &FreshDb)` gets the whole fixture.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($arg:ident: $($kind:tt)+) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$attribute])*
            async fn body($arg: $($kind)+) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let fresh = $crate::support::db::FreshDb::sqlite().await;
                body($crate::support::db::Given::given(&fresh)).await;
                fresh.throw_away().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let fresh = $crate::support::db::FreshDb::postgres().await;
                body($crate::support::db::Given::given(&fresh)).await;
                fresh.throw_away().await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;

/// What a test's body may ask for.
pub(crate) trait Given<'f> {
    fn given(fresh: &'f FreshDb) -> Self;
}

impl Given<'_> for Db {
    fn given(fresh: &FreshDb) -> Self {
        fresh.db.clone()
    }
}

impl<'f> Given<'f> for &'f FreshDb {
    fn given(fresh: &'f FreshDb) -> Self {
        fresh
    }
}

/// What a statement counts, in tables that the store itself never counts in.
pub(crate) async fn count(db: &Db, statement: &'static str) -> i64 {
    signet::store::sql(statement)
        .fetch_optional(db)
        .await
        .unwrap()
        .unwrap()
}

/// PostgreSQL's number of the process behind a connection.
pub(crate) async fn process_of(connection: &mut PgConnection) -> i32 {
    sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(connection)
        .await
        .unwrap()
}

/// Returns when somebody waits for what that process holds.
pub(crate) async fn until_somebody_waits_for(watch: &mut PgConnection, process: i32) {
    for _ in 0..500 {
        let waiting: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))")
                .bind(process)
                .fetch_one(&mut *watch)
                .await
                .unwrap();
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody waits for {process}");
}
