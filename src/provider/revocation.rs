//! Taking tokens back (RFC 7009).

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::Error;

use super::token::Received;
use crate::base::Digest;
use crate::base::id::AccountId;
use crate::context::Context;
use crate::http::client_auth::{self, AuthenticatedClient};
use crate::http::extract::NoContext;
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, cors};
use crate::issue::access_token::own;
use crate::model::Client;
use crate::model::token::Token;
use crate::store::{self, refresh_tokens, tokens};

/// `POST /revoke`
pub(super) async fn post(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let context = context?;
    let received = Received::read(&context, &headers, query.as_deref(), &body).await?;
    let client = client_auth::authenticate(&context, &headers, &received.parameters)
        .await
        .map_err(|error| failures.count(error))?;
    let mut response = match revoke(&context, &client, &received).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => error.into_response(),
    };
    let answer = response.headers_mut();
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cors::allow_registered(&headers, &client, answer);
    Ok(response)
}

/// Takes the token back, whatever kind the client takes it for. One that nobody knows is as good as taken back (§2.2);
/// another client's stays as it is.
async fn revoke(
    context: &Context,
    client: &AuthenticatedClient,
    received: &Received,
) -> Result<(), OAuthError> {
    received.must_be_a_form()?;
    let presented = received
        .parameters
        .get("token")
        .ok_or_else(|| Error::invalid_request("token is missing."))?;
    let account = &context.tenant.account.account_id;
    if let Some(token) = tokens::find(context.db(), account, Digest::of(presented)).await? {
        of_this(client, &token)?;
        let digest = Digest::of(presented);
        tokens::revoke(context.db(), account, digest, context.now)
            .await
            .map_err(|error| failed(context, client, error))?;
        told(context, client, "access_token");
    } else if let Some(token) = own::open(context, presented).await? {
        of_this(client, &token)?;
        let digest = Digest::of(presented);
        tokens::insert_revoked(context.db(), &token, digest, context.now)
            .await
            .map_err(|error| failed(context, client, error))?;
        told(context, client, "access_token");
    } else if let Some(stored) = refresh_tokens::find(context.db(), account, Digest::of(presented)).await? {
        of_this(client, &stored.token)?;
        revoke_family(context, account, stored.token.family)
            .await
            .map_err(|error| failed(context, client, error))?;
        told(context, client, "refresh_token");
    }
    Ok(())
}

fn of_this(client: &Client, token: &Token) -> Result<(), Error> {
    if token.client_id == client.client_id {
        return Ok(());
    }
    Err(Error::invalid_grant("The token was issued to another client."))
}

/// "If the particular token is a refresh token […], then the authorization server SHOULD also invalidate all access tokens
/// based on the same authorization grant." (§2.1)
async fn revoke_family(context: &Context, account: &AccountId, family: String) -> store::Result<u64> {
    let (account, now) = (account.clone(), context.now);
    context
        .db()
        .transaction(move |tx| {
            Box::pin(async move { tokens::revoke_family(tx, &account, &family, now).await })
        })
        .await
}

/// What could not be written was not taken back, and is not said to be (SEC-055).
fn failed(context: &Context, client: &Client, error: store::Error) -> OAuthError {
    tracing::error!(
        target: "audit", event = "revocation.failed", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, ip = %context.ip, %error,
        "not taken back"
    );
    error.into()
}

fn told(context: &Context, client: &Client, kind: &'static str) {
    tracing::info!(
        target: "audit", event = "token.revoked", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, ip = %context.ip, kind,
        "taken back by its client"
    );
}
