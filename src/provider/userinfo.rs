//! Userinfo (OpenID Connect Core §5.3).

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use oauth::{BearerToken, Error, ErrorCode, Parameters, Scope};

use crate::context::Context;
use crate::http::binding::{self, Shown};
use crate::http::extract::NoContext;
use crate::http::input::{FORM, JSON, media_type};
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, cors, leniency};
use crate::issue::living::{self, Living};
use crate::issue::step_up::{self, Demand};
use crate::issue::userinfo::{self, Answer};
use crate::model::token::Token;
use crate::model::{Client, Consumer};

/// A JWT (OpenID Connect Core §5.3.2).
const JWT: &str = "application/jwt";

/// `GET /userinfo`
pub(super) async fn get(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, OAuthError> {
    let context = context.map_err(OAuthError::no_resource)?;
    answer(&context, &failures, "GET", &headers, query.as_deref(), &[]).await
}

/// `POST /userinfo`, with the token in the header or in the form (RFC 6750 §2.2).
pub(super) async fn post(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let context = context.map_err(OAuthError::no_resource)?;
    answer(&context, &failures, "POST", &headers, query.as_deref(), &body).await
}

async fn answer(
    context: &Context,
    failures: &Failures,
    method: &str,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &[u8],
) -> Result<Response, OAuthError> {
    let (presented, scheme_is_dpop) = present(context, headers, query, body)?;
    let shown = Shown {
        method,
        endpoint: "userinfo",
        token: presented.expose(),
        scheme_is_dpop,
    };
    let holder = accept(context, headers, shown)
        .await
        .map_err(|error| failures.count(error))?;
    let mut response = match tell(context, &holder).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    let answer = response.headers_mut();
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cors::allow_registered(headers, &holder.client, answer);
    Ok(response)
}

/// The token, from exactly one place, and never from the query (SEC-056).
fn present(
    context: &Context,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &[u8],
) -> Result<(BearerToken, bool), OAuthError> {
    let refuse = |error| OAuthError::resource(context.issuer(), error);
    let query = Parameters::parse(query.unwrap_or_default()).map_err(|error| refuse(Error::from(error)))?;
    if query.iter().any(|(name, _)| name == "access_token") {
        return Err(refuse(Error::invalid_request(
            "The access token must not be in the query.",
        )));
    }
    let form = if media_type(headers) == FORM {
        Parameters::parse(body).map_err(|error| refuse(error.into()))?
    } else {
        Parameters::default()
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
    let mut scheme_is_dpop = false;
    let token = match (header.map(HeaderValue::to_str), form.get("access_token")) {
        (Some(Ok(header)), _) => BearerToken::from_header(header).or_else(|error| {
            scheme_is_dpop = true;
            BearerToken::from_dpop_header(header).map_err(|_| error)
        }),
        (Some(Err(_)), _) => return Err(refuse(Error::invalid_token())),
        (None, Some(token)) => BearerToken::from_value(token),
        (None, None) => return Err(OAuthError::without_credentials(context.issuer())),
    };
    let token = token.map_err(|error| refuse(Error::invalid_token().with_detail(error.to_string())))?;
    Ok((token, scheme_is_dpop))
}

/// A token that lives, whose consumer and client may still act.
struct Holder {
    token: Token,
    client: Arc<Client>,
    consumer: Arc<Consumer>,
}

/// The living token of a living consumer at a client that may still act (SEC-054), for this very endpoint (SEC-007), from
/// whoever it is bound to (SEC-052).
async fn accept(context: &Context, headers: &HeaderMap, shown: Shown<'_>) -> Result<Holder, OAuthError> {
    let refuse =
        |detail: &str| OAuthError::resource(context.issuer(), Error::invalid_token().with_detail(detail));
    let living = living::access_token(context, shown.token).await?;
    let Living {
        token,
        client,
        consumer,
    } = living.map_err(refuse)?;
    if !token.resource.is_empty() {
        return Err(refuse("a token for another resource"));
    }
    binding::check_holder(context, headers, &client, token.cnf.as_ref(), shown).await?;
    Ok(Holder {
        token,
        client,
        consumer: consumer.ok_or_else(|| refuse("a token of no consumer"))?,
    })
}

/// What the holder may know, as their client registered to be told.
async fn tell(context: &Context, holder: &Holder) -> Result<Response, OAuthError> {
    let refuse = |error| OAuthError::resource(context.issuer(), error);
    let Holder {
        token,
        client,
        consumer,
    } = holder;
    if !token.scope.contains(Scope::OPENID) {
        return Err(refuse(Error::insufficient_scope()));
    }
    if let Some(demand) = step_up::at_userinfo(context, token).await? {
        return Err(too_weak(context, &demand));
    }
    leniency::told_all(client);
    let answer = userinfo::answer(context, token, client, consumer).await;
    let (kind, mut response) = match answer.map_err(|error| refuse(error.into()))? {
        Answer::Json(json) => (JSON, json.into_response()),
        Answer::Jwt(jwt) => (JWT, jwt.into_response()),
    };
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}

/// The login isn't recent or good enough: the client may ask for another (RFC 9470 §3).
fn too_weak(context: &Context, demand: &Demand) -> OAuthError {
    let error = Error::new(
        ErrorCode::InsufficientUserAuthentication,
        "A more recent or a better login is needed.",
    );
    let mut refused = OAuthError::resource(context.issuer(), error);
    if let Some(values) = &demand.acr_values {
        refused = refused.with_challenge("acr_values", values);
    }
    if let Some(seconds) = demand.max_age {
        refused = refused.with_challenge("max_age", &seconds.to_string());
    }
    refused
}
