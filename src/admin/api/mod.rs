//! The admin API: JSON, and problem details for errors (RFC 9457).

pub(super) mod accounts;
pub(super) mod audit;
mod body;
pub(super) mod connectors;
pub(super) mod keys;
pub(super) mod login;
mod parameters;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::{Value, json};

use crate::context::Services;
use crate::directory::{self, Error};
use crate::http::Problem;
use crate::http::extract::is_for_an_accounts_host;

use super::Administrator;
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

/// Who signed in too long ago to change what tokens are believed by does so once more (SEC-130).
fn demand_fresh(services: &Services, administrator: &Administrator) -> Result<(), Problem> {
    if administrator.is_fresh(services.clock.now()) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN)
        .detail("Sign in once more: this is changed with a token of the last five minutes.")
        .with("error", "reauth_required"))
}

/// What went wrong below, as programs are told.
fn problem(error: Error) -> Problem {
    match error {
        Error::Store(error) => unavailable(&error),
        Error::NotFound { .. } => Problem::not_found(),
        Error::Invalid(problems) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
            .detail("Some of it can't be.")
            .with("problems", problems.iter().map(document).collect::<Vec<Value>>()),
        Error::Taken { .. } | Error::Changed => {
            Problem::new(StatusCode::CONFLICT).detail("Somebody else changed it, or has the name. Try again.")
        }
        error => Problem::internal(error.to_string()),
    }
}

/// One thing that is wrong, by its field.
fn document(problem: &directory::Problem) -> Value {
    json!({"key": problem.key, "found": problem.found, "allowed": problem.allowed})
}
