#![doc = include_str!("../README.md")]

mod breached;
mod ceiling;
mod encoding;
mod form;
mod hasher;
mod import;
mod memory;
mod params;
mod password;
mod phc;
mod refusal;
mod stored;

pub use breached::{BadList, BreachedList};
pub use form::Algorithm;
pub use hasher::{Hasher, Work};
pub use import::FirebaseProject;
pub use params::Params;
pub use password::{MAX_PASSWORD_BYTES, Password, Unhashable};
pub use refusal::Refusal;
pub use stored::StoredHash;
