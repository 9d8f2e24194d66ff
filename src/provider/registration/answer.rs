use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use crate::base::OneTime;
use crate::context::Context;
use crate::directory::client::Written;
use crate::directory::registration;
use crate::http::input::JSON;
use crate::model::registration::RegistrationToken;

/// What a client is told of itself (RFC 7591 §3.2.1, RFC 7592 §3). Its secret, only where it was just made: we keep none.
pub(super) fn answer(
    status: StatusCode,
    context: &Context,
    written: &Written,
    token: Option<&OneTime<RegistrationToken>>,
) -> Response {
    let Written { client, secret } = written;
    let mut members: Map<String, Value> = registration::registered(client, &context.tenant.account);
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("client_id", client.client_id.as_str().into());
    put("client_id_issued_at", client.created_at.seconds().into());
    if let Some(secret) = secret {
        put("client_secret", secret.expose().into());
    }
    if !client.secrets.is_empty() {
        // It doesn't expire.
        put("client_secret_expires_at", 0.into());
    }
    put(
        "registration_client_uri",
        format!("{}/register/{}", context.issuer(), client.client_id).into(),
    );
    if let Some(token) = token {
        put("registration_access_token", token.expose().into());
    }
    let mut response = (status, Value::Object(members).to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
