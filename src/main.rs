//! Signet.
fn main() {}
