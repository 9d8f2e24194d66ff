//! The admin API: JSON, and problem details for errors (RFC 9457).

pub(super) mod accounts;
pub(super) mod audit;
mod body;
pub(super) mod keys;
pub(super) mod login;
mod parameters;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::context::Services;
use crate::directory::Error;
use crate::http::Problem;
use crate::http::extract::is_for_an_accounts_host;

use super::guard::unavailable;

/// The layer around the API: it is the server's, and isn't found on the hosts of accounts.
pub(super) async fn receive(State(services): State<Arc<Services>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match is_for_an_accounts_host(&parts, &services).await {
        Ok(false) => next.run(Request::from_parts(parts, body)).await,
        Ok(true) => Problem::not_found().into_response(),
        Err(refused) => refused.into_response(),
    }
}

/// Nothing is there.
pub(super) async fn not_found() -> Problem {
    Problem::not_found()
}

/// What went wrong below, as programs are told.
fn problem(error: Error) -> Problem {
    match error {
        Error::Store(error) => unavailable(&error),
        Error::NotFound { .. } => Problem::not_found(),
        error => Problem::internal(error.to_string()),
    }
}
