//! The consumer's pages, from outside.

mod begin;
mod devices;
mod forms;
pub(crate) mod headers;
mod login;
mod logout;
mod me;
mod own;
mod recover;
mod register;
mod sdk;
mod select_account;
mod several;
