//! A copy of an embedded database, made while it is being served, and put back while it isn't. PostgreSQL has its own tools: here it
//! is told that they have put it back.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgPool, SqliteConnection};

use super::sqlite::RESTORED_AT;
use super::{Connect, Db, Error, migrate, schema_version};
use crate::base::Timestamp;

/// Why no copy was made or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It isn't an embedded database.
    #[error(
        "the database is PostgreSQL: back it up with pg_dump, as in pg_dump --format=custom --file=signet.dump \
         DATABASE, and put it back with pg_restore and, after that, signet restore --in-place"
    )]
    Postgres,
    /// It is an embedded database.
    #[error("the database is embedded: signet restore FILE puts a copy in its place")]
    Embedded,
    /// There is no database.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// Something is in the way.
    #[error("{} is there already; nothing is written over", .0.display())]
    InTheWay(PathBuf),
    /// Somebody works with the database.
    #[error("the database {} is in use; stop the server first", .0.display())]
    InUse(PathBuf),
    /// The file is no copy of a database of this program's.
    #[error("{} is no backup that can be put back: {why}", .file.display())]
    Unusable {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file can't be read or written.
    #[error("{}: {error}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why not.
        #[source]
        error: std::io::Error,
    },
    /// The database can't do it.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What becomes of the file that was there when another one is put in its place.
const REPLACED: &str = "replaced";
/// What is beside the place of a file until it is whole.
const PART: &str = "part";

/// Writes a copy of the database to a new file, for its owner alone, as the database is at one moment. Whoever writes
/// meanwhile isn't held up. How many bytes it has.
pub async fn back_up(connect: &Connect, to: &Path) -> Result<u64, BackupError> {
    let from = file(connect)?;
    if !from.exists() {
        return Err(BackupError::Missing(from));
    }
    if to.exists() {
        return Err(BackupError::InTheWay(to.to_path_buf()));
    }
    let part = empty(to)?;
    let copied = copy(&from, &part).await;
    let kept = copied.and_then(|()| keep(&part, to));
    if kept.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    kept
}

async fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let name = to.to_str().ok_or_else(|| {
        let why = std::io::Error::other("the name isn't UTF-8");
        failed(to)(why)
    })?;
    let mut database = open(from).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(name.to_owned())
        .execute(&mut database)
        .await?;
    database.close().await?;
    Ok(())
}

/// Puts a copy in the database's place, at the moment `now`. What was there stays beside it; where somebody works with that, nothing is done. The
/// file that was there, if one was.
pub async fn restore(connect: &Connect, from: &Path, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
    let place = file(connect)?;
    if !from.is_file() {
        return Err(BackupError::Missing(from.to_path_buf()));
    }
    check(from).await?;
    if let Some(folder) = place.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    let part = empty(&place)?;
    // Not `fs::copy`, which would give it the rights of the copy.
    let written = File::open(from).and_then(|mut copy| {
        let mut whole = OpenOptions::new().write(true).open(&part)?;
        std::io::copy(&mut copy, &mut whole)
    });
    let ended = match written.map_err(failed(&part)) {
        Ok(_) => end(&part, now).await,
        Err(error) => Err(error),
    };
    let replaced = match ended {
        Ok(()) => set_aside(&place).await,
        Err(error) => Err(error),
    };
    let kept = replaced.and_then(|replaced| match keep(&part, &place) {
        Ok(_) => Ok(replaced),
        Err(error) => {
            if let Some(aside) = &replaced {
                let _ = std::fs::rename(aside, &place);
            }
            Err(error)
        }
    });
    if kept.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    kept
}

/// What may have been used, ended or taken back after the copy was made: none of it counts any more (SEC-154).
const ENDED: [&str; 20] = [
    "session_clients",
    "sessions",
    "login_sessions",
    "admin_sessions",
    "codes",
    "tokens",
    "interactions",
    "pushed_requests",
    "device_authorizations",
    "backchannel_requests",
    "delegations",
    "connector_key_sets",
    "sign_in_tickets",
    "challenges",
    "sso_attempts",
    "console_sign_ins",
    "idempotency_keys",
    "initial_access_tokens",
    "user_recovery_codes",
    "administrator_recovery_codes",
];

/// Ends what a copy can't know to have ended since, and notes when: proofs that may have been used since count as used
/// ([`super::used_proofs`]). One of an older version has fewer tables.
async fn end(copy: &Path, now: Timestamp) -> Result<(), BackupError> {
    let options = SqliteConnectOptions::new()
        .filename(copy)
        .foreign_keys(false)
        .disable_statement_logging();
    let mut database = SqliteConnection::connect_with(&options).await?;
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut database)
        .await?;
    let mut open = database.begin().await?;
    for table in ENDED
        .iter()
        .filter(|table| tables.iter().any(|there| there == *table))
    {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")))
            .execute(&mut *open)
            .await?;
    }
    let restored = u32::try_from(whole_second_after(now))
        .unwrap_or(u32::MAX)
        .cast_signed();
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {RESTORED_AT} = {restored}")))
        .execute(&mut *open)
        .await?;
    open.commit().await?;
    sqlx::query("PRAGMA journal_mode = DELETE")
        .execute(&mut database)
        .await?;
    database.close().await?;
    Ok(())
}

