//! The consumer's browser leaves for the brand, and takes along what its way back is known by.

use axum::extract::RawQuery;
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use oauth::{CodeChallenge, CodeVerifier, Parameters, Scope};
use pages::ErrorKind;

use super::{Browser, authorization_endpoint, callback, delegating, unawaited, verifier};
use crate::base::Digest;
use crate::context::Context;
use crate::gateway::OfAccount;
use crate::http::PageError;
use crate::http::page::Pages;
use crate::http::redirect::see_other;
use crate::model::delegation::DelegationState;
use crate::store;

/// `GET /callback/{account_id}/begin`: where the bot sends the consumer.
pub(super) async fn get(
    OfAccount(context): OfAccount,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match leave(&context, query.as_deref()).await {
        Ok(response) => response,
        Err(error) => Pages::new(&context, &headers, &[]).error(&error),
    }
}

async fn leave(context: &Context, query: Option<&str>) -> Result<Response, PageError> {
    let refused = |detail: &str| PageError::with_detail(ErrorKind::InvalidRequest, detail.to_owned());
    let asked = Parameters::parse(query.unwrap_or_default())?;
    if asked.repeated().next().is_some() {
        return Err(refused("a parameter is repeated"));
    }
    let state = asked.get("state").ok_or_else(|| refused("no state"))?;
    let account = &context.tenant.account.account_id;
    let digest = Digest::<DelegationState>::of(state);
    let awaited = store::delegations::find_awaited(context.db(), account, digest, context.now).await?;
    let awaited = awaited.ok_or_else(|| unawaited(context))?;
    let connector = delegating(context, awaited.connector_id.as_str()).await;
    let connector = connector.map_err(|_| refused("the connector is gone"))?;
    let mut url = authorization_endpoint(&connector)
        .ok_or_else(|| refused("the connector has no authorization endpoint"))?;
    let verifier: CodeVerifier = verifier(&context.services, account, state)
        .parse()
        .map_err(|_| PageError::with_detail(ErrorKind::Internal, "a digest is no verifier"))?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &connector.configuration.client_id)
        .append_pair("redirect_uri", &callback(context))
        .append_pair("scope", &awaited.scope.to_string())
        .append_pair("state", state);
    // Without it, a provider must ignore that wish (OpenID Connect Core §11).
    if awaited.scope.contains(Scope::OFFLINE_ACCESS) {
        url.query_pairs_mut().append_pair("prompt", "consent");
    }
    if connector.configuration.pkce_enabled {
        url.query_pairs_mut()
            .append_pair("code_challenge", CodeChallenge::of(&verifier).as_str())
            .append_pair("code_challenge_method", "S256");
    }
    let mut response = see_other(url.as_str())?;
    let cookie = HeaderValue::from_str(&Browser { context, state }.set())
        .map_err(|_| PageError::with_detail(ErrorKind::Internal, "a cookie that is no header value"))?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}
