//! The protocol, from outside.

mod accounts;
mod claims;
mod code_flow;
mod consent;
mod cors;
mod encryption;
mod hints;
mod identification;
mod interactions;
mod keys;
mod leniencies;
mod limits;
mod logs;
mod metadata;
mod nodes;
mod outage;
mod parameters;
mod platform;
mod prompts;
mod redemption;
mod response_modes;
mod response_types;
mod rotation;
mod state;
mod token_endpoint;
mod userinfo;
