//! What a token is good for (RFC 7662), as JSON or signed (RFC 9701): for its owner, and for those whom it is for.

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use jose::Typ;
use oauth::Error;
use serde_json::{Map, Value};

use super::token::Received;
use crate::base::Digest;
use crate::base::id::Subject;
use crate::context::Context;
use crate::http::client_auth::{self, AuthenticatedClient};
use crate::http::extract::NoContext;
use crate::http::input::JSON;
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, Purpose};
use crate::issue::access_token;
use crate::issue::living::{self, Living};
use crate::issue::signed::{self, Encryption};
use crate::issue::subject;
use crate::model::Client;
use crate::store::{self, refresh_tokens};

/// The signed form of the answer (RFC 9701 §5), encrypted or not.
const SIGNED: &str = "application/token-introspection+jwt";

/// `POST /introspect`
pub(super) async fn post(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let context = context?;
    let received = Received::read(&context, &headers, query.as_deref(), &body).await?;
    let client = authenticate(&context, &headers, &received)
        .await
        .map_err(|error| failures.count(error))?;
    received.must_be_a_form()?;
    let token = received
        .parameters
        .get("token")
        .ok_or_else(|| Error::invalid_request("token is missing."))?;
    let told = tell(&context, &client, token).await?;
    if told.get("active") != Some(&Value::Bool(true)) {
        // Whoever asks about tokens at random finds none by numbers (SEC-165).
        failures.spend_of(Purpose::Introspection, &(&client.account_id, &client.client_id))?;
    }
    if wants_signed(&headers) {
        Ok(answer(SIGNED, sign(&context, &client, told).await?))
    } else {
        Ok(answer(JSON, Value::from(told).to_string()))
    }
}

/// Anybody can say the name of a client that keeps no secret: that isn't enough here (§2.1).
async fn authenticate(
    context: &Context,
    headers: &HeaderMap,
    received: &Received,
) -> Result<AuthenticatedClient, OAuthError> {
    let client = client_auth::authenticate(context, headers, &received.parameters).await?;
    if client.is_public() {
        return Err(Error::invalid_client()
            .with_detail("a public client at introspection")
            .into());
    }
    Ok(client)
}

/// What the client may know of the token: of one that doesn't count, or is none of its business, exactly that it isn't
/// active (SEC-053).
async fn tell(context: &Context, client: &Client, token: &str) -> store::Result<Map<String, Value>> {
    if let Ok(living) = living::access_token(context, token).await? {
        if living.is_for(client) {
            return Ok(active(context, &living));
        }
        denied(context, client, &living);
    } else if let Some(living) = refresh_token(context, token).await? {
        if living.token.client_id == client.client_id {
            return Ok(active(context, &living));
        }
        denied(context, client, &living);
    }
    Ok(Map::from_iter([("active".to_owned(), false.into())]))
}

fn denied(context: &Context, client: &Client, living: &Living) {
    tracing::warn!(
        target: "audit", event = "introspect.denied", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id,
        owner = %living.token.client_id, ip = %context.ip, "asked about another's token"
    );
}

/// A refresh token that can still be used.
async fn refresh_token(context: &Context, token: &str) -> store::Result<Option<Living>> {
    let account = &context.tenant.account.account_id;
    let Some(stored) = refresh_tokens::find(context.db(), account, Digest::of(token)).await? else {
        return Ok(None);
    };
    let living = living::check(context, stored.token).await?.ok();
    // One that was exchanged works for another moment at most: that is no promise.
    Ok(living.filter(|living| stored.used_at.is_none() || !living.client.rotates_refresh_tokens()))
}

/// What a token that counts is good for (§2.2).
fn active(context: &Context, living: &Living) -> Map<String, Value> {
    let token = &living.token;
    let consumer = token
        .sub
        .as_ref()
        .map(|sub| subject::shown(context, &living.client, sub));
    let sub = consumer
        .as_deref()
        .map_or(token.client_id.as_str(), Subject::as_str);
    let mut told = Map::new();
    let mut put = |name: &str, value: Value| told.insert(name.to_owned(), value);
    put("active", true.into());
    put("iss", context.issuer().into());
    put("sub", sub.into());
    put("aud", access_token::audience(context, &token.resource));
    put("client_id", token.client_id.as_str().into());
    put("iat", token.created_at.seconds().into());
    put("exp", token.expires_at.seconds().into());
    let bound = token.cnf.as_ref();
    put(
        "token_type",
        bound.map_or("Bearer", |cnf| cnf.token_type()).into(),
    );
    if !token.scope.is_empty() {
        put("scope", token.scope.to_string().into());
    }
    if let Some(cnf) = bound.and_then(|cnf| serde_json::to_value(cnf).ok()) {
        put("cnf", cnf);
    }
    let details = token.authorization_details.as_deref();
    if let Some(details) = details.and_then(|json| serde_json::from_str(json).ok()) {
        put("authorization_details", details);
    }
    told
}

/// Whether the signed form was asked for.
fn wants_signed(headers: &HeaderMap) -> bool {
    let mut accepted = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    accepted.any(|range| {
        range
            .split(';')
            .next()
            .is_some_and(|it| it.trim().eq_ignore_ascii_case(SIGNED))
    })
}

/// The signed form (RFC 9701 §5): what is told is a member of its own, so that it is no access token. Encrypted for a client
/// that registered so (§6).
async fn sign(context: &Context, client: &Client, told: Map<String, Value>) -> Result<String, OAuthError> {
    let settings = &client.settings;
    let algorithm = settings
        .introspection_signed_response_alg
        .unwrap_or_else(|| client.id_token_algorithm(&context.tenant.account.settings));
    let claims = Map::from_iter([
        ("iss".to_owned(), context.issuer().into()),
        ("aud".to_owned(), client.client_id.as_str().into()),
        ("iat".to_owned(), context.now.seconds().into()),
        ("token_introspection".to_owned(), told.into()),
    ]);
    let encryption = Encryption {
        management: settings.introspection_encrypted_response_alg,
        content: settings.introspection_encrypted_response_enc,
    };
    let jwt = signed::sign(context, algorithm, Typ::TokenIntrospectionJwt, &claims).map_err(Error::from)?;
    Ok(encryption
        .apply(context, client, jwt)
        .await
        .map_err(Error::from)?)
}

fn answer(media_type: &'static str, body: String) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    response
}
