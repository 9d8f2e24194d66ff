//! How administrators' changes are made, whichever way they come (a command, the admin API, the demo's seed): checked
//! as a whole, and written in one transaction with the audit row that tells of them (SEC-134).
//!
//! Settings have one text form, `KEY=VALUE`, whose keys are listed in one table for each thing that has settings; what
//! is wrong comes back as [`Problem`]s that name the key, what was found and what is allowed.

pub mod account;
pub mod account_entity;
pub mod administrator;
pub mod app_key;
mod assignment;
pub mod audit;
mod by;
pub mod client;
pub mod connector;
pub mod consumer;
mod denied;
mod difference;
pub mod doctor;
mod error;
mod generated;
pub mod key;
mod logo;
mod notice;
pub mod registration;
mod sealed_secret;
pub mod sealing_key;
pub mod session;
mod setting;
pub mod sso;
pub mod table;
mod text;
pub mod user;

pub use assignment::{Assignment, Given};
pub use by::By;
pub use denied::record_denied;
pub use error::{Error, Problem, Result};
pub use generated::generated_password;
pub use logo::logo;
