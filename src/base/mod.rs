//! The ground: clock, entropy, ids and one-time values. Knows nothing of what stands on it.

mod cache;
mod clock;
mod entropy;
mod hex;
pub mod id;
mod one_time;
mod sampled;

pub use cache::{Bounds, Cache};
pub use clock::{Clock, Stopwatch, Timestamp};
pub use entropy::Entropy;
pub use hex::{from_hex, hex};
pub use one_time::{Digest, OneTime, OneTimeKind};
pub use sampled::Sampled;
