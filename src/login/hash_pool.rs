use std::sync::Arc;
use std::time::Duration;

use passwords::{Hasher, Params, Work};
use tokio::sync::Semaphore;

use crate::config;

/// Too many hashes are wanted at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being hashed")]
pub struct Busy;

/// A bounded number of threads for password hashes, and a bounded queue before them (SEC-166).
#[derive(Clone)]
pub struct HashPool {
    hasher: Arc<Hasher>,
    /// One for each hash that may run.
    permits: Arc<Semaphore>,
    /// One for each hash that may run or wait.
    places: Arc<Semaphore>,
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
            permits: Arc::new(Semaphore::new(permits)),
            places: Arc::new(Semaphore::new(permits + queue)),
            wait,
        }
    }

    /// What has been computed so far.
    pub fn work(&self) -> Work {
        self.hasher.work()
    }

    /// Runs `work` on a thread of the pool. The place is held by the work itself: a caller who goes away while it runs
    /// frees nothing early.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hasher) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Busy)?;
        let permit = tokio::time::timeout(self.wait, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| Busy)?
            .map_err(|_| Busy)?;
        let hasher = Arc::clone(&self.hasher);
        tokio::task::spawn_blocking(move || {
            let _held = (place, permit);
            work(&hasher)
        })
        .await
        .map_err(|_| Busy)
    }
}

impl std::fmt::Debug for HashPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HashPool")
            .field("free", &self.permits.available_permits())
            .field("places", &self.places.available_permits())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
