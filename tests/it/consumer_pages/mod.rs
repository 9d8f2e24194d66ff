//! The consumer's pages, from outside.

mod forms;
mod headers;
mod login;
mod logout;
mod me;
