//! SQLite: readers, and one writer.
//!
//! Statements run straight, by rusqlite, where their caller is: what a request looks up takes eight microseconds that way,
//! and thirty more where it has to go to a thread and back. sqlx keeps what is rare and takes its time: migrations, copies
//! and checks of the whole file. Both drive the same library in this process.

mod checkpoints;
mod readers;
mod row;
mod statement;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};

use self::readers::Readers;
pub(super) use self::row::Row;
pub(super) use self::statement::{execute, fetch, fetch_all};
use self::writer::Writer;
pub(super) use self::writer::gone;
use super::{Error, Result};
use crate::base::Timestamp;

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
    /// When it was put in its place, if it is a copy of an earlier one.
    pub(super) restored_at: Option<Timestamp>,
}

/// Where the file keeps when it was put in its place, in seconds since 1970: the number in its head that SQLite leaves to
/// whoever uses it, so that copies of every version have room for it. 0 where it is no copy.
pub(super) const RESTORED_AT: &str = "user_version";

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
    let connection = open(&path)?;
    let restored: i32 = connection.pragma_query_value(None, RESTORED_AT, |row| row.get(0))?;
    let restored_at = (restored != 0).then(|| Timestamp::from_seconds(restored.cast_unsigned().into()));
    let writer = Writer::start(connection, &path)?;
    let readers = Arc::new(Readers::new(path.clone(), readers.clamp(1, 8) as usize));
    readers.with(|_| Ok(()))?;
    Ok(SqliteDb {
        readers,
        writer,
        path,
        restored_at,
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
                    ErrorCode::DiskFull => Self::full(message),
                    ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::ReadOnly
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::OperationInterrupted
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

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;

    use super::*;
    use crate::store::{Db, Tx};

    type Pragmas = (String, i64, i64, i64);

    /// Journal, durability, references and patience, as a connection tells by itself.
    const PRAGMAS: &str = "SELECT journal_mode, synchronous, foreign_keys, timeout FROM pragma_journal_mode,
        pragma_synchronous, pragma_foreign_keys, pragma_busy_timeout";

    fn demanded() -> Pragmas {
        // FULL, ON, five seconds.
        ("wal".to_owned(), 2, 1, 5000)
    }

    fn pragmas(connection: &Connection) -> Pragmas {
        let told = connection.query_row(PRAGMAS, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        });
        told.unwrap()
    }

    /// So many readers at the same moment, so that none is met twice.
    fn look_at(readers: &Readers, many: usize) {
        let looked = readers.with(|reader| {
            assert_eq!(pragmas(reader), demanded(), "reader {many}");
            if many > 1 {
                look_at(readers, many - 1);
            }
            Ok(())
        });
        looked.unwrap();
    }

    #[tokio::test]
    async fn sec_153_every_connection_is_durable_patient_and_keeps_its_references() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = connect(&folder.path().join("signet.db").display().to_string(), 8).unwrap();
        look_at(&sqlite.readers, 8);
        let mut migrates = sqlite.open().await.unwrap();
        let told: Pragmas = sqlx::query_as(PRAGMAS).fetch_one(&mut migrates).await.unwrap();
        assert_eq!(told, demanded(), "what migrates");
        migrates.close().await.unwrap();
        let db = Db::Sqlite(sqlite);
        let of_writer = db.transaction(|tx| {
            Box::pin(async move {
                let Tx::Sqlite(connection) = tx else {
                    panic!("another database")
                };
                Ok(pragmas(connection))
            })
        });
        assert_eq!(of_writer.await.unwrap(), demanded(), "the writer");
        db.close().await;
    }
}
