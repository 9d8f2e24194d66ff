//! The JWK set (RFC 7517 §5): public members only, serialised when a key changes (SEC-015). Who reads it is remembered,
//! since the rotation of keys waits for them.

use std::time::Duration;

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, USER_AGENT,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::Parameters;

use crate::base::id::ClientId;
use crate::context::{Context, Reading};
use crate::http::{client_auth, conditional};

/// `GET /jwks`
pub(super) async fn get(context: Context, headers: HeaderMap) -> Response {
    let (plan, ring) = (&context.tenant.plan, &context.tenant.ring);
    let copy_lasts = plan.copy_lasts(ring.next_activation, context.now);
    let copy_lasts = note(&context, &headers, copy_lasts).await;
    let mut response = if conditional::knows(&headers, &ring.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ring.jwks.to_vec().into_response()
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(control) = HeaderValue::from_str(&format!("public, max-age={}", copy_lasts.as_secs())) {
        answer.insert(CACHE_CONTROL, control);
    }
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(tag) = HeaderValue::from_str(&ring.etag) {
        answer.insert(ETAG, tag);
    }
    response
}

/// Writes the reader down; how long it may keep the set then. The set is given even where that can't be done in time, but
/// not to be kept: a rotation waits for no copy that it can't know of.
async fn note(context: &Context, headers: &HeaderMap, copy_lasts: Duration) -> Duration {
    // Who says that they keep nothing (RFC 9111 §5.2.1.5) is waited for by nobody.
    let keeps_nothing = headers
        .get(CACHE_CONTROL)
        .is_some_and(|control| control.as_bytes() == b"no-store");
    if keeps_nothing {
        return Duration::ZERO;
    }
    let user_agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let reading = Reading {
        client: proved(context, headers).await,
        address: context.ip,
        user_agent: user_agent.unwrap_or_default(),
        now: context.now,
        copy_lasts,
    };
    if let Err(error) = context.services.readers.note(&context.tenant, reading).await {
        tracing::warn!(request_id = %context.request_id, %error, "reader of the JWK set not written down");
        return Duration::ZERO;
    }
    let took = context.services.clock.now().since(context.now);
    if took > context.tenant.plan.slack() {
        return Duration::ZERO;
    }
    copy_lasts
}

/// The client that the reader proves to be. The set is public: who proves nothing gets it too.
async fn proved(context: &Context, headers: &HeaderMap) -> Option<ClientId> {
    if !headers.contains_key(AUTHORIZATION) {
        return None;
    }
    let client = client_auth::authenticate(context, headers, &Parameters::default()).await;
    client.ok().map(|client| client.client_id.clone())
}
