//! The token endpoint (RFC 6749 §3.2): who is the client, and what does it present?

mod authorization_code;

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderMap, HeaderValue};
use oauth::{BasicCredentials, Error, ErrorCode, GrantType, Parameters};
use serde::Serialize;

use crate::base::id::ClientId;
use crate::context::Context;
use crate::http::client_auth::{self, AuthenticatedClient};
use crate::http::oauth_error::OAuthError;
use crate::http::{cors, leniency};

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
    context: Context,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    match answer(&context, &headers, query.as_deref(), &body).await {
        Ok((client, tokens)) => {
            let body = serde_json::to_vec(&tokens).unwrap_or_default();
            let mut response = body.into_response();
            let answer = response.headers_mut();
            answer.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer.insert(PRAGMA, HeaderValue::from_static("no-cache"));
            cors::allow_registered(&headers, &client, answer);
            response
        }
        Err(error) => error.into_response(),
    }
}

async fn answer(
    context: &Context,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &Bytes,
) -> Result<(AuthenticatedClient, TokenResponse), OAuthError> {
    let received = match receive(headers, query, body) {
        Ok(received) => received,
        Err(error) => return Err(under_old_name(context, headers, error).await),
    };
    let client = client_auth::authenticate(context, headers, &received.parameters).await?;
    if received.is_json {
        if !client.settings.leniency.json_token_request {
            return Err(Error::invalid_request("The request must be a form.").into());
        }
        leniency::used("json_token_request", &client);
    }
    let grant_type = received
        .parameters
        .get("grant_type")
        .ok_or_else(|| Error::invalid_request("grant_type is missing."))?;
    let grant_type: GrantType = grant_type.parse().map_err(|_| {
        Error::new(
            ErrorCode::UnsupportedGrantType,
            "The grant type is not supported.",
        )
    })?;
    let tokens = match grant_type {
        GrantType::AuthorizationCode => {
            if !client.settings.grant_types.contains(&grant_type) {
                return Err(Error::unauthorized_client("The client may not use this grant type.").into());
            }
            authorization_code::redeem(context, &client, &received.parameters).await
        }
        GrantType::Implicit
        | GrantType::RefreshToken
        | GrantType::ClientCredentials
        | GrantType::DeviceCode
        | GrantType::TokenExchange
        | GrantType::JwtBearer
        | GrantType::Ciba => Err(Error::new(
            ErrorCode::UnsupportedGrantType,
            "The grant type is not supported.",
        )
        .into()),
    };
    match tokens {
        Ok(tokens) => Ok((client, tokens)),
        Err(error) => {
            let old = match error.code() {
                ErrorCode::InvalidGrant if client.settings.leniency.legacy_error_names => {
                    leniency::used("legacy_error_names", &client);
                    Some("invalid_code")
                }
                _ => None,
            };
            Err(error.under_name(old))
        }
    }
}

/// A form in the body, each parameter once, and nothing in the query (SEC-039). JSON is read too: whether the client
/// may send it is known once the client is.
fn receive(headers: &HeaderMap, query: Option<&str>, body: &Bytes) -> Result<Received, Error> {
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(Error::invalid_request("Parameters must not be in the query."));
    }
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_json = kind.eq_ignore_ascii_case("application/json");
    let parameters = if is_json {
        Parameters::from_json_object(body)?
    } else if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Parameters::parse(body)?
    } else {
        return Err(Error::invalid_request("The request must be a form."));
    };
    if parameters.repeated().next().is_some() {
        return Err(Error::invalid_request("A parameter came more than once."));
    }
    Ok(Received { parameters, is_json })
}

/// A platform's client that sent JSON nobody can read is told so in its own words, as far as the header says who it
/// is. Nothing is granted on the strength of that.
async fn under_old_name(context: &Context, headers: &HeaderMap, error: Error) -> OAuthError {
    let named = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .and_then(|header| BasicCredentials::parse(header).ok())
        .and_then(|basic| ClientId::parse(basic.raw().client_id()).ok());
    let client = match named {
        Some(id) => context
            .services
            .clients
            .find(&context.tenant.account.account_id, &id)
            .await
            .ok()
            .flatten(),
        None => None,
    };
    let old = client
        .filter(|client| client.settings.leniency.legacy_error_names)
        .map(|_| "json_parse_error");
    OAuthError::token(error).under_name(old)
}
