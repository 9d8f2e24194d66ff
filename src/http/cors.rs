//! Which pages of other origins may read an answer (SEC-077): for tokens and claims, exactly those that the client
//! registered, and only once the client is known from a verified credential.

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::extract::NoContext;
use super::oauth_error::OAuthError;
use crate::context::Context;
use crate::model::Client;

/// Lets the page read the answer, if its origin is one of the client's.
pub fn allow_registered(request: &HeaderMap, client: &Client, answer: &mut HeaderMap) {
    answer.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = request.get(ORIGIN) else { return };
    if is_among(&client.settings.allowed_origins, origin) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("dpop-nonce, www-authenticate"),
        );
    }
}

/// The origin of a page of the brand's that may be handed what this client asks for: one that the client lists, byte for
/// byte (SEC-038).
pub fn embedding<'r>(request: &'r HeaderMap, client: &Client) -> Option<&'r HeaderValue> {
    let mut origins = request.get_all(ORIGIN).iter();
    let origin = origins.next().filter(|_| origins.next().is_none())?;
    is_among(&client.settings.origins, origin).then_some(origin)
}

/// Lets that page read the answer to what it sent with its consumer's cookies.
pub fn allow_embedding(origin: &HeaderValue, answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    answer.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("retry-after"),
    );
}

/// `null` is what every page says that won't tell its origin.
fn is_among(origins: &[String], origin: &HeaderValue) -> bool {
    origin != "null"
        && origins
            .iter()
            .any(|allowed| allowed.as_bytes() == origin.as_bytes())
}

/// `OPTIONS` of an endpoint that browsers ask before they send it an `Authorization` header (Fetch §3.2.2). The question
/// names no client: it is answered for origins that some client of the account registered. Whether the page may then read
/// anything is decided by [`allow_registered`].
pub async fn preflight(
    context: Result<Context, NoContext>,
    request: HeaderMap,
) -> Result<Response, OAuthError> {
    let context = context?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let answer = response.headers_mut();
    answer.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = request.get(ORIGIN) else {
        return Ok(response);
    };
    let account = &context.tenant.account.account_id;
    let origins = context.services.clients.allowed_origins(account).await?;
    if is_among(&origins, origin) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST"),
        );
        answer.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type, dpop"),
        );
        answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    Ok(response)
}
