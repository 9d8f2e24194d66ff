//! Bringing a database to this version's schema.
//!
//! One text for both databases; where they must differ, `NNNN_what.sqlite.sql` and `NNNN_what.postgres.sql` stand
//! side by side. Each migration runs in a transaction of its own under a lock, so that any number of nodes may
//! start at once and a kill at any instant leaves whole steps (SEC-152).

use sqlx::migrate::{Migrate as _, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Connection as _, SqlSafeStr as _};

use super::{Db, Error, Result, consumers};

/// A migration: its number, what it does, and its text for SQLite and for PostgreSQL.
struct Step(i64, &'static str, &'static str, &'static str);

macro_rules! steps {
    ($($number:literal $what:literal $file:literal $($postgres:literal)?;)*) => {
        &[$(Step($number, $what, text!($file), text!($file $($postgres)?))),*]
    };
}

/// The text of the last file that is named.
macro_rules! text {
    ($file:literal) => {
        include_str!(concat!("../../migrations/", $file))
    };
    ($sqlite:literal $postgres:literal) => {
        text!($postgres)
    };
}

/// All migrations, oldest first. A released one is never edited: its checksum is in every database.
const STEPS: &[Step] = steps! {
    1 "accounts, clients, consumers, keys, sessions, grants and tokens" "0001_init.sql";
    2 "the life of signing keys" "0002_signing_keys.sql";
    3 "a sealing key that can be changed, and the server's own secrets" "0003_sealing.sql";
    4 "the record of changes as a chain" "0004_audit_chain.sqlite.sql" "0004_audit_chain.postgres.sql";
    5 "administrators and their sessions" "0005_administrators.sql";
    6 "what identifiers look like" "0006_identifier_skeletons.sql";
    12 "copies of the JWK set from before" "0012_jwks_readers.sql";
    13 "what tokens are for, and refresh tokens" "0013_tokens.sql";
    14 "tickets to sign in with" "0014_sign_in_tickets.sql";
    17 "authorization requests that clients have pushed" "0017_pushed_requests.sql";
    21 "clients that are told of the end of a session" "0021_logout.sql";
    22 "clients that register themselves" "0022_registration.sql";
    25 "proofs that clients have used, and secrets that they sign with" "0025_client_proofs.sql";
    26 "devices that wait for a consumer" "0026_devices.sql";
    27 "clients that wait for a consumer" "0027_backchannel.sql";
    28 "consumers who were anonymous before" "0028_merged_identities.sql";
    29 "consumers who let a program act for them" "0029_delegations.sql";
    30 "users of accounts, and their logins" "0030_users.sql";
    31 "skills, agent groups and profiles" "0031_account_entities.sql";
    32 "API keys" "0032_app_keys.sql";
    33 "what administrators' sessions stand for" "0033_admin_session_factors.sql";
    34 "connectors that are deleted, and the first choice of each type" "0034_connectors.sql";
    35 "what a program wants a consumer to allow it" "0035_delegation_scope.sql";
    37 "single sign-on of users" "0037_sso.sql";
    40 "requests that their senders may repeat" "0040_idempotency_keys.sql";
    41 "lists of sessions" "0041_session_lists.sql";
    42 "at which revision a user was changed" "0042_user_revisions.sqlite.sql" "0042_user_revisions.postgres.sql";
    45 "users' second factors" "0045_user_factors.sql";
    47 "what sessions hang on" "0047_sso_sessions.sql";
    52 "administrators' second factors" "0052_administrator_factors.sql";
    53 "sessions that were chosen among several" "0053_chosen_sessions.sql";
    54 "what connectors' brands published last" "0054_connector_key_sets.sql";
    55 "levels of logins that something was allowed with elsewhere" "0055_levels_elsewhere.sql";
    58 "when the database was put back" "0058_put_back.sql";
    60 "keys that request objects are encrypted to" "0060_decryption_keys.sql";
    62 "what keys have signed for programs" "0062_signed_windows.sql";
    63 "mails that are still to be sent" "0063_mails.sql";
    64 "links that are sent to addresses" "0064_challenges.sql";
    66 "logins with a second factor" "0066_login_factors.sql";
};

/// The newest version that this binary knows.
pub fn schema_version() -> i64 {
    STEPS.last().map_or(0, |step| step.0)
}

fn migrations(db: &Db) -> impl Iterator<Item = Migration> {
    STEPS.iter().map(move |Step(number, what, sqlite, postgres)| {
        let text = match db {
            Db::Sqlite(_) => *sqlite,
            Db::Postgres { .. } => *postgres,
        };
        Migration::new(
            *number,
            (*what).into(),
            MigrationType::Simple,
            text.into_sql_str(),
            false,
        )
    })
}

/// Runs what is missing and returns the version. A database that is newer than this binary is refused.
///
/// What a step leaves to be worked out is done under the same lock: whoever waited for it finds everything done.
pub async fn migrate(db: &Db) -> Result<i64> {
    let migrator = Migrator::with_migrations(migrations(db).collect());
    match db {
        Db::Sqlite(sqlite) => {
            // SQLite has no lock that outlives a transaction: a file beside the database is it.
            let beside = sqlite.path.with_extension("migrate.lock");
            let lock = tokio::task::spawn_blocking(move || {
                let file = std::fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(&beside)?;
                file.lock().map(|()| file)
            });
            let lock = lock
                .await
                .map_err(|error| Error::Schema(error.to_string()))?
                .map_err(|error| Error::Schema(format!("migration lock: {error}")))?;
            let mut connection = sqlite.open().await?;
            migrator.run(&mut connection).await.map_err(failed)?;
            connection.close().await?;
            consumers::skeletons::work_out(db).await?;
            drop(lock);
        }
        Db::Postgres { pool, .. } => {
            // Apart from the pool, whose statements must be quick: a node waits here for as long as another one takes.
            let mut connection = pool.acquire().await?.detach();
            sqlx::query("SET statement_timeout = 0")
                .execute(&mut connection)
                .await?;
            // One session may take the lock several times, as the migrator does once more; the session's end gives it back.
            connection.lock().await.map_err(failed)?;
            migrator.run(&mut connection).await.map_err(failed)?;
            consumers::skeletons::work_out(db).await?;
            connection.close().await?;
        }
    }
    Ok(schema_version())
}

fn failed(error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(version) => newer(version),
        error => Error::Schema(error.to_string()),
    }
}

