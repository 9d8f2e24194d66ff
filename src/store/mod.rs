//! Every statement that touches a database, on SQLite (inside) and PostgreSQL, in one SQL text.
//!
//! A file per table. Functions take the [`Db`], name the account, and speak in the model's types. Verbs: find, list,
//! insert, update, delete, `take` (single use), `claim` (a lease).

pub mod account_entities;
pub mod accounts;
pub mod admin_sessions;
pub mod administrator_factors;
pub mod administrators;
pub mod app_key_secrets;
pub mod app_keys;
pub mod audit;
pub mod audit_chains;
pub mod audit_realms;
pub mod backchannel;
pub mod backup;
pub mod challenges;
pub mod client_hmac_secrets;
pub mod clients;
pub mod codes;
pub mod connector_key_sets;
pub mod connectors;
pub mod console_sign_ins;
pub mod consumers;
mod db;
pub mod decryption_keys;
pub mod delegations;
pub mod devices;
pub mod erasure;
pub mod grants;
pub mod idempotency_keys;
pub mod initial_access_tokens;
pub mod integrity;
pub mod interactions;
pub mod jwks_readers;
pub mod leases;
pub mod login_attempts;
pub mod login_sessions;
pub mod logout_notices;
pub mod mails;
pub mod merged_identities;
mod migrate;
pub mod pushed_requests;
mod query;
pub mod refresh_tokens;
pub mod registration_tokens;
pub mod retention;
pub mod sealed;
pub mod sealing_checks;
pub mod server_secrets;
pub mod session_clients;
pub mod sessions;
pub mod sign_in_tickets;
pub mod signed_windows;
pub mod signing_keys;
mod sqlite;
pub mod sso_attempts;
pub mod sso_connections;
pub mod tokens;
pub mod used_proofs;
pub mod user_factors;
pub mod user_recovery_codes;
pub mod users;

use std::sync::LazyLock;

use crate::base::{Sampled, Stopwatch, Timestamp};

pub use db::{Connect, Db, Tx};
pub use migrate::{migrate, schema_version, verify_schema};
pub use query::{Query, Row, Value, sql};

/// A full disk is the machine's, whichever connection meets it: the minutes are the process's own.
static FULL: LazyLock<(Stopwatch, Sampled)> =
    LazyLock::new(|| (Stopwatch::start(), Sampled::new("storage.full")));

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique value is taken; the constraint or column is named.
    #[error("already taken: {0}")]
    Taken(String),
    /// The database is away, overloaded or full: try again.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A stored value can't be read as what it should be.
    #[error("stored value unreadable: {0}")]
    Corrupt(String),
    /// The schema is not the one of this version.
    #[error("schema: {0}")]
    Schema(String),
    /// Somebody else changed a row between its reading and its writing: nothing was written.
    #[error("changed by somebody else at the same moment")]
    Stale,
    /// Anything else: a fault of ours.
    #[error("database: {0}")]
    Fault(String),
}

/// The store's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The disk is full: operators are told, a few times a minute and not of each write (SEC-162).
    fn full(message: String) -> Self {
        let (since, sampled) = &*FULL;
        let millis = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
        sampled.tell(Timestamp::from_millis(millis), |lost| {
            tracing::error!(
                target: "audit", event = "storage.full", outcome = "refused", reason = "full", lost,
                "the database's disk is full"
            );
        });
        Self::Unavailable(message)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        match &error {
            sqlx::Error::Database(inner) => match inner.kind() {
                ErrorKind::UniqueViolation => Self::Taken(
                    inner
                        .constraint()
                        .map_or_else(|| inner.message().to_owned(), str::to_owned),
                ),
                _ if full(inner.code().as_deref()) => Self::full(inner.message().to_owned()),
                _ if unavailable(inner.code().as_deref()) => Self::Unavailable(inner.message().to_owned()),
                _ => Self::Fault(inner.message().to_owned()),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.to_string()),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
            _ => Self::Fault(error.to_string()),
        }
    }
}

/// SQLite's busy, locked, I/O, full and can't-open; PostgreSQL's classes of connection, resources, operator
/// intervention, read-only transaction, serialisation and dead-lock.
fn unavailable(code: Option<&str>) -> bool {
    code.is_some_and(|code| match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
        _ => ["08", "53", "57", "58", "25006", "40"]
            .iter()
            .any(|class| code.starts_with(class)),
    })
}

/// SQLite's full; PostgreSQL's disk_full.
fn full(code: Option<&str>) -> bool {
    matches!(code, Some("13" | "53100"))
}

fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Fault(error.to_string()))
}
