mod turns;

use std::sync::Arc;
use std::time::Duration;

use passwords::{Hasher, Params, Work};

use self::turns::Turns;
use crate::base::id::Realm;
use crate::config;

/// Too many hashes are wanted at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being hashed")]
pub struct Busy;

/// A bounded number of threads for password hashes, and a bounded queue before them (SEC-166), in which accounts take turns
/// (SEC-144). Where the queue is full, somebody of the account with the longest line is turned away.
#[derive(Clone)]
pub struct HashPool {
    hasher: Arc<Hasher>,
    turns: Arc<Turns>,
    wait: Duration,
}

impl HashPool {
    /// As the operator chose.
    pub fn new(settings: &config::Login) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let permits = if settings.hash_pool == 0 {
            (cores / 2).max(1)
        } else {
            settings.hash_pool
        };
        Self::with(permits, settings.hash_queue, settings.hash_wait.get())
    }

    /// For a command that has the machine to itself: all cores, and whoever asks waits.
    pub fn for_command() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with(cores, 100_000, Duration::from_hours(24))
    }

    fn with(permits: usize, queue: usize, wait: Duration) -> Self {
        Self {
            hasher: Arc::new(Hasher::new(Params::default(), permits)),
            turns: Turns::new(permits, queue),
            wait,
        }
    }

    /// What has been computed so far.
    pub fn work(&self) -> Work {
        self.hasher.work()
    }

    /// Runs `work`, which is somebody's of `of`, on a thread of the pool. The permit is held by the work itself: a caller who
    /// goes away while it runs frees nothing early.
    pub async fn run<T: Send + 'static>(
        &self,
        of: &Realm,
        work: impl FnOnce(&Hasher) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let permit = self.turns.acquire(of, self.wait).await?;
        let hasher = Arc::clone(&self.hasher);
        tokio::task::spawn_blocking(move || {
            let _held = permit;
            work(&hasher)
        })
        .await
        .map_err(|_| Busy)
    }
}

impl std::fmt::Debug for HashPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (free, waiting) = self.turns.free_and_waiting();
        f.debug_struct("HashPool")
            .field("free", &free)
            .field("waiting", &waiting)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
