//! Making and checking hashes.

use crate::form::Argon2;
use crate::memory::Memory;
use crate::params::Params;
use crate::password::Password;
use crate::refusal::Refusal;
use crate::stored::StoredHash;

/// Makes argon2id hashes of one cost, and checks hashes of every form.
///
/// It is made once and shared; its memory is reused. Every method that takes a password works for milliseconds to more than
/// a second on the calling thread.
pub struct Hasher {
    params: Params,
    memory: Memory,
    nobody: StoredHash,
}

/// What has been computed with argon2: two callers who cause the same are not told apart by a stopwatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// How many hashes.
    pub hashes: u64,
    /// How much memory they filled, each pass counted.
    pub kib_filled: u64,
}

impl Hasher {
    /// `buffers` is how many hashes may run at the same time: as many buffers of the parameters' size are kept.
    /// More may run, with memory of their own that is freed afterwards.
    pub fn new(params: Params, buffers: usize) -> Self {
        Self {
            params,
            memory: Memory::new(buffers, Argon2::blocks_of(params)),
            nobody: StoredHash::dummy(params),
        }
    }

    /// The cost of new hashes.
    pub const fn params(&self) -> Params {
        self.params
    }

    /// What has been computed with argon2 so far.
    pub fn work(&self) -> Work {
        let (hashes, kib_filled) = self.memory.work();
        Work { hashes, kib_filled }
    }

    /// Hashes a password under a salt, which must be fresh from the system's generator.
    pub fn hash(&self, password: Password<'_>, salt: [u8; 16]) -> Result<StoredHash, Refusal> {
        Argon2::make(self.params, password, salt, &self.memory).map(StoredHash::from)
    }

    /// Whether the password is the one that was hashed. Compares in constant time.
    #[must_use]
    pub fn verify(&self, stored: &StoredHash, password: Password<'_>) -> bool {
        stored.verify(password, &self.memory)
    }

    /// Does the work of [`Self::verify`] for someone who has no hash here, and fails, so that an unknown user takes as
    /// long as a wrong password (SEC-085).
    pub fn verify_nobody(&self, password: Password<'_>) -> bool {
        self.verify(&self.nobody, password)
    }

    /// Whether a hash that has just been verified should be replaced by one made now: any form but argon2id, or a lesser
    /// cost (SEC-084).
    #[must_use]
    pub fn needs_rehash(&self, stored: &StoredHash) -> bool {
        stored.needs_rehash(self.params)
    }
}
