//! Pushed authorization requests (RFC 9126): a client brings its request itself, and the browser only a name for it.

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::{Error, Parameters};
use serde_json::json;

use super::authorize::pushable;
use crate::base::OneTime;
use crate::context::Context;
use crate::http::client_auth::{self, AuthenticatedClient};
use crate::http::dpop::{self, For};
use crate::http::extract::NoContext;
use crate::http::input::{FORM, JSON, media_type};
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, Purpose, cors, figures};
use crate::model::client::RegisteredBy;
use crate::model::interaction::AuthorizationRequest;
use crate::model::pushed_request::{PushedRequest, RequestUri};
use crate::store;

/// `POST /par`
pub(super) async fn post(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let context = context?;
    let parameters = receive(&headers, query.as_deref(), &body)?;
    let client = client_auth::authenticate(&context, &headers, &parameters)
        .await
        .map_err(|error| failures.count(error))?;
    let mut response = match push(&context, &failures, &client, &headers, parameters).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    cors::allow_registered(&headers, &client, response.headers_mut());
    Ok(response)
}

/// A form in the body, each parameter once, and nothing in the query.
fn receive(headers: &HeaderMap, query: Option<&str>, body: &[u8]) -> Result<Parameters, Error> {
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(Error::invalid_request("Parameters must not be in the query."));
    }
    if media_type(headers) != FORM {
        return Err(Error::invalid_request("The request must be a form."));
    }
    let parameters = Parameters::parse(body)?;
    if parameters.repeated().next().is_some() {
        return Err(Error::invalid_request("A parameter came more than once."));
    }
    Ok(parameters)
}

async fn push(
    context: &Context,
    failures: &Failures,
    client: &AuthenticatedClient,
    headers: &HeaderMap,
    parameters: Parameters,
) -> Result<Response, OAuthError> {
    // "The request_uri authorization request parameter […] MUST NOT be provided" (RFC 9126 §2.1).
    if parameters.iter().any(|(name, _)| name == "request_uri") {
        return Err(Error::invalid_request("request_uri must not be pushed.").into());
    }
    // A client may have said who it is in a header alone.
    let parameters = match parameters.get("client_id") {
        Some(_) => parameters,
        None => parameters
            .with("client_id", client.client_id.as_str())
            .map_err(Error::from)?,
    };
    let mut request = pushable(context, &parameters).await?;
    if request.client_id != client.client_id {
        return Err(Error::invalid_request("client_id is another client's.").into());
    }
    bind(context, client, headers, &mut request).await?;
    // Whoever keeps no secret, or registered without one, can be anybody: what strangers can make us store is bounded (SEC-173).
    if client.is_public() || client.settings.registered_by == RegisteredBy::Anybody {
        failures.spend(Purpose::Authorize)?;
    }
    let account = &context.tenant.account.account_id;
    failures.spend_of(Purpose::Interaction, account)?;
    let services = &context.services;
    let lifetime = services.settings.tokens.pushed_request_ttl.get();
    let value = OneTime::<RequestUri>::fresh_at(context.now, &services.entropy);
    let pushed = PushedRequest {
        digest: value.digest(),
        account_id: account.clone(),
        request,
        expires_at: context.now + lifetime,
    };
    store::pushed_requests::insert(context.db(), &pushed).await?;
    figures::issued("request_uri");
    Ok(created(&value, lifetime.as_secs()))
}

/// A proof of possession binds the code as `dpop_jkt` does; where both come, they must agree (RFC 9449 §10.1).
async fn bind(
    context: &Context,
    client: &AuthenticatedClient,
    headers: &HeaderMap,
    request: &mut AuthorizationRequest,
) -> Result<(), OAuthError> {
    let made_for = For {
        method: "POST",
        endpoint: "par",
        access_token: None,
        fapi: client.is_fapi2(),
    };
    let Some(thumbprint) = dpop::proved(context, headers, made_for).await? else {
        return Ok(());
    };
    if request
        .dpop_jkt
        .as_ref()
        .is_some_and(|asked| *asked != thumbprint)
    {
        return Err(Error::invalid_request("dpop_jkt is not the key of the proof.").into());
    }
    request.dpop_jkt = Some(thumbprint);
    Ok(())
}

/// RFC 9126 §2.2.
fn created(value: &OneTime<RequestUri>, seconds: u64) -> Response {
    let body = json!({
        "request_uri": format!("{}{}", RequestUri::PREFIX, value.expose()),
        "expires_in": seconds,
    });
    let mut response = (StatusCode::CREATED, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
