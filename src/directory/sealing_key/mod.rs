//! The sealing key as administrators change it (SEC-150): while servers run, and so that a kill at any instant leaves
//! what running it again finishes. docs/decisions/0010 tells why in this order.

mod change;
mod standing;
mod work;

pub use change::{Change, Changed, Unreadable, Wish, change};
pub use standing::{Standing, Values, standing};
