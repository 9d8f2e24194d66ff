//! The consumer's pages, from outside.

mod devices;
mod forms;
mod headers;
mod login;
mod logout;
mod me;
