//! A program begins.

use axum::Json;
use axum::extract::Path;
use http::StatusCode;
use oauth::Scope;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{LASTS, authorization_endpoint, delegating, leave};
use crate::base::{OneTime, id};
use crate::gateway::Error;
use crate::gateway::body::Body;
use crate::gateway::sentinel::AppJwt;
use crate::model::delegation::{Delegation, DelegationState};
use crate::store;

/// The body.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// What the program wants to be allowed at the brand; `openid` where it says nothing.
    scope: Option<String>,
}

/// `POST /api/account/{account_id}/app/{connector_id}/delegation`: where to send the consumer.
pub(super) async fn post(
    program: AppJwt,
    Path((_, connector_id)): Path<(String, String)>,
    Body(Wanted { scope }): Body<Wanted>,
) -> Result<(StatusCode, Json<Value>), Error> {
    program.speaks_for_consumers()?;
    let context = &program.context;
    let connector = delegating(context, &connector_id).await?;
    let scope = scope.as_deref().unwrap_or(Scope::OPENID);
    let scope: Scope = scope
        .parse()
        .map_err(|_| Error::malformed("scope isn't a list of scopes."))?;
    authorization_endpoint(&connector)
        .ok_or_else(|| Error::not_found().because("the connector has no authorization endpoint"))?;

    let services = &context.services;
    let state = OneTime::<DelegationState>::fresh(&services.entropy);
    let url = leave(context, state.expose());
    let delegation = Delegation {
        digest: state.digest(),
        account_id: connector.account_id,
        delegation_id: id::random(&services.entropy),
        connector_id: connector.connector_id,
        client_id: program.client_id,
        scope,
        created_at: context.now,
        expires_at: context.now + LASTS,
    };
    store::delegations::insert(context.db(), &delegation).await?;
    tracing::info!(
        target: "audit", event = "delegation.begun", request_id = %context.request_id, ip = %context.ip,
        account = %delegation.account_id, connector = %delegation.connector_id, client = %delegation.client_id,
        delegation = delegation.delegation_id, "a program asks for a consumer's authorization"
    );
    let answer = json!({
        "delegation_id": delegation.delegation_id,
        "url": url,
        "expires_in": LASTS.as_secs(),
    });
    Ok((StatusCode::CREATED, Json(answer)))
}
