//! What all doors share of HTTP: from a request to a context, client authentication, cookies, pages and errors.

pub mod binding;
pub mod browser_sessions;
pub mod browser_state;
pub mod caller;
pub mod client_auth;
pub mod cookies;
pub mod cors;
pub mod csrf;
pub mod devices;
pub mod dpop;
pub mod extract;
mod failures;
pub mod figures;
pub mod input;
pub mod json;
pub mod leniency;
pub mod oauth_error;
pub mod openapi;
pub mod page;
mod page_error;
pub mod pending;
pub mod problem;
pub mod rate;
pub mod redirect;
pub mod refused_login;
pub mod signing_out;
mod sockets;
pub mod stale_id;
pub mod visit;

pub use caller::Caller;
pub use failures::Failures;
pub use page_error::PageError;
pub use problem::{PrivateDetail, Problem};
pub use rate::{Purpose, RateLimits, RetryAfter};
pub use sockets::{OpenSocket, Sockets};
pub use visit::Visit;
