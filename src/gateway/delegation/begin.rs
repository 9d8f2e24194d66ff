//! A program begins.

use axum::Json;
use axum::extract::Path;
use http::StatusCode;
use oauth::{CodeChallenge, CodeVerifier, Scope};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{LASTS, callback, delegating, verifier};
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
    let endpoint = connector.configuration.authorization_endpoint.as_deref();
    let mut url = endpoint
        .and_then(|endpoint| Url::parse(endpoint).ok())
        .ok_or_else(|| Error::not_found().because("the connector has no authorization endpoint"))?;

    let services = &context.services;
    let state = OneTime::<DelegationState>::fresh(&services.entropy);
    let verifier: CodeVerifier = verifier(services, &connector.account_id, state.expose())
        .parse()
        .map_err(|_| Error::internal("a digest is no verifier"))?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &connector.configuration.client_id)
        .append_pair("redirect_uri", &callback(context))
        .append_pair("scope", &scope.to_string())
        .append_pair("state", state.expose());
    if connector.configuration.pkce_enabled {
        url.query_pairs_mut()
            .append_pair("code_challenge", CodeChallenge::of(&verifier).as_str())
            .append_pair("code_challenge_method", "S256");
    }
    let delegation = Delegation {
        digest: state.digest(),
        account_id: connector.account_id,
        delegation_id: id::random(&services.entropy),
        connector_id: connector.connector_id,
        client_id: program.client_id,
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
        "url": url.as_str(),
        "expires_in": LASTS.as_secs(),
    });
    Ok((StatusCode::CREATED, Json(answer)))
}
