#![doc = include_str!("../README.md")]

mod document;
mod limits;
mod names;
mod refusal;
mod request;
mod response;
mod signature;
mod time;

pub use limits::{LARGEST, decode};
pub use refusal::Refusal;
pub use request::AuthnRequest;
pub use response::{Expected, Identity};
