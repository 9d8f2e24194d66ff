//! What tests of all rooms share.

pub(crate) mod answer;
pub(crate) mod app;
pub(crate) mod ask;
pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod db;
pub(crate) mod functions;
pub(crate) mod log;
pub(crate) mod mail_server;
pub(crate) mod mailbox;
pub(crate) mod proofs;
pub(crate) mod recipient;
pub(crate) mod rows;
pub(crate) mod seed;
pub(crate) mod services;
pub(crate) mod signed;
pub(crate) mod signing;
pub(crate) mod together;
pub(crate) mod tokens;
