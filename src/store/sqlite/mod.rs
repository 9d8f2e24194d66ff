//! SQLite: readers, and one writer.
//!
//! Statements run straight, by rusqlite, where their caller is: what a request looks up takes eight microseconds that way,
//! and thirty more where it has to go to a thread and back. sqlx keeps what is rare and takes its time: migrations, copies
//! and checks of the whole file. Both drive the same library in this process.

mod readers;
mod statement;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};

use self::readers::Readers;
pub(super) use self::statement::{execute, fetch, fetch_all};
use self::writer::Writer;
use super::{Error, Result};

/// How long a statement waits for another process that holds the database.
const BUSY: Duration = Duration::from_secs(5);
/// The texts that each connection keeps prepared.
const PREPARED: usize = 256;

/// An open SQLite database.
#[derive(Clone, Debug)]
pub struct SqliteDb {
    pub(super) readers: Arc<Readers>,
    pub(super) writer: Writer,
    /// The file.
    pub path: PathBuf,
}

impl SqliteDb {
    /// Opens the file once more, by sqlx.
    pub(super) async fn open(&self) -> Result<SqliteConnection> {
        let options = SqliteConnectOptions::new()
            .filename(&self.path)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .disable_statement_logging();
        Ok(options.connect().await?)
    }
}

/// Opens (and makes, where there is none) the file at `path`.
pub(super) fn connect(path: &str, readers: u32) -> Result<SqliteDb> {
    let path = Path::new(path.split('?').next().unwrap_or(path)).to_path_buf();
    create(&path).map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
    let writer = Writer::start(open(&path)?)?;
    let readers = Arc::new(Readers::new(path.clone(), readers.clamp(1, 8) as usize));
    readers.with(|_| Ok(()))?;
    Ok(SqliteDb {
        readers,
        writer,
        path,
    })
}

/// A connection: write-ahead log, commits that are on the disk before anybody is told of them (SEC-152), and nothing of
/// what is replaced or deleted left in a page that is written anyway.
fn open(path: &Path) -> Result<Connection> {
    // A connection belongs to one thread at a time: SQLite need not see to that once more.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = FAST;",
    )?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

/// Makes the file with mode 0600 before SQLite opens it: SQLite gives its side files the same mode.
fn create(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        const UNIQUE: i32 = 2067;
        const PRIMARY_KEY: i32 = 1555;
        match &error {
            rusqlite::Error::SqliteFailure(cause, message) => {
                let message = message.clone().unwrap_or_else(|| cause.to_string());
                match cause.code {
                    ErrorCode::ConstraintViolation if matches!(cause.extended_code, UNIQUE | PRIMARY_KEY) => {
                        Self::Taken(message)
                    }
                    ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::ReadOnly
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::DiskFull
                    | ErrorCode::CannotOpen => Self::Unavailable(message),
                    _ => Self::Fault(message),
                }
            }
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::InvalidColumnType(..) => Self::Corrupt(error.to_string()),
            _ => Self::Fault(error.to_string()),
        }
    }
}
