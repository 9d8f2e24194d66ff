//! What all doors share of HTTP: from a request to a context, client authentication, cookies, pages and errors.

pub mod caller;
pub mod client_auth;
pub mod cookies;
pub mod cors;
pub mod csrf;
mod extract;
pub mod figures;
pub mod leniency;
pub mod oauth_error;
pub mod page;
pub mod problem;
pub mod rate;
pub mod redirect;

pub use caller::Caller;
pub use problem::{PrivateDetail, Problem};
pub use rate::{Purpose, RateLimits, RetryAfter};
