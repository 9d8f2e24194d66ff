//! What the platform's side of the gateway makes of a brand's tokens and codes.

mod anonymous;
mod authenticate;
mod authorisation;
mod brand;
mod callers;
mod connectors;
mod delegation;
mod domain;
mod encrypted;
mod entities;
mod keys;
mod login;
pub(crate) mod people;
mod programs;
mod races;
mod redeem;
mod saml;
pub(crate) mod sentinel;
mod service;
mod signed;
mod socket;
mod sso;
mod sso_code;
mod step_up;
mod users;
mod users_sync;
mod verify;
