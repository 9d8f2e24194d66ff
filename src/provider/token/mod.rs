//! The token endpoint (RFC 6749 §3.2): who is the client, and what does it present?

mod authorization_code;

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderMap, HeaderValue};
use oauth::{BasicCredentials, Error, GrantType, Parameters};
use serde::Serialize;

use crate::base::id::ClientId;
use crate::context::Context;
use crate::http::client_auth::{self, AuthenticatedClient};
use crate::http::extract::NoContext;
use crate::http::input::{FORM, JSON, media_type};
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, cors, leniency};

/// A successful answer (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    scope: String,
}

/// What a request looked like before its client was known.
struct Received {
    parameters: Parameters,
    is_json: bool,
}

/// `POST /token`
pub(super) async fn post(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let context = context?;
    let received = receive(&context, &headers, query.as_deref(), &body).await?;
    let client = client_auth::authenticate(&context, &headers, &received.parameters)
        .await
        .map_err(|error| failures.count(error))?;
    let mut response = match grant(&context, &client, &received).await {
        Ok(tokens) => success(&tokens),
        Err(error) => failures.count(under_old_name(&client, error)).into_response(),
    };
    cors::allow_registered(&headers, &client, response.headers_mut());
    Ok(response)
}

/// A form in the body, each parameter once, and nothing in the query (SEC-039). JSON is read too: whether the client
/// may send it is known once the client is.
async fn receive(
    context: &Context,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &[u8],
) -> Result<Received, OAuthError> {
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(Error::invalid_request("Parameters must not be in the query.").into());
    }
    let media_type = media_type(headers);
    let is_json = media_type == JSON;
    let parsed = match media_type.as_str() {
        JSON => Parameters::from_json_object(body),
        FORM => Parameters::parse(body),
        _ => return Err(must_be_a_form().into()),
    };
    let parameters = match parsed {
        Ok(parameters) => parameters,
        Err(error) => return Err(unreadable(context, headers, error.into()).await),
    };
    if parameters.repeated().next().is_some() {
        return Err(Error::invalid_request("A parameter came more than once.").into());
    }
    Ok(Received { parameters, is_json })
}

const fn must_be_a_form() -> Error {
    Error::invalid_request("The request must be a form.")
}

async fn grant(
    context: &Context,
    client: &AuthenticatedClient,
    received: &Received,
) -> Result<TokenResponse, OAuthError> {
    if received.is_json {
        if !client.settings.leniency.json_token_request {
            return Err(must_be_a_form().into());
        }
        leniency::used("json_token_request", client);
    }
    let grant_type: GrantType = received
        .parameters
        .get("grant_type")
        .ok_or_else(|| Error::invalid_request("grant_type is missing."))?
        .parse()
        .map_err(Error::from)?;
    match grant_type {
        GrantType::AuthorizationCode => {
            if !client.settings.grant_types.contains(&grant_type) {
                return Err(Error::unauthorized_client("The client may not use this grant type.").into());
            }
            authorization_code::redeem(context, client, &received.parameters).await
        }
        GrantType::Implicit
        | GrantType::RefreshToken
        | GrantType::ClientCredentials
        | GrantType::DeviceCode
        | GrantType::TokenExchange
        | GrantType::JwtBearer
        | GrantType::Ciba => Err(Error::from(oauth::UnknownGrantType).into()),
    }
}

fn success(tokens: &TokenResponse) -> Response {
    let body = serde_json::to_vec(tokens).unwrap_or_default();
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// The platform's name for a code that is no good (section 1.4 of its contract).
fn under_old_name(client: &AuthenticatedClient, error: OAuthError) -> OAuthError {
    if error.code() == oauth::ErrorCode::InvalidGrant && client.settings.leniency.legacy_error_names {
        leniency::used("legacy_error_names", client);
        error.under_name(Some("invalid_code"))
    } else {
        error
    }
}

/// The platform's name for a document that nobody can read, as far as the header says whose it is. Nothing is granted on
/// the strength of that.
async fn unreadable(context: &Context, headers: &HeaderMap, error: Error) -> OAuthError {
    let named = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .and_then(|header| BasicCredentials::parse(header).ok())
        .and_then(|basic| ClientId::parse(basic.raw().client_id()).ok());
    let error = OAuthError::token(error);
    let Some(id) = named else { return error };
    let account = &context.tenant.account.account_id;
    match context.services.clients.find(account, &id).await {
        Ok(Some(client)) if client.settings.leniency.legacy_error_names => {
            leniency::used("legacy_error_names", &client);
            error.under_name(Some("json_parse_error"))
        }
        _ => error,
    }
}
