#![doc = include_str!("../README.md")]

mod base_string;
mod base_url;
mod body_hash;
mod encoding;
mod header;
mod method;
mod outgoing;
mod parameters;
mod problem;
mod secrets;
mod signed;

pub use base_url::BaseUrl;
pub use body_hash::{body_hash, is_body_hash};
pub use encoding::encode;
pub use header::is_oauth;
pub use method::{SignatureMethod, UnknownSignatureMethod};
pub use outgoing::{Credentials, Outgoing};
pub use problem::{Problem, Refusal};
pub use secrets::Secrets;
pub use signed::{Incoming, SignedRequest};
