//! Signet: a brand's identity provider and authentication gateway.
//!
//! The house, a sentence a room; imports run downwards only (`tests/architecture` holds them to it).
//!
//! - `cli`: the commands. `demo`: a brand that shows everything, in one process. `server`: the doors together, with the layers
//!   around every request.
//! - `provider`: OpenID Connect and OAuth. `consumer`: the pages that consumers see. `gateway`: the messaging platform's side.
//!   `admin`: the console and its API. `jobs`: what runs by itself.
//! - `directory`: what administrators change, with its rules. `issue`: tokens. `http`: what all doors share.
//! - `context`: what a request needs, read once. `keys`: signing and sealing. `login`: who somebody is.
//! - `store`: the two databases. `model`: what is stored. `config`: the settings. `base`: time, chance, ids.

pub mod admin;
pub mod base;
pub mod cli;
pub mod config;
pub mod consumer;
pub mod context;
pub mod demo;
pub mod directory;
pub mod gateway;
pub mod http;
pub mod issue;
pub mod jobs;
pub mod keys;
pub mod login;
pub mod model;
pub mod provider;
pub mod server;
pub mod store;
