//! The token endpoint (RFC 6749 §3.2): who is the client, and what does it present?

mod answer;
mod assertion;
mod authorization_code;
mod ciba;
mod client_credentials;
mod device_code;
mod elsewhere;
mod jwt_bearer;
mod refresh_token;
mod request;
mod sign_in_ticket;
mod token_exchange;

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::HeaderMap;
use oauth::GrantType;

use self::answer::TokenResponse;
pub(super) use self::request::Received;
use self::request::Request;
use crate::context::Context;
use crate::http::client_auth::{self, AuthenticatedClient};
use crate::http::extract::NoContext;
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, binding, cors, dpop, leniency};

/// What may be presented here.
pub(super) const SERVED: &[GrantType] = &[
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
    GrantType::ClientCredentials,
    GrantType::DeviceCode,
    GrantType::Ciba,
    GrantType::TokenExchange,
    GrantType::JwtBearer,
];

/// `POST /token`
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
    let mut response = match grant(&context, &client, &headers, &received).await {
        Ok(tokens) => tokens.send(),
        Err(error) => failures.count(under_old_name(&client, error)).into_response(),
    };
    dpop::offer_nonce(&context, response.headers_mut());
    cors::allow_registered(&headers, &client, response.headers_mut());
    Ok(response)
}

async fn grant(
    context: &Context,
    client: &AuthenticatedClient,
    headers: &HeaderMap,
    received: &Received,
) -> Result<TokenResponse, OAuthError> {
    let grant_type = received.grant_type(client)?;
    let request = Request {
        context,
        client,
        parameters: &received.parameters,
        cnf: binding::of_request(context, headers, client, "token").await?,
    };
    match grant_type {
        GrantType::AuthorizationCode => authorization_code::redeem(&request).await,
        GrantType::RefreshToken => refresh_token::refresh(&request).await,
        GrantType::ClientCredentials => client_credentials::issue(&request).await,
        GrantType::DeviceCode => device_code::redeem(&request).await,
        GrantType::Ciba => ciba::redeem(&request).await,
        GrantType::TokenExchange => token_exchange::exchange(&request).await,
        GrantType::JwtBearer => jwt_bearer::redeem(&request).await,
        GrantType::Implicit => Err(oauth::Error::from(oauth::UnknownGrantType).into()),
    }
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
