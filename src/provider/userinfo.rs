//! Userinfo (OpenID Connect Core §5.3).

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use oauth::{BearerToken, ClaimsRequest, Error, Parameters, Scope};
use serde_json::Map;

use crate::base::Digest;
use crate::context::Context;
use crate::http::cors;
use crate::http::oauth_error::OAuthError;
use crate::issue::claims::{self, Selection};
use crate::model::token::Token;
use crate::model::{Client, Consumer, ConsumerStatus};
use crate::store;

/// `GET /userinfo`
pub(super) async fn get(context: Context, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    answer(&context, &headers, query.as_deref(), None).await
}

/// `POST /userinfo`, with the token in the header or in the form (RFC 6750 §2.2).
pub(super) async fn post(
    context: Context,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    answer(&context, &headers, query.as_deref(), Some(&body)).await
}

async fn answer(
    context: &Context,
    headers: &HeaderMap,
    query: Option<&str>,
    body: Option<&Bytes>,
) -> Response {
    match present(context, headers, query, body) {
        Ok(presented) => match tell(context, &presented).await {
            Ok((client, json)) => {
                let mut response = json.into_response();
                let answer = response.headers_mut();
                answer.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                cors::allow_registered(headers, &client, answer);
                response
            }
            Err(error) => error.into_response(),
        },
        Err(error) => error.into_response(),
    }
}

/// The token, from exactly one place, and never from the query (SEC-056).
fn present(
    context: &Context,
    headers: &HeaderMap,
    query: Option<&str>,
    body: Option<&Bytes>,
) -> Result<BearerToken, OAuthError> {
    let refuse = |error| OAuthError::resource(context.issuer(), Some(error));
    let in_query = query.is_some_and(|query| {
        Parameters::parse(query)
            .is_ok_and(|parameters| parameters.iter().any(|(name, _)| name == "access_token"))
    });
    if in_query {
        return Err(refuse(Error::invalid_request(
            "The access token must not be in the query.",
        )));
    }
    let is_form = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let form = match body {
        Some(body) if is_form => Parameters::parse(body).map_err(|error| refuse(error.into()))?,
        _ => Parameters::default(),
    };
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    let header = authorizations.next();
    if authorizations.next().is_some()
        || form.is_repeated("access_token")
        || (header.is_some() && form.get("access_token").is_some())
    {
        return Err(refuse(Error::invalid_request(
            "There must be exactly one access token.",
        )));
    }
    let token = match (header.map(HeaderValue::to_str), form.get("access_token")) {
        (Some(Ok(header)), _) => BearerToken::from_header(header),
        (Some(Err(_)), _) => return Err(refuse(Error::invalid_token())),
        (None, Some(token)) => BearerToken::from_value(token),
        (None, None) => return Err(OAuthError::resource(context.issuer(), None)),
    };
    token.map_err(|error| refuse(Error::invalid_token().with_detail(error.to_string())))
}

async fn tell(
    context: &Context,
    presented: &BearerToken,
) -> Result<(std::sync::Arc<Client>, Vec<u8>), OAuthError> {
    let refuse = |error| OAuthError::resource(context.issuer(), Some(error));
    let (client, consumer, token) = accept(context, presented).await?;
    if !token.scope.contains(Scope::OPENID) {
        return Err(refuse(Error::insufficient_scope()));
    }
    let requested: Option<ClaimsRequest> = token
        .claims
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let mut members = Map::new();
    members.insert("sub".to_owned(), consumer.sub.as_str().into());
    let selection = Selection {
        scope: Some(&token.scope),
        requested: requested.as_ref().map(|claims| &claims.userinfo),
        all: client.settings.leniency.all_claims,
    };
    claims::select(&consumer, &selection, &mut members);
    let json = serde_json::to_vec(&members).map_err(|_| refuse(Error::server_error()))?;
    Ok((client, json))
}

/// The living token of a living consumer at a client that may still act (SEC-054).
async fn accept(
    context: &Context,
    presented: &BearerToken,
) -> Result<(std::sync::Arc<Client>, std::sync::Arc<Consumer>, Token), OAuthError> {
    let refuse = |detail: &str| {
        OAuthError::resource(context.issuer(), Some(Error::invalid_token().with_detail(detail)))
    };
    let account = &context.tenant.account.account_id;
    let token = store::tokens::find(context.db(), account, Digest::of(presented.expose()))
        .await?
        .ok_or_else(|| refuse("unknown token"))?;
    if token.revoked_at.is_some() || token.expires_at <= context.now {
        return Err(refuse("expired or revoked token"));
    }
    let client = context
        .services
        .clients
        .find(account, &token.client_id)
        .await?
        .filter(|client| client.enabled)
        .ok_or_else(|| refuse("client disabled"))?;
    let sub = token
        .sub
        .as_ref()
        .ok_or_else(|| refuse("a token of no consumer"))?;
    let consumer = context
        .services
        .consumers
        .find(account, sub)
        .await?
        .filter(|consumer| consumer.status == ConsumerStatus::Active)
        .ok_or_else(|| refuse("consumer disabled"))?;
    Ok((client, consumer, token))
}
