//! The client against servers on loopback, and the guard against the tricks with addresses.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod address;
mod answers;
mod guard;
mod sharing;
mod support;
mod tls;
