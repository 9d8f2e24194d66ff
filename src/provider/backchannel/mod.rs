//! The backchannel authentication endpoint (CIBA §7): a client asks for a consumer who is somewhere else.

mod request;

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use oauth::{Error, GrantType, Parameters, Scope};
use serde::Serialize;

use self::request::Asked;
use super::device::json;
use crate::base::OneTime;
use crate::context::Context;
use crate::http::extract::NoContext;
use crate::http::input::{FORM, media_type};
use crate::http::oauth_error::OAuthError;
use crate::http::{Failures, Purpose, client_auth};
use crate::issue;
use crate::model::Client;
use crate::model::backchannel::{AuthReqId, BackchannelRequest, Ping, RequestHandle};
use crate::model::client::DeliveryMode;
use crate::store;

/// How many requests of one client may wait for the same consumer: nobody is worn down by asking.
const WAITING_AT_MOST: i64 = 3;

/// §7.3
#[derive(Serialize)]
struct Answer<'a> {
    auth_req_id: &'a str,
    expires_in: u64,
    interval: i64,
}

/// `POST /bc_authorize`
pub(super) async fn post(
    context: Result<Context, NoContext>,
    failures: Failures,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let context = context?;
    let parameters = form(&headers, query.as_deref(), &body)?;
    let client = client_auth::authenticate(&context, &headers, &parameters)
        .await
        .map_err(|error| failures.count(error))?;
    if !client.settings.grant_types.contains(&GrantType::Ciba) {
        return Err(Error::unauthorized_client("The client may not use this grant type.").into());
    }
    // Counted before anybody is looked up: whom a hint names can't be tried out in numbers (SEC-165).
    let account = &context.tenant.account.account_id;
    failures.spend_of(Purpose::Interaction, &(account, &client.client_id))?;
    let asked = request::read(&context, &client, &parameters).await?;
    let id = OneTime::<AuthReqId>::fresh(&context.services.entropy);
    let waiting = begin(&context, &client, asked, &id).await?;
    tracing::info!(
        target: "audit", event = "backchannel.begun", request_id = %context.request_id, account = %waiting.account_id,
        client = %client.client_id, sub = %waiting.sub, ip = %context.ip, "a client waits for its consumer"
    );
    Ok(json(&Answer {
        auth_req_id: id.expose(),
        expires_in: waiting.expires_at.since(waiting.created_at).as_secs(),
        interval: waiting.interval,
    }))
}

/// Stores what waits.
async fn begin(
    context: &Context,
    client: &Client,
    asked: Asked,
    id: &OneTime<AuthReqId>,
) -> Result<BackchannelRequest, OAuthError> {
    let services = &context.services;
    let settings = &services.settings.tokens;
    let handle = OneTime::<RequestHandle>::fresh(&services.entropy)
        .expose()
        .to_owned();
    let ping = match (
        client.settings.backchannel_token_delivery_mode,
        asked.notification_token,
    ) {
        (Some(DeliveryMode::Ping), Some(token)) => {
            let auth_req_id = id.expose().to_owned();
            let sealed = issue::ping::seal(context, &handle, &Ping { auth_req_id, token });
            Some(sealed.map_err(|error| Error::server_error().with_detail(error.to_string()))?)
        }
        _ => None,
    };
    let lifetime = asked.lifetime.unwrap_or_else(|| settings.backchannel_ttl.get());
    let waiting = BackchannelRequest {
        digest: id.digest(),
        account_id: context.tenant.account.account_id.clone(),
        handle,
        client_id: client.client_id.clone(),
        sub: asked.sub,
        scope: asked.scope,
        acr_values: asked.acr_values,
        binding_message: asked.binding_message,
        ping,
        interval: i64::try_from(settings.poll_interval.get().as_secs()).unwrap_or(5),
        asked_at: None,
        decision: None,
        created_at: context.now,
        expires_at: context.now + lifetime,
    };
    if !keep(context, waiting.clone()).await? {
        return Err(Error::access_denied("Too many requests wait for that user.").into());
    }
    Ok(waiting)
}

/// Whether there is room for one more request of its client to its consumer; then it is stored.
async fn keep(context: &Context, waiting: BackchannelRequest) -> store::Result<bool> {
    let db = context.db();
    db.transaction(move |tx| {
        Box::pin(async move {
            let (account, client, now) = (&waiting.account_id, &waiting.client_id, waiting.created_at);
            let waits = store::backchannel::count_undecided(tx, account, client, &waiting.sub, now).await?;
            if waits >= WAITING_AT_MOST {
                return Ok(false);
            }
            store::backchannel::insert(tx, &waiting).await?;
            Ok(true)
        })
    })
    .await
}

/// A form in the body, each parameter once, and nothing in the query.
pub(super) fn form(headers: &HeaderMap, query: Option<&str>, body: &[u8]) -> Result<Parameters, Error> {
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

/// What of the scope that is asked for the client may have.
pub(super) fn scope(client: &Client, parameters: &Parameters) -> Result<Scope, Error> {
    let asked: Scope = match parameters.get("scope") {
        Some(scope) => scope.parse()?,
        None => client.settings.scope.clone(),
    };
    let scope = asked.intersection(&client.settings.scope);
    if scope.is_empty() {
        return Err(Error::invalid_scope("None of the scopes can be granted."));
    }
    Ok(scope)
}
