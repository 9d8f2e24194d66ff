//! Responses of identity providers: good ones of two implementations, and everything else.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod idp;
mod rules;
mod signatures;
mod signer;
mod wrapping;
