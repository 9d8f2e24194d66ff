//! The memory that argon2 fills, kept from one hash to the next.

use argon2::Block;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// A pool of equal buffers. Fresh memory costs a sixth of a hash's time, and glibc is slow to give it back.
pub(crate) struct Memory {
    idle: Mutex<Vec<Vec<Block>>>,
    keep: usize,
    blocks: usize,
    hashes: AtomicU64,
    filled: AtomicU64,
}

impl Memory {
    /// Keeps at most `keep` buffers of `blocks` KiB each. None is made before it is needed.
    pub(crate) fn new(keep: usize, blocks: usize) -> Self {
        Self {
            idle: Mutex::new(Vec::new()),
            keep,
            blocks,
            hashes: AtomicU64::new(0),
            filled: AtomicU64::new(0),
        }
    }

    /// How many hashes have been computed so far, and how many KiB they have filled, each pass counted.
    pub(crate) fn work(&self) -> (u64, u64) {
        (
            self.hashes.load(Ordering::Relaxed),
            self.filled.load(Ordering::Relaxed),
        )
    }

    /// Lends a buffer of at least `blocks` KiB with anything in it.
    ///
    /// A size above the pool's own is for an imported hash: made for the one check, then freed.
    pub(crate) fn lend<R>(&self, blocks: usize, passes: u32, work: impl FnOnce(&mut [Block]) -> R) -> R {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        self.filled
            .fetch_add(blocks as u64 * u64::from(passes), Ordering::Relaxed);
        if blocks > self.blocks {
            return work(&mut vec![Block::new(); blocks]);
        }
        let mut buffer = self
            .idle()
            .pop()
            .unwrap_or_else(|| vec![Block::new(); self.blocks]);
        let result = work(&mut buffer);
        let mut idle = self.idle();
        if idle.len() < self.keep {
            idle.push(buffer);
        }
        result
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        // A buffer's content is never read before it is written, so a panic elsewhere can't have spoilt it.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
