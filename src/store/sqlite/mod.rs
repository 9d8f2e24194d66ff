//! SQLite: readers in a pool, and one writer.

mod together;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use self::writer::Writer;
use super::{Error, Result};

/// An open SQLite database.
#[derive(Clone, Debug)]
pub struct SqliteDb {
    pub(super) readers: SqlitePool,
    pub(super) writer: Writer,
    /// The file.
    pub path: PathBuf,
}

/// Opens (and makes, where there is none) the file at `path`.
pub(super) async fn connect(path: &str, readers: u32) -> Result<SqliteDb> {
    let path = Path::new(path.split('?').next().unwrap_or(path)).to_path_buf();
    create(&path).map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // What is replaced or deleted leaves no trace in a page that is written anyway.
        .pragma("secure_delete", "FAST")
        .statement_cache_capacity(256)
        .disable_statement_logging();
    let writer = Writer::start(SqliteConnection::connect_with(&options).await?)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(readers.clamp(1, 8))
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(2))
        .test_before_acquire(false)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_with(options)
        .await?;
    Ok(SqliteDb {
        readers,
        writer,
        path,
    })
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
