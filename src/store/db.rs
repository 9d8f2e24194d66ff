//! The two databases behind one type.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{PgConnection, PgPool};

use super::sqlite::{self, SqliteDb};
use super::{Error, Result};
use crate::base::Timestamp;
use crate::config::is_local;

/// The future of one step of a transaction.
pub(super) type Step<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// All that is done in a transaction.
pub(super) type Work = Box<dyn for<'t> FnOnce(&'t mut Tx<'_>) -> Step<'t, ()> + Send>;

/// A database: SQLite in this process, or PostgreSQL.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file: readers in a pool, and one writer.
    Sqlite(SqliteDb),
    /// A server.
    Postgres {
        /// Connections to it.
        pool: PgPool,
        /// When it was put back from a copy, if ever.
        restored_at: Option<Timestamp>,
    },
}

/// An open transaction.
pub enum Tx<'c> {
    /// The writer's connection.
    Sqlite(&'c mut rusqlite::Connection),
    /// A connection of the pool.
    Postgres(&'c mut PgConnection),
}

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct Connect {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// The most connections that are kept (PostgreSQL), or readers (SQLite).
    pub connections: u32,
}

impl Db {
    /// Opens the database; a SQLite file is made where there is none, readable by its owner alone (SEC-153).
    pub async fn connect(connect: &Connect) -> Result<Self> {
        match connect.url.split_once("://") {
            Some(("sqlite", path)) => Ok(Self::Sqlite(sqlite::connect(path, connect.connections)?)),
            Some(("postgres" | "postgresql", _)) => {
                let pool = postgres(connect).await?;
                let restored_at = super::backup::put_back_at(&pool).await?;
                Ok(Self::Postgres { pool, restored_at })
            }
            _ => Err(Error::Schema(
                "database.url begins with sqlite:// or postgres://".to_owned(),
            )),
        }
    }

    /// Runs `work` in one transaction. An error undoes all of it. On SQLite it may share its commit with other
    /// writes that wait at the same moment, and never their fate.
    pub async fn transaction<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> Step<'t, T> + Send + 'static,
    {
        self.run(work, false).await
    }

    /// [`Db::transaction`] for work that fails only where the database itself does, such as what is asked for all day: on SQLite
    /// its failure is that of the writes that share its commit, which spares it what undoing it alone would cost.
    pub async fn shared_transaction<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> Step<'t, T> + Send + 'static,
    {
        self.run(work, true).await
    }

    async fn run<T, F>(&self, work: F, shared: bool) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> Step<'t, T> + Send + 'static,
    {
        let done = Arc::new(Mutex::new(None));
        let put = Arc::clone(&done);
        let work: Work = Box::new(move |tx| {
            let step = work(tx);
            Box::pin(async move {
                let value = step.await?;
                *put.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
                Ok(())
            })
        });
        self.run_boxed(work, shared).await?;
        let done = done.lock().unwrap_or_else(PoisonError::into_inner).take();
        done.ok_or_else(|| Error::Unavailable("the transaction came to nothing".to_owned()))
    }

    /// Compiled once, whatever is to be done.
    async fn run_boxed(&self, work: Work, shared: bool) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) if shared => sqlite.writer.shared(work).await,
            Self::Sqlite(sqlite) => sqlite.writer.transaction(work).await,
            Self::Postgres { pool, .. } => {
                let mut open = pool.begin().await?;
                work(&mut Tx::Postgres(&mut open)).await?;
                open.commit().await?;
                Ok(())
            }
        }
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<()> {
        if let Self::Sqlite(sqlite) = self
            && sqlite.writer.is_closed()
        {
            return Err(sqlite::gone());
        }
        super::sql("SELECT 1")
            .fetch_optional::<Alive>(self)
            .await
            .map(|_| ())
    }

    /// The database's own time; `None` where it runs in this process, by this machine's clock.
    pub async fn time(&self) -> Result<Option<Timestamp>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            // Not the transaction's time, which stands still.
            Self::Postgres { pool, .. } => {
                let text = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
                let millis = sqlx::query_scalar(text).fetch_one(pool).await?;
                Ok(Some(Timestamp::from_millis(millis)))
            }
        }
    }

    /// When the database was put back from a copy, if ever. Of PostgreSQL, `signet restore --in-place` notes it.
    pub fn restored_at(&self) -> Option<Timestamp> {
        match self {
            Self::Sqlite(sqlite) => sqlite.restored_at,
            Self::Postgres { restored_at, .. } => *restored_at,
        }
    }

    /// Closes all connections, after the writes that are under way.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.writer.close().await;
                sqlite.readers.close();
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }

    /// `sqlite` or `postgres`, for people.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }
}

/// A row whose content doesn't matter: PostgreSQL's `1` is an INTEGER, SQLite's a BIGINT.
struct Alive;

impl super::query::FromRow for Alive {
    fn from_row(_: &super::Row<'_>) -> Result<Self> {
        Ok(Self)
    }
}

async fn postgres(connect: &Connect) -> Result<PgPool> {
    let mut options = PgConnectOptions::from_str(&connect.url)
        .map_err(|error| Error::Schema(format!("database.url: {error}")))?
        .application_name("signet")
        .statement_cache_capacity(256);
    // A password must not cross a network in the clear, nor to somebody else (SEC-153): the URL can't say otherwise, and
    // `PGSSLMODE` neither.
    if !local(&options) {
        options = options.ssl_mode(PgSslMode::VerifyFull);
    }
    Ok(PgPoolOptions::new()
        .max_connections(connect.connections)
        .acquire_timeout(Duration::from_secs(2))
        .max_lifetime(Duration::from_mins(30))
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("SET statement_timeout = 5000")
                    .execute(connection)
                    .await
                    .map(|_| ())
            })
        })
        .connect_with(options)
        .await?)
}

fn local(options: &PgConnectOptions) -> bool {
    options.get_socket().is_some() || is_local(options.get_host())
}
