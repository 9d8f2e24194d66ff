//! The program fetches what the brand gave.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::{delegating, place};
use crate::gateway::Error;
use crate::gateway::sentinel::AppJwt;
use crate::store;

/// `POST /api/account/{account_id}/app/{connector_id}/delegation/{delegation_id}/tokens`: 200 with the tokens, once; 202 while
/// the consumer isn't back; 404 for what is fetched, refused, too old or another program's.
pub(super) async fn post(
    program: AppJwt,
    Path((_, connector_id, delegation_id)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    program.speaks_for_consumers()?;
    let context = &program.context;
    let connector = delegating(context, &connector_id).await?;
    let account = &connector.account_id;
    let whose = (&connector.connector_id, &program.client_id);
    let fetched =
        store::delegations::fetch(context.db(), account, &delegation_id, whose, context.now).await?;
    let Some(sealed) = fetched else {
        let waits = store::delegations::waits(context.db(), account, &delegation_id, whose, context.now);
        return match waits.await? {
            Some(true) => Ok((StatusCode::ACCEPTED, Json(json!({"status": "pending"}))).into_response()),
            Some(false) | None => Err(Error::not_found()),
        };
    };
    let services = &context.services;
    services.sealer.meet(&services.db, [&sealed]).await;
    let opened = services.sealer.open(&place(account, &delegation_id), &sealed);
    let opened = opened.map_err(|_| Error::internal("a delegation's tokens can't be opened"))?;
    let tokens: Value = serde_json::from_slice(&opened)
        .map_err(|_| Error::internal("a delegation's tokens can't be read"))?;
    tracing::info!(
        target: "audit", event = "delegation.fetched", request_id = %context.request_id, ip = %context.ip, %account,
        client = %program.client_id, delegation = delegation_id, "a program has a brand's tokens"
    );
    Ok(Json(tokens).into_response())
}
