//! What all doors share of HTTP.

pub mod caller;
pub mod figures;
pub mod problem;
pub mod rate;

pub use caller::Caller;
pub use problem::{PrivateDetail, Problem};
pub use rate::{Purpose, RateLimits, RetryAfter};
