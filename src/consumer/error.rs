//! The error page, at an address of its own.

use axum::response::Response;
use pages::ErrorKind;

use crate::http::{PageError, Visit};

/// `GET /error`. Whatever the query says, the page says the same: nobody has us tell people what they like.
pub(super) async fn get(visit: Visit) -> Response {
    visit.pages().error(&PageError::new(ErrorKind::InvalidRequest))
}
