//! Signing in to the API, and out of it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest as _, Request, State};
use axum::routing::post;
use axum::{Extension, Json};
use bytes::Bytes;
use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::operation::{Operation, answer};
use super::problem;
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::context::Services;
use crate::directory::administrator::{self, Entry};
use crate::http::input::{JSON, media_type};
use crate::http::openapi::Verb::Post;
use crate::http::openapi::{closed, number, open, text};
use crate::http::{Caller, Problem, Purpose, RateLimits, RetryAfter, figures};
use crate::login::{LoginRefusal, Source};

/// How long a token works that was got by a password.
const TTL: Duration = Duration::from_hours(1);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(
        Post,
        ("Signing in", "/admin/api/v1/login"),
        "signIn",
        "Sign in by name and password, and a code (otp) where there is a second factor: the token that is shown this once is good for an hour.",
        || post(sign_in),
    )
    .for_anybody()
    .body(|| closed(json!({"name": text(), "password": text(), "otp": text()}), &["name", "password"]))
    .answers(&[answer(200, "The token.", || {
        open(json!({
            "token": text(), "token_type": {"const": "Bearer"}, "expires_in": number(), "name": text(),
            "account_id": {"type": ["string", "null"]},
        }))
    })]),
    Operation::new(
        Post,
        ("Signing in", "/admin/api/v1/logout"),
        "signOut",
        "Sign out: the token that is shown ends.",
        || post(sign_out),
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    name: String,
    password: SecretString,
    otp: Option<SecretString>,
}

/// `POST /admin/api/v1/login`
async fn sign_in(
    State(services): State<Arc<Services>>,
    Extension(limits): Extension<Arc<RateLimits>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let entry = entry(request).await?;
    limits.check(Purpose::Login, &caller)?;
    let signed_in = administrator::sign_in_to_api(
        &services,
        &caller.request_id,
        Entry {
            name: &entry.name,
            password: entry.password.expose_secret(),
            code: entry.otp.as_ref().map_or("", |code| code.expose_secret()),
            known: None,
        },
        Source { ip: caller.ip },
        TTL,
    )
    .await
    .map_err(refused)?;
    figures::login("done");
    Ok(Json(json!({
        "token": signed_in.credential.expose(),
        "token_type": "Bearer",
        "expires_in": TTL.as_secs(),
        "name": signed_in.administrator.name,
        "account_id": signed_in.administrator.account_id,
    })))
}

async fn entry(request: Request) -> Result<Sent, Problem> {
    if media_type(request.headers()) != JSON {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail("The body must be JSON."));
    }
    let body = Bytes::from_request(request, &())
        .await
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST).because(error.to_string()))?;
    serde_json::from_slice(&body).map_err(|_| {
        // Without serde's words, which may quote the password.
        Problem::new(StatusCode::BAD_REQUEST).detail(
            "The body must be an object with name and password, and otp where there is a second factor.",
        )
    })
}

fn refused(refusal: LoginRefusal) -> Problem {
    match refusal {
        LoginRefusal::NoMatch => {
            figures::login("refused");
            Problem::new(StatusCode::UNAUTHORIZED).detail("Name and password do not match.")
        }
        LoginRefusal::Throttled(seconds) => {
            figures::login("throttled");
            Problem::from(RetryAfter::after(seconds))
        }
        LoginRefusal::Busy => {
            figures::login("busy");
            Problem::busy("the password pool is full")
        }
        LoginRefusal::Store(error) => unavailable(&error),
    }
}

/// `POST /admin/api/v1/logout`: the token that is shown ends.
async fn sign_out(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
) -> Result<StatusCode, Problem> {
    let by = administrator.by();
    administrator::sign_out(&services, &by, &administrator.who, administrator.session)
        .await
        .map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}
