//! What a new hash costs.

use crate::ceiling;
use crate::refusal::Refusal;

/// The cost of new argon2id hashes. By default 19 MiB, two passes, one lane: the least that SEC-084 allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Params {
    /// The floor and the default (SEC-084).
    pub const DEFAULT: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// Memory in KiB (19,456 to 131,072), passes (2 to 10) and lanes (1 to 255). Lanes are computed one after the other.
    ///
    /// Refuses what would be weaker than SEC-084's floor, and what [`StoredHash::parse`](crate::StoredHash::parse) would
    /// refuse to read back.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, Refusal> {
        const FORM: &str = "argon2id";
        ceiling::check(FORM, "memory in KiB", memory_kib, ceiling::ARGON2_MEMORY_KIB)?;
        ceiling::check(FORM, "passes", passes, ceiling::ARGON2_PASSES)?;
        ceiling::check(FORM, "lanes", lanes, ceiling::ARGON2_LANES)?;
        if memory_kib < Self::DEFAULT.memory_kib {
            return Err(Refusal::Unsupported {
                form: FORM,
                what: "less than 19 MiB of memory",
            });
        }
        if passes < Self::DEFAULT.passes {
            return Err(Refusal::Unsupported {
                form: FORM,
                what: "fewer than 2 passes",
            });
        }
        if lanes == 0 {
            return Err(Refusal::malformed(FORM, "lanes"));
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Memory in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes that the memory is divided into.
    pub const fn lanes(self) -> u32 {
        self.lanes
    }
}

impl Default for Params {
    fn default() -> Self {
        Self::DEFAULT
    }
}
