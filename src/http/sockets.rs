use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The WebSockets of a server: how many may be open, and that they end with it (SEC-157, SEC-174). Its listeners put it into
/// the extensions of their requests.
#[derive(Clone, Debug)]
pub struct Sockets {
    places: Arc<Semaphore>,
    open: TaskTracker,
    stop: CancellationToken,
}

/// A place among the open sockets, given back when dropped.
#[derive(Debug)]
pub struct OpenSocket {
    _place: OwnedSemaphorePermit,
    _open: TaskTrackerToken,
    stop: CancellationToken,
}

impl Sockets {
    /// At most so many, until `stop`.
    pub fn new(most: usize, stop: CancellationToken) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
            open: TaskTracker::new(),
            stop,
        }
    }

    /// A place for one more, if there is one left.
    pub fn take(&self) -> Option<OpenSocket> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(OpenSocket {
            _place: place,
            _open: self.open.token(),
            stop: self.stop.clone(),
        })
    }

    /// Waits until none is open any more. To be asked when no new ones can come.
    pub async fn closed(&self) {
        self.open.close();
        self.open.wait().await;
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.open.len()
    }
}

impl OpenSocket {
    /// Waits until the server stops.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }
}
