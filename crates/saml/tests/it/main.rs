//! Responses of identity providers: good ones of two implementations, and everything else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod idp;
mod rules;
mod signatures;
mod signer;
mod wrapping;
