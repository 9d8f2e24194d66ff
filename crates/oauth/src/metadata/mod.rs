//! What is registered about a client.

mod client;
mod limits;

pub use client::ClientMetadata;
pub use limits::MetadataError;
