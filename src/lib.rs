//! Signet: a brand's identity provider and authentication gateway.
//!
//! The house, from the ground up; imports run downwards only (`tests/architecture.rs` holds them to it).

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
