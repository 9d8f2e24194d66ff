use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Why this process may not serve the database.
#[derive(Debug, thiserror::Error)]
pub enum NotAlone {
    /// Another one does.
    #[error("another signet serves {0} already; stop it first (its lock is {1})")]
    Served(PathBuf, PathBuf),
    /// The lock can't be taken.
    #[error("the lock {0}: {1}")]
    Lock(PathBuf, io::Error),
}

/// The right to be the one process that serves a SQLite file; given back when dropped, and by the system when the
/// process ends, however it ends (SEC-153).
#[derive(Debug)]
pub struct Alone(#[expect(dead_code, reason = "held for its lock")] File);

impl Alone {
    /// Takes the lock beside the database.
    pub fn on(database: &Path) -> Result<Self, NotAlone> {
        let mut lock = database.as_os_str().to_owned();
        lock.push(".serve.lock");
        let lock = PathBuf::from(lock);
        let failed = |error| NotAlone::Lock(lock.clone(), error);
        if let Some(folder) = lock.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&lock)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(NotAlone::Served(database.to_path_buf(), lock)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