/// Ends in a PostgreSQL database what a copy can't know to have ended, once `pg_restore` has put one in its place; `now` is
/// that moment. It is brought to this program's schema before. Nodes learn of the moment when they start.
pub async fn end_in_place(connect: &Connect, now: Timestamp) -> Result<(), BackupError> {
    if file(connect).is_ok() {
        return Err(BackupError::Embedded);
    }
    let db = Db::connect(connect).await?;
    migrate(&db).await?;
    let Db::Postgres { pool, .. } = &db else {
        return Err(BackupError::Embedded);
    };
    let mut open = pool.begin().await?;
    // All rows of a large database take longer than a statement of a request may.
    sqlx::query("SET LOCAL statement_timeout = 0")
        .execute(&mut *open)
        .await?;
    for table in ENDED {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")))
            .execute(&mut *open)
            .await?;
    }
    let noted =
        "INSERT INTO put_back (id, at) VALUES ('last', $1) ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at";
    sqlx::query(noted)
        .bind(whole_second_after(now).saturating_mul(1000))
        .execute(&mut *open)
        .await?;
    open.commit().await?;
    db.close().await;
    Ok(())
}

/// When a PostgreSQL database was put back, if ever; one without this program's schema wasn't.
pub(super) async fn put_back_at(pool: &PgPool) -> Result<Option<Timestamp>, Error> {
    let there: bool = sqlx::query_scalar("SELECT to_regclass('put_back') IS NOT NULL")
        .fetch_one(pool)
        .await?;
    if !there {
        return Ok(None);
    }
    let at: Option<i64> = sqlx::query_scalar("SELECT at FROM put_back WHERE id = 'last'")
        .fetch_optional(pool)
        .await?;
    Ok(at.map(Timestamp::from_millis))
}

/// The next whole second: what was used in this one was used before.
const fn whole_second_after(now: Timestamp) -> i64 {
    now.seconds() + 1
}

/// Moves the database away that nobody works with; where to.
async fn set_aside(place: &Path) -> Result<Option<PathBuf>, BackupError> {
    let aside = place.with_added_extension(REPLACED);
    if aside.exists() {
        return Err(BackupError::InTheWay(aside));
    }
    if !place.exists() {
        // A log without its database would be taken for the copy's.
        for beside in ["-wal", "-shm"] {
            let mut left = place.as_os_str().to_owned();
            left.push(beside);
            let _ = std::fs::remove_file(left);
        }
        return Ok(None);
    }
    let mut database = open(place).await?;
    // SQLite leaves the write-ahead log only while nobody else has the database open: that is the question. All that was
    // in it is in the file then.
    let mode = sqlx::query_scalar::<_, String>("PRAGMA journal_mode = DELETE")
        .fetch_one(&mut database)
        .await;
    let in_use = match mode {
        Ok(mode) => mode != "delete",
        Err(error) => match Error::from(error) {
            Error::Unavailable(_) => true,
            error => return Err(error.into()),
        },
    };
    database.close().await?;
    if in_use {
        return Err(BackupError::InUse(place.to_path_buf()));
    }
    std::fs::rename(place, &aside).map_err(failed(place))?;
    Ok(Some(aside))
}

/// Refuses what isn't whole, isn't this program's, or is a later version's.
async fn check(file: &Path) -> Result<(), BackupError> {
    let unusable = |why: String| BackupError::Unusable {
        file: file.to_path_buf(),
        why,
    };
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .disable_statement_logging();
    let look = async {
        let mut database = SqliteConnection::connect_with(&options).await?;
        let sound: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_one(&mut database)
            .await?;
        let version: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&mut database)
            .await?;
        database.close().await?;
        Ok::<_, sqlx::Error>((sound, version))
    };
    match look.await.map_err(|error| unusable(error.to_string()))? {
        (sound, _) if sound != "ok" => Err(unusable(sound)),
        (_, Some(version)) if version > schema_version() => Err(unusable(format!(
            "step {version} of its schema is newer than this program"
        ))),
        (_, None) => Err(unusable("it holds nothing".to_owned())),
        (_, Some(_)) => Ok(()),
    }
}

fn failed(file: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let file = file.to_path_buf();
    |error| BackupError::File { file, error }
}

/// The file of an embedded database.
fn file(connect: &Connect) -> Result<PathBuf, BackupError> {
    match connect.url.split_once("://") {
        Some(("sqlite", path)) => Ok(PathBuf::from(path.split('?').next().unwrap_or(path))),
        _ => Err(BackupError::Postgres),
    }
}

async fn open(file: &Path) -> Result<SqliteConnection, BackupError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(Duration::from_secs(1))
        .disable_statement_logging();
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// An empty file beside `place`, for its owner alone.
fn empty(place: &Path) -> Result<PathBuf, BackupError> {
    let part = place.with_added_extension(PART);
    // One that was left behind may be readable by others.
    let _ = std::fs::remove_file(&part);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&part) {
        Ok(_) => Ok(part),
        Err(error) => Err(failed(&part)(error)),
    }
}

/// Puts a whole file in its place; how many bytes it has.
fn keep(part: &Path, place: &Path) -> Result<u64, BackupError> {
    let kept = || {
        let file = File::open(part)?;
        file.sync_all()?;
        std::fs::rename(part, place)?;
        Ok(file.metadata()?.len())
    };
    kept().map_err(failed(place))
}
