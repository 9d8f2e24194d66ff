//! The admin API: JSON, and problem details for errors (RFC 9457).
//!
//! What it does is a row of a table of [`Operation`]s, a table for each kind of thing: the routes are made of them, and so is
//! the document that tells programs of them (`/openapi.json`).

mod accounts;
mod answered;
mod app_keys;
mod asked;
mod audit;
mod body;
mod clients;
mod connectors;
mod consumers;
mod idempotency;
mod keys;
mod login;
mod operation;
mod parameters;
mod schemas;
mod sessions;
mod sso;
mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, any};
use axum::{Extension, Router};
use http::StatusCode;
use serde_json::{Value, json};

use crate::context::Services;
use crate::directory::{self, Error};
use crate::http::Problem;
use crate::http::extract::is_for_an_accounts_host;
use crate::http::openapi::Verb;

pub(in crate::admin) use operation::Operation;
pub(super) use schemas::schemas;

use super::guard::{self, unavailable};
use super::operator::Standing;
use super::{Administrator, Needs};

/// Where there is nothing.
pub(super) const REST: &str = "/admin/api/{*rest}";

/// All that the API does.
pub(super) fn operations() -> impl Iterator<Item = &'static Operation> {
    [
        login::OPERATIONS,
        accounts::OPERATIONS,
        clients::OPERATIONS,
        consumers::OPERATIONS,
        users::OPERATIONS,
        app_keys::OPERATIONS,
        sessions::OPERATIONS,
        connectors::OPERATIONS,
        sso::OPERATIONS,
        keys::OPERATIONS,
        audit::OPERATIONS,
    ]
    .into_iter()
    .flatten()
}

/// The operations in the document: path, method, object.
pub(super) fn documents() -> impl Iterator<Item = (&'static str, Verb, Value)> {
    operations().map(|operation| (operation.told.path, operation.told.verb, operation.document()))
}

/// The routes, each behind the guard unless it is declared open.
pub(super) fn routes(services: &Arc<Services>) -> Router<Arc<Services>> {
    let mut paths: BTreeMap<&str, (Needs, MethodRouter<Arc<Services>>)> = BTreeMap::new();
    paths.insert(REST, (Needs::Administrator, any(not_found)));
    for operation in operations() {
        let (needs, handlers) = paths
            .remove(operation.told.path)
            .unwrap_or((operation.needs, MethodRouter::new()));
        let own = (operation.handlers)().route_layer(from_fn_with_state(Arc::clone(services), admit));
        // Around the layer that reads it.
        let own = own.route_layer(Extension(*operation));
        paths.insert(operation.told.path, (needs, handlers.merge(own)));
    }
    let mut router = Router::new();
    for (path, (needs, handlers)) in paths {
        router = router.route(
            path,
            match needs {
                Needs::Nobody => handlers,
                Needs::SignedIn | Needs::Administrator | Needs::Area(_) => {
                    handlers.layer(from_fn_with_state(Arc::clone(services), guard::bearer))
                }
            },
        );
    }
    router
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(services), receive))
}

/// The layer around the API: it is the server's, and isn't found on the hosts of accounts.
async fn receive(State(services): State<Arc<Services>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match is_for_an_accounts_host(&parts, &services).await {
        Ok(false) => next.run(Request::from_parts(parts, body)).await,
        Ok(true) => Problem::not_found().into_response(),
        Err(refused) => refused.into_response(),
    }
}

/// The layer before what somebody asks to be done: what their row of the table demands.
async fn admit(
    State(services): State<Arc<Services>>,
    Extension(operation): Extension<Operation>,
    request: Request,
    next: Next,
) -> Response {
    if operation.needs == Needs::Nobody {
        return next.run(request).await;
    }
    let Some(administrator) = request.extensions().get::<Administrator>().cloned() else {
        return Problem::internal("an operation before the guard").into_response();
    };
    if operation.whole_server && administrator.who.account_id.is_some() {
        return Problem::new(StatusCode::FORBIDDEN)
            .kind("whole-server")
            .detail("That is for administrators of the whole server.")
            .into_response();
    }
    if operation.fresh
        && let Err(problem) = demand_fresh(&services, &administrator)
    {
        return problem.into_response();
    }
    if operation.repeatable {
        return idempotency::once(&services, &administrator, request, next).await;
    }
    next.run(request).await
}

async fn method_not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED)
}

/// Nothing is there.
async fn not_found() -> Problem {
    Problem::not_found()
}

/// Who signed in too long ago to change what tokens are believed by does so once more, and by a second factor (SEC-130).
fn demand_fresh(services: &Services, administrator: &Administrator) -> Result<(), Problem> {
    let detail = match administrator.standing(services) {
        Standing::Good => return Ok(()),
        Standing::Stale => "Sign in once more: this is changed with a token of the last five minutes.",
        Standing::NoFactor => {
            "Sign in with a second factor: set one up at the console, or let a command on the server make the token."
        }
    };
    Err(Problem::new(StatusCode::FORBIDDEN)
        .kind("reauth-required")
        .detail(detail)
        .with("error", "reauth_required"))
}

/// What went wrong below, as programs are told.
fn problem(error: Error) -> Problem {
    let invalid = |problems: Vec<Value>| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
            .kind("invalid-values")
            .detail("Some of it can't be.")
            .with("problems", problems)
    };
    let refusal = |refusal: &crate::model::draft::Refusal| json!({"key": refusal.key, "found": null, "allowed": refusal.reason});
    match error {
        Error::Store(error) => unavailable(&error),
        Error::Busy(error) => Problem::busy(error.to_string()),
        Error::NotFound { .. } => Problem::not_found(),
        Error::Malformed(problems) => Problem::new(StatusCode::BAD_REQUEST)
            .kind("malformed-body")
            .detail("The body has a member that is unknown, missing or not valid.")
            .with("problems", problems.iter().map(document).collect::<Vec<Value>>()),
        Error::Invalid(problems) => invalid(problems.iter().map(document).collect()),
        Error::Refused(refusals) => invalid(refusals.iter().map(refusal).collect()),
        Error::InUse(taken) => invalid(vec![refusal(&taken)]),
        Error::Outdated => asked::outdated(),
        Error::Taken { .. } | Error::Changed => Problem::new(StatusCode::CONFLICT)
            .kind("conflict")
            .detail("Somebody else changed it, or has the name. Try again."),
        Error::LastAdministrator => Problem::new(StatusCode::CONFLICT)
            .kind("last-administrator")
            .detail("The account's last administrator stays."),
        error => Problem::internal(error.to_string()),
    }
}

/// One thing that is wrong, by its field.
fn document(problem: &directory::Problem) -> Value {
    json!({"key": problem.key, "found": problem.found, "allowed": problem.allowed})
}
