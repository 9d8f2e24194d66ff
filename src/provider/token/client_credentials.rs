//! `grant_type=client_credentials` (RFC 6749 §4.4, SEC-049): a program for itself, with no consumer, and so with no id_token
//! and no refresh token.

use oauth::{Error, Scope};

use super::{Request, TokenResponse, answer};
use crate::http::oauth_error::OAuthError;
use crate::issue::access_token::Entitlement;
use crate::issue::claims::LP_SDES;
use crate::issue::details;
use crate::issue::resource;
use crate::issue::tokens;
use crate::model::Client;
use crate::store;

/// Scopes that tell of consumers: a program has none of its own.
const CONSUMERS: [&str; 7] = [
    Scope::OPENID,
    Scope::PROFILE,
    Scope::EMAIL,
    Scope::ADDRESS,
    Scope::PHONE,
    Scope::OFFLINE_ACCESS,
    LP_SDES,
];

/// Gives the client an access token of its own.
pub(super) async fn issue(request: &Request<'_>) -> Result<TokenResponse, OAuthError> {
    let Request { context, client, .. } = request;
    if client.is_public() {
        return Err(Error::unauthorized_client("The client keeps no secret.").into());
    }
    let entitlement = Entitlement {
        resource: resource::named(context, client, request.parameters)?.unwrap_or_default(),
        cnf: request.cnf.clone(),
        authorization_details: details::asked(context, client, request.parameters)?
            .map(|asked| asked.to_string()),
        ..Entitlement::of_client(client, scope(client, request.parameters.get("scope"))?)
    };
    let (prepared, stored) = tokens::prepare_own(context, client, entitlement)
        .await
        .map_err(Error::from)?;
    if let Some(stored) = stored {
        store::tokens::insert_all(context.db(), stored).await?;
    }
    tracing::info!(
        target: "audit", event = "token.issued", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, ip = %context.ip,
        "client credentials"
    );
    Ok(answer::given(client, prepared))
}

/// What the client may have for itself: its scopes, but for those that tell of consumers. All of it where it asks for
/// nothing in particular.
fn scope(client: &Client, asked: Option<&str>) -> Result<Scope, Error> {
    let own = client.settings.scope.filter(|value| !CONSUMERS.contains(&value));
    let Some(asked) = asked else { return Ok(own) };
    let given = asked.parse::<Scope>()?.intersection(&own);
    if given.is_empty() {
        return Err(Error::invalid_scope("None of the scopes can be granted."));
    }
    Ok(given)
}
