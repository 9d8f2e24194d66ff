//! The protocol, from outside.

mod code_flow;
mod redemption;
