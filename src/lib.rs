//! Signet: a brand's identity provider and authentication gateway.
//!
//! The house, a sentence a room; imports run downwards only (`tests/architecture` holds them to it).
//!
//! - `cli`: the commands. `demo`: a brand that shows everything, in one process. `server`: the doors together, with the layers
//!   around every request.
//! - `provider`: OpenID Connect and OAuth. `consumer`: the pages that consumers see. `gateway`: the messaging platform's side.
//!   `admin`: the console and its API. `jobs`: what runs by itself.
//! - `directory`: what administrators change, with its rules. `issue`: tokens. `http`: what all doors share.
//! - `mail`: what is sent to people.
//! - `context`: what a request needs, read once. `keys`: signing and sealing. `login`: who somebody is.
//! - `store`: the two databases. `model`: what is stored. `config`: the settings. `base`: time, chance, ids.
//!
//! Three of them are where they are because several others need them. `directory` lies below the doors, since commands, the
//! admin API, the console, the gateway and the demo change the same things by the same rules. `context` lies between what
//! a request needs and what decides about it, so that neither `directory` nor `issue` reads a cache or a clock of its own.
//! `demo` lies above `server`, which it starts, and only `cli` enters it: `serve` never does.
//!
//! Below the house lie the libraries of `crates/`, which know nothing of it: `jose` (signatures, encryption, keys),
//! `oauth` and `oauth1` (the protocols' nouns), `saml`, `passwords` (hashes, also those of other products), `engagement`
//! (customerInfo and personalInfo), `outbound` (calls that we make), `smtp` (mail that we send) and `pages` (templates and locales).

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
pub mod mail;
pub mod model;
pub mod provider;
pub mod server;
pub mod store;
