//! The device authorization endpoint (RFC 8628 §3.1): a device without a screen to sign in at gets a code to show.

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use oauth::{Error, GrantType, UserCode};
use serde::Serialize;

use super::backchannel;
use crate::base::{Digest, OneTime};
use crate::context::Context;
use crate::http::extract::NoContext;
use crate::http::input::JSON;
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, Purpose, client_auth};
use crate::model::RegisteredBy;
use crate::model::device::{self, DeviceAuthorization, DeviceCode};
use crate::store;

/// Random bytes that a user code is made of: more than it needs, since some are passed over.
const RANDOM: usize = 32;
/// How often another user code is tried where one is in use.
const TRIES: usize = 5;

/// §3.2
#[derive(Serialize)]
struct Answer<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: String,
    expires_in: u64,
    interval: i64,
}

/// `POST /device_authorization`
pub(super) async fn post(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let context = context?;
    let parameters = backchannel::form(&headers, query.as_deref(), &body)?;
    let client = client_auth::authenticate(&context, &headers, &parameters)
        .await
        .map_err(|error| failures.count(error))?;
    if !client.settings.grant_types.contains(&GrantType::DeviceCode) {
        return Err(Error::unauthorized_client("The client may not use this grant type.").into());
    }
    // Whoever keeps no secret, or registered by themselves, can be anybody: what strangers can make us store is bounded
    // (SEC-173).
    if client.is_public() || client.settings.registered_by == RegisteredBy::Anybody {
        failures.spend(Purpose::Authorize)?;
    }
    let settings = &context.services.settings.tokens;
    let lifetime = settings.device_code_ttl.get();
    let code = OneTime::<DeviceCode>::fresh(&context.services.entropy);
    let mut waiting = DeviceAuthorization {
        digest: code.digest(),
        account_id: context.tenant.account.account_id.clone(),
        user_code: Digest::of(""),
        client_id: client.client_id.clone(),
        scope: backchannel::scope(&client, &parameters)?,
        interval: i64::try_from(settings.poll_interval.get().as_secs()).unwrap_or(5),
        asked_at: None,
        decision: None,
        created_at: context.now,
        expires_at: context.now + lifetime,
    };
    let user_code = store_under_a_code(&context, &mut waiting).await?;
    tracing::info!(
        target: "audit", event = "device.begun", request_id = %context.request_id,
        account = %waiting.account_id, client = %client.client_id, ip = %context.ip, "a device waits for its consumer"
    );
    let uri = format!("{}/device", context.issuer());
    let answer = Answer {
        device_code: code.expose(),
        user_code: &user_code.shown(),
        verification_uri: &uri,
        verification_uri_complete: format!("{uri}?user_code={}", user_code.shown()),
        expires_in: lifetime.as_secs(),
        interval: waiting.interval,
    };
    Ok(json(&answer))
}

/// Stores it under a user code that nobody else waits under.
async fn store_under_a_code(
    context: &Context,
    waiting: &mut DeviceAuthorization,
) -> Result<UserCode, OAuthError> {
    for _ in 0..TRIES {
        let random = context.services.entropy.bytes::<RANDOM>();
        let Some(user_code) = UserCode::from_random(&random) else {
            continue;
        };
        waiting.user_code = device::user_code_digest(&waiting.account_id, &user_code);
        match store::devices::insert(context.db(), waiting).await {
            Ok(()) => return Ok(user_code),
            Err(store::Error::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::temporarily_unavailable()
        .with_detail("no user code is free")
        .into())
}

/// An answer that nobody keeps.
pub(super) fn json(answer: &impl Serialize) -> Response {
    let mut response = serde_json::to_vec(answer).unwrap_or_default().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
