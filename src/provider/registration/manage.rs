//! A client reads, changes and deletes what it registered (RFC 7592 §2). Each token does that once: the answer has the
//! next one (SEC-063).

use axum::extract::RawPathParams;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::{answer, by, demanded, object, unknown_token};
use crate::base::OneTime;
use crate::base::id::ClientId;
use crate::context::Context;
use crate::directory::client::Written;
use crate::directory::registration::{self, Registered};
use crate::http::extract::NoContext;
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, Purpose};
use crate::model::Client;
use crate::model::registration::RegistrationToken;

/// Members of an answer that an update must not have (RFC 7592 §2.2).
const ANSWERS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// A client that has shown its token, which isn't used yet.
struct Manager {
    client: Client,
    token: OneTime<RegistrationToken>,
}

/// `GET /register/{client_id}`
pub(in crate::provider) async fn get(
    context: Result<Context, NoContext>,
    failures: Failures,
    path: RawPathParams,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let context = context.map_err(OAuthError::from)?;
    let Manager { client, token } = identify(&context, &failures, &path, &headers).await?;
    let next = rotate(&context, &client, &token).await?;
    let written = Written { client, secret: None };
    Ok(answer::answer(StatusCode::OK, &context, &written, Some(&next)))
}

/// `PUT /register/{client_id}`: the whole of it anew.
pub(in crate::provider) async fn put(
    context: Result<Context, NoContext>,
    failures: Failures,
    path: RawPathParams,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let context = context.map_err(OAuthError::from)?;
    let Manager { client, token } = identify(&context, &failures, &path, &headers).await?;
    // Each change is a row of the record, and may lead to a call: as many as one may register.
    failures.spend(Purpose::Registration)?;
    let document = object(&headers, &body)?;
    check(&client, &document)?;
    let told = registration::tell(document)
        .map_err(|error| Refusal::metadata("A member has a value that it can't have.", error.to_string()))?;
    let account = &context.tenant.account;
    let replaced = Box::pin(registration::replace(
        &context.services,
        &by(&context),
        account,
        (&client.client_id, &token),
        &told,
    ))
    .await;
    let Registered { written, token } = replaced.map_err(|error| Refusal::from_directory(&context, error))?;
    Ok(answer::answer(StatusCode::OK, &context, &written, Some(&token)))
}

/// `DELETE /register/{client_id}`
pub(in crate::provider) async fn delete(
    context: Result<Context, NoContext>,
    failures: Failures,
    path: RawPathParams,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let context = context.map_err(OAuthError::from)?;
    let Manager { client, .. } = identify(&context, &failures, &path, &headers).await?;
    let account = &context.tenant.account;
    let deleted = registration::delete(&context.services, &by(&context), account, &client.client_id).await;
    deleted.map_err(|error| Refusal::from_directory(&context, error))?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The client of the path, if the token is its own. That a client isn't there is told in the same words.
async fn identify(
    context: &Context,
    failures: &Failures,
    path: &RawPathParams,
    headers: &HeaderMap,
) -> Result<Manager, Refusal> {
    let presented = demanded(context, headers)?;
    let token = OneTime::presented(presented.expose());
    let id = path
        .iter()
        .find(|(name, _)| *name == "client_id")
        .and_then(|(_, id)| ClientId::parse(id).ok());
    let account = &context.tenant.account;
    let Some(id) = id else {
        return Err(failures.count(unknown_token(context)).into());
    };
    match registration::find(&context.services, account, &id, &token).await {
        Ok(client) => Ok(Manager { client, token }),
        Err(error) => match Refusal::from_directory(context, error) {
            Refusal::OAuth(error) => Err(failures.count(error).into()),
            refusal @ Refusal::Metadata { .. } => Err(refusal),
        },
    }
}

async fn rotate(
    context: &Context,
    client: &Client,
    used: &OneTime<RegistrationToken>,
) -> Result<OneTime<RegistrationToken>, Refusal> {
    let account = &context.tenant.account;
    registration::rotate(&context.services, account, &client.client_id, used)
        .await
        .map_err(|error| Refusal::from_directory(context, error))
}

/// "The client's client_id … MUST be … the same as the currently issued client identifier"; a secret, if it is told, must
/// be the current one (RFC 7592 §2.2).
fn check(client: &Client, document: &Map<String, Value>) -> Result<(), Refusal> {
    if ANSWERS.iter().any(|name| document.contains_key(*name)) {
        return Err(Refusal::request(
            "The request has a member that only an answer may have.",
        ));
    }
    if document.get("client_id").and_then(Value::as_str) != Some(client.client_id.as_str()) {
        return Err(Refusal::request("client_id must be that of the client."));
    }
    let secret = document.get("client_secret").map(|secret| secret.as_str());
    let is_its = |text: &str| {
        let digest = crate::base::Digest::of(text);
        client.secrets.iter().any(|secret| secret.digest == digest)
    };
    match secret {
        None => Ok(()),
        Some(Some(text)) if is_its(text) => Ok(()),
        Some(_) => Err(Refusal::request("client_secret must be that of the client.")),
    }
}
