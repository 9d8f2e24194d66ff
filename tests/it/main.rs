//! The product from outside, in one binary: a folder per door, mirroring its routes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on fails")]

mod config;
mod store;
mod support;
