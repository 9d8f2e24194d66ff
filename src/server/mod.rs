//! Puts the rooms together: router, listeners, middleware, shutdown.

mod router;

pub use router::router;
