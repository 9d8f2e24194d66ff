//! Connections that read.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::super::{Error, Result};

/// How long a long read waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it may take then (SEC-168), as in PostgreSQL.
const LIMIT: Duration = Duration::from_secs(5);

/// As many connections as read at the same moment; each is used by one thread at a time.
#[derive(Debug)]
pub(in crate::store) struct Readers {
    path: PathBuf,
    /// The most that are kept while they rest.
    most: usize,
    idle: Mutex<Idle>,
    long: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Idle {
    connections: Vec<Connection>,
    closed: bool,
}

impl Readers {
    /// As many long reads at a time as `long`, and one for each thread that answers requests.
    pub(super) fn new(path: PathBuf, long: usize) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            path,
            most: long + threads,
            idle: Mutex::default(),
            long: Arc::new(Semaphore::new(long)),
        }
    }

    /// Reads on this very thread: for what an index finds.
    pub(in crate::store) fn with<T>(&self, read: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let mut connection = self.take()?;
        let done = read(&mut connection);
        self.give_back(connection);
        done
    }

    /// Reads beside the threads that answer requests: for what may take its time.
    pub(in crate::store) async fn long<T, F>(self: &Arc<Self>, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.long).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Error::Unavailable(
                "other readers keep the database busy".to_owned(),
            ));
        };
        let readers = Arc::clone(self);
        let mut connection = self.take()?;
        let interrupt = connection.get_interrupt_handle();
        let mut done = tokio::task::spawn_blocking(move || {
            let done = read(&mut connection);
            readers.give_back(connection);
            drop(turn);
            done
        });
        let in_time = tokio::time::timeout(LIMIT, &mut done).await;
        let done = if let Ok(done) = in_time {
            done
        } else {
            interrupt.interrupt();
            done.await
        };
        done.map_err(|error| Error::Fault(error.to_string()))?
    }

    /// Closes those that rest now, and the others when they come back.
    pub(in crate::store) fn close(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.closed = true;
        idle.connections.clear();
    }

    fn take(&self) -> Result<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.closed {
            return Err(super::writer::gone());
        }
        if let Some(connection) = idle.connections.pop() {
            return Ok(connection);
        }
        drop(idle);
        let connection = super::open(&self.path)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !idle.closed && idle.connections.len() < self.most {
            idle.connections.push(connection);
        }
    }
}
