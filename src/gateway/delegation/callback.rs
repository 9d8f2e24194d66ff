//! The consumer's browser comes back from the brand.

use axum::extract::RawQuery;
use axum::response::Response;
use http::HeaderMap;
use oauth::{CodeVerifier, Parameters};
use pages::{Closing, ErrorKind};
use zeroize::Zeroizing;

use super::{Browser, LASTS, callback, delegating, place, unawaited, verifier};
use crate::base::Digest;
use crate::context::Context;
use crate::gateway::consumer_identity::Presented;
use crate::gateway::{OfAccount, idp};
use crate::http::PageError;
use crate::http::page::Pages;
use crate::model::delegation::DelegationState;
use crate::store;

/// `GET /callback/{account_id}/redirectCode`: the code is redeemed, the tokens are kept for the program, and the pop-up
/// closes. Whoever comes without a state that is awaited is told nothing but that.
pub(super) async fn get(
    OfAccount(context): OfAccount,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pages = Pages::new(&context, &headers, &[]);
    match Box::pin(receive(&context, query.as_deref(), &headers)).await {
        Ok(()) => {
            // What a script opened may close itself, cut off from its opener by our sign-in page's policy or not (decision 0020).
            let view = Closing { frame: pages.frame() };
            pages.show(view.render(pages.locale()))
        }
        Err(error) => pages.error(&error),
    }
}

async fn receive(context: &Context, query: Option<&str>, headers: &HeaderMap) -> Result<(), PageError> {
    let refused = |detail: &str| PageError::with_detail(ErrorKind::InvalidRequest, detail.to_owned());
    let answer = Parameters::parse(query.unwrap_or_default())?;
    if answer.repeated().next().is_some() {
        return Err(refused("a parameter is repeated"));
    }
    let state = answer.get("state").ok_or_else(|| refused("no state"))?;
    let account = &context.tenant.account.account_id;
    let digest = Digest::<DelegationState>::of(state);
    // Looked at before it is taken: somebody else's browser must not use it up.
    let went = Browser { context, state }.sent(headers);
    let awaited = store::delegations::find_awaited(context.db(), account, digest, context.now);
    let taken = if went && awaited.await?.is_some() {
        store::delegations::take(context.db(), account, digest, context.now).await?
    } else {
        None
    };
    let taken = taken.ok_or_else(|| unawaited(context))?;
    let connector = delegating(context, taken.connector_id.as_str()).await;
    let connector = connector.map_err(|_| refused("the connector is gone"))?;
    // Where the brand says who it is, it must be this connector's (RFC 9207): all of them come back here (SEC-102).
    let issuer = &connector.configuration.issuer;
    if answer
        .get("iss")
        .is_some_and(|iss| !issuer.is_empty() && iss != issuer.as_str())
    {
        return Err(refused("the answer of another issuer"));
    }
    // The consumer said no, or the brand did: the program waits in vain, and the pop-up closes all the same.
    let Some(code) = answer.get("code") else {
        tracing::info!(
            target: "audit", event = "delegation.refused", request_id = %context.request_id, %account,
            delegation = taken.delegation_id, "the brand gave no code"
        );
        return Ok(());
    };
    let verifier = verifier(&context.services, account, state);
    let presented = Presented::Code {
        code: Zeroizing::new(code.to_owned()),
        redirect_uri: Some(callback(context)),
        code_verifier: verifier.parse::<CodeVerifier>().ok(),
    };
    let tokens = idp::delegated(context, &connector, presented)
        .await
        .map_err(|_| refused("the code can't be redeemed"))?;
    let services = &context.services;
    let sealed = services
        .sealer
        .seal(&place(account, &taken.delegation_id), &tokens)
        .map_err(|_| PageError::with_detail(ErrorKind::Internal, "tokens can't be sealed".to_owned()))?;
    let until = context.now + LASTS;
    store::delegations::keep(context.db(), account, &taken.delegation_id, sealed, until).await?;
    tracing::info!(
        target: "audit", event = "delegation.granted", request_id = %context.request_id, ip = %context.ip, %account,
        connector = %connector.connector_id, delegation = taken.delegation_id, "a brand's tokens wait for a program"
    );
    Ok(())
}
