//! `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 §2.1).

use oauth::Error;

use super::{Request, TokenResponse, answer, assertion};
use crate::http::oauth_error::OAuthError;
use crate::issue::access_token::Entitlement;
use crate::issue::resource;
use crate::issue::tokens::{self, Granted};
use crate::store;

/// Gives tokens for the consumer whom the client's assertion is about.
pub(super) async fn redeem(request: &Request<'_>) -> Result<TokenResponse, OAuthError> {
    let assertion = request
        .parameters
        .get("assertion")
        .ok_or_else(|| Error::invalid_request("assertion is missing."))?;
    let vouched = assertion::verify(request, assertion).await?;
    give(request, &vouched).await
}

/// An access token for the consumer, with an id_token where the scope has `openid`.
pub(super) async fn give(
    request: &Request<'_>,
    vouched: &assertion::Vouched,
) -> Result<TokenResponse, OAuthError> {
    let Request {
        context,
        client,
        parameters,
        ..
    } = request;
    let scope = assertion::allowed(client, parameters.get("scope"))?;
    let granted = Granted {
        client,
        entitlement: Entitlement {
            sub: Some(vouched.consumer.sub.clone()),
            resource: resource::named(context, client, parameters)?.unwrap_or_default(),
            cnf: request.cnf.clone(),
            auth_time: Some(vouched.auth_time),
            ..Entitlement::of_client(client, scope.clone())
        },
        code: None,
        login: Some((vouched.authentication(&scope), &vouched.consumer)),
        chain: None,
    };
    let (prepared, stored) = tokens::prepare(context, granted).await.map_err(Error::from)?;
    vouched.use_up(context).await?;
    store::tokens::insert_all(context.db(), stored).await?;
    tracing::info!(
        target: "audit", event = "token.issued", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, sub = %vouched.consumer.sub,
        ip = %context.ip, "for an assertion"
    );
    Ok(answer::given(client, prepared))
}
