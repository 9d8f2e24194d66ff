//! The ground: clock, entropy, ids and one-time values. Knows nothing of what stands on it.

mod clock;
mod entropy;
pub mod id;
mod one_time;

pub use clock::{Clock, Timestamp};
pub use entropy::Entropy;
pub use one_time::{Digest, OneTime, OneTimeKind};
