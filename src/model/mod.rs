//! Signet's nouns and rules, as types.

mod text_enum;

pub mod account;
pub mod audit;
pub mod claim;
pub mod client;
pub mod connector;
pub mod consumer;
pub mod grant;
pub mod interaction;
pub mod session;
pub mod signing_key;
pub mod token;

pub(crate) use text_enum::text_enum;

pub use account::{Account, AccountSettings, AccountStatus};
pub use client::{Client, ClientSettings, Leniency};
pub use consumer::{Consumer, ConsumerStatus};
pub use session::Session;
