//! The product from outside, in one binary: a folder per door, mirroring its routes.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on fails"
)]

mod admin;
mod audit;
mod cli;
mod config;
mod consumer_pages;
mod consumers;
mod demo;
mod directory;
mod gateway;
mod jobs;
mod keys;
mod login;
mod mail;
mod provider;
mod relying_party;
mod server;
mod store;
mod support;