/// Whether the schema is this binary's, step by step; nothing is changed.
pub async fn verify_schema(db: &Db) -> Result<()> {
    let applied = applied(db).await?;
    let ours: Vec<Migration> = migrations(db).collect();
    for (version, checksum) in &applied {
        match ours.iter().find(|step| step.version == *version) {
            None => return Err(newer(*version)),
            Some(step) if step.checksum[..] != checksum[..] => {
                return Err(Error::Schema(format!(
                    "step {version} of the database's schema is not this program's; start the signet that made it"
                )));
            }
            Some(_) => {}
        }
    }
    let is_there = |step: &Migration| applied.iter().any(|(version, _)| *version == step.version);
    match ours.iter().find(|step| !is_there(step)) {
        None => Ok(()),
        Some(missing) => Err(Error::Schema(format!(
            "the database lacks version {} (\"{}\") of this program's {}; run `signet migrate`",
            missing.version,
            missing.description,
            schema_version()
        ))),
    }
}

/// The steps that a database has taken, with their checksums; none of an empty one.
async fn applied(db: &Db) -> Result<Vec<(i64, Vec<u8>)>> {
    const TEXT: &str = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    let rows = match db {
        Db::Sqlite(sqlite) => sqlx::query_as(TEXT).fetch_all(&mut sqlite.open().await?).await,
        Db::Postgres { pool, .. } => sqlx::query_as(TEXT).fetch_all(pool).await,
    };
    rows.or_else(|error| match error.as_database_error() {
        // PostgreSQL's `undefined_table`; SQLite has no code for it.
        Some(inner) if inner.code().as_deref() == Some("42P01") => Ok(Vec::new()),
        Some(inner) if inner.message().starts_with("no such table") => Ok(Vec::new()),
        _ => Err(error.into()),
    })
}

fn newer(version: i64) -> Error {
    Error::Schema(format!(
        "the database is at version {version}, newer than this program's {}; start a newer signet",
        schema_version()
    ))
}
