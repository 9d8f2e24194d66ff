//! The consumer's socket (sections 1.11 and 5.4 of the platform contract), as far as it is about who is there: whoever opens it
//! shows the platform's token, and it stays open for as long as the token is valid.
//!
//! Conversations aren't Signet's business. The socket tells its peers that they are connected and what time it is, and of
//! everything else that there is no messaging service behind it.
//!
//! It is opened from pages of all origins, as the identity service is called: no cookie counts here.

mod authorise;
mod close;
mod flow;
mod message;
mod open;

use std::sync::Arc;

use axum::routing::{MethodRouter, get};

use crate::context::Services;

/// A consumer's window, app or connector connects.
pub(super) fn consumer() -> MethodRouter<Arc<Services>> {
    get(open::get)
}
