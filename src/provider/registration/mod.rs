//! Clients that register themselves (RFC 7591, OpenID Connect Registration), and manage what they registered (RFC 7592).

mod answer;
pub(super) mod manage;
mod refusal;

use std::sync::Arc;

use axum::Extension;
use axum::response::Response;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::{BearerToken, Error};
use serde_json::{Map, Value};

use self::refusal::Refusal;
use crate::base::OneTime;
use crate::context::Context;
use crate::directory::By;
use crate::directory::registration::{self, Told};
use crate::http::extract::NoContext;
use crate::http::input::{JSON, media_type};
use crate::http::oauth_error::OAuthError;
use crate::http::{Caller, Failures, Purpose, RateLimits};
use crate::model::account::Registration;
use crate::store;

/// The deepest that a request may be nested (SEC-155).
const DEEPEST: usize = 32;

/// `POST /register`
pub(super) async fn post(
    context: Result<Context, NoContext>,
    Extension(limits): Extension<Arc<RateLimits>>,
    caller: Caller,
    failures: Failures,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let context = context.map_err(OAuthError::from)?;
    let account = &context.tenant.account;
    limits
        .check(Purpose::Registration, &caller)
        .map_err(OAuthError::too_many)?;
    let initial = match account.settings.registration {
        Registration::Closed => return Err(Refusal::closed()),
        Registration::Open => optional(&context, &headers)?,
        Registration::Token => Some(demanded(&context, &headers)?),
    };
    let initial = initial.map(|token| OneTime::presented(token.expose()));
    if let Some(initial) = &initial {
        let id = &account.account_id;
        let good =
            store::initial_access_tokens::is_good(context.db(), id, initial.digest(), context.now).await;
        if !good.map_err(OAuthError::from)? {
            return Err(failures.count(unknown_token(&context)).into());
        }
    }
    let told = told(&headers, &body)?;
    // Spent by those alone who may register: nobody else can use up what the account may have.
    limits
        .check_key(Purpose::RegistrationOfAccount, &account.account_id)
        .map_err(OAuthError::too_many)?;
    let made =
        registration::register(&context.services, &by(&context), account, initial.as_ref(), &told).await;
    let made = made.map_err(|error| Refusal::from_directory(&context, error))?;
    let client = &made.written.client;
    tracing::info!(
        target: "audit", event = "client.registered", request_id = %context.request_id, account = %account.account_id,
        client = %client.client_id, ip = %context.ip, by = %client.settings.registered_by, "a client registered itself"
    );
    Ok(answer::answer(
        StatusCode::CREATED,
        &context,
        &made.written,
        Some(&made.token),
    ))
}

/// Who makes the change: the client itself.
fn by(context: &Context) -> By {
    By {
        actor: "client".to_owned(),
        request_id: Some(context.request_id.as_ref().to_owned()),
        ip: Some(context.ip.to_string()),
    }
}

/// The bearer token, if there is one. It stands in the header alone.
fn optional(context: &Context, headers: &HeaderMap) -> Result<Option<BearerToken>, OAuthError> {
    let refuse =
        |detail: String| OAuthError::resource(context.issuer(), Error::invalid_token().with_detail(detail));
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = all.next() else {
        return Ok(None);
    };
    if all.next().is_some() {
        return Err(refuse("more than one Authorization header".to_owned()));
    }
    let token = HeaderValue::to_str(header).map_err(|_| refuse("not text".to_owned()))?;
    BearerToken::from_header(token)
        .map(Some)
        .map_err(|error| refuse(error.to_string()))
}

fn demanded(context: &Context, headers: &HeaderMap) -> Result<BearerToken, OAuthError> {
    optional(context, headers)?.ok_or_else(|| OAuthError::without_credentials(context.issuer()))
}

/// A token that was never handed out, or counts no more.
fn unknown_token(context: &Context) -> OAuthError {
    OAuthError::resource(
        context.issuer(),
        Error::invalid_token().with_detail("unknown token"),
    )
}

/// The metadata in the body.
fn told(headers: &HeaderMap, body: &[u8]) -> Result<Told, Refusal> {
    registration::tell(object(headers, body)?)
        .map_err(|error| Refusal::metadata("A member has a value that it can't have.", error.to_string()))
}

fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if media_type(headers) != JSON {
        return Err(Refusal::media_type());
    }
    let malformed = |detail: String| Refusal::metadata("The request must be a JSON object.", detail);
    let value: Value = serde_json::from_slice(body).map_err(|error| malformed(error.to_string()))?;
    if depth(&value) > DEEPEST {
        return Err(malformed("nested too deeply".to_owned()));
    }
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(malformed("not an object".to_owned())),
    }
}

/// How deeply a value is nested. The parser itself goes no deeper than 128.
fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
