//! `grant_type=refresh_token` (RFC 6749 §6, OpenID Connect Core §12).

use std::sync::Arc;

use oauth::{Error, Parameters, Scope};

use super::{Request, TokenResponse, answer};
use crate::base::Digest;
use crate::context::Context;
use crate::http::oauth_error::OAuthError;
use crate::issue::access_token::Entitlement;
use crate::issue::details;
use crate::issue::refresh_token::{self, Chain};
use crate::issue::resource;
use crate::issue::tokens::{self, Granted};
use crate::model::token::{NewTokens, RefreshToken, StoredRefreshToken};
use crate::model::{Client, Consumer, ConsumerStatus};
use crate::store;
use crate::store::refresh_tokens::{self, Grace};

/// How often a token that is exchanged at each use may be used within its grace (SEC-045).
const USES: i64 = 5;

/// Refreshes: checks the token and all that it depends on as of now (SEC-048), signs, and only then uses it, in the
/// transaction that stores what it brings.
pub(super) async fn refresh(request: &Request<'_>) -> Result<TokenResponse, OAuthError> {
    let Request { context, client, .. } = request;
    let (digest, stored) = find(request).await?;
    let rotates = client.rotates_refresh_tokens();
    if stored.passed || (rotates && is_reused(context, &stored)) {
        return Err(reused(context, &stored).await?);
    }
    if !stored.token.is_alive(context.now) {
        return Err(invalid("expired, or taken back").into());
    }
    let consumer = standing(context, client, &stored)
        .await?
        .map_err(|reason| blocked(context, client, &stored, reason))?;
    let scope = scope(request, &stored)?;
    let wanted = resource::named(context, client, request.parameters)?;
    let sub = consumer.sub.clone();
    let granted = Granted {
        client,
        entitlement: Entitlement {
            client_id: client.client_id.clone(),
            sub: Some(sub.clone()),
            // It goes on when the session has ended: that is what it was asked for.
            sid: None,
            grant_id: stored.token.grant_id.clone(),
            scope: scope.clone(),
            resource: resource::still(
                context,
                client,
                resource::narrowed(&stored.token.resource, wanted)?,
            )?,
            cnf: request.cnf.clone(),
            authorization_details: part(&stored, request.parameters)?,
            claims: stored.authentication.claims.clone(),
            auth_time: Some(stored.authentication.auth_time),
            family: Some(stored.token.family.clone()),
            ends_at: None,
        },
        code: None,
        login: Some((stored.authentication.told(&sub, &scope), &consumer)),
        chain: rotates.then(|| Chain::after(digest, &stored)),
    };
    let (prepared, new) = tokens::prepare(context, granted).await.map_err(Error::from)?;
    if !redeem(context, client, digest, &stored, new).await? {
        return Err(invalid("used too often, or used or taken back at this very moment").into());
    }
    tracing::info!(
        target: "audit", event = "token.issued", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, %sub, ip = %context.ip, "refreshed"
    );
    Ok(answer::given(client, prepared))
}

/// What was granted in detail, or the part of it that is asked for.
fn part(stored: &StoredRefreshToken, parameters: &Parameters) -> Result<Option<String>, Error> {
    let granted = stored.token.authorization_details.as_deref();
    let granted = granted.and_then(|json| serde_json::from_str(json).ok());
    let part = details::part(granted.as_ref(), parameters)?;
    Ok(part.map(|part| part.to_string()))
}

fn invalid(detail: &'static str) -> Error {
    Error::invalid_grant("The refresh token is not valid.").with_detail(detail)
}

/// The token, if it is this client's, and bound to what the client has proved to have where it is bound. Another's attempt
/// changes nothing.
async fn find(request: &Request<'_>) -> Result<(Digest<RefreshToken>, StoredRefreshToken), OAuthError> {
    let presented = request
        .parameters
        .get("refresh_token")
        .ok_or_else(|| Error::invalid_request("refresh_token is missing."))?;
    let context = request.context;
    let digest = Digest::of(presented);
    let account = &context.tenant.account.account_id;
    let stored = refresh_tokens::find(context.db(), account, digest)
        .await?
        .ok_or_else(|| OAuthError::from(invalid("unknown")).as_guess())?;
    if stored.token.client_id != request.client.client_id {
        return Err(invalid("another client's").into());
    }
    if stored.token.cnf.is_some() && stored.token.cnf != request.cnf {
        return Err(invalid("bound to another key").into());
    }
    Ok((digest, stored))
}

/// Whether somebody shows a token whose place another has long taken: then one of two has stolen it (SEC-046).
fn is_reused(context: &Context, stored: &StoredRefreshToken) -> bool {
    stored
        .used_at
        .is_some_and(|used| stored.passed || used <= grace(context).since)
}

fn grace(context: &Context) -> Grace {
    Grace {
        since: context.now - context.services.settings.tokens.refresh_grace.get(),
        uses: USES,
    }
}

/// Takes back all tokens of the authorization.
async fn reused(context: &Context, stored: &StoredRefreshToken) -> Result<OAuthError, store::Error> {
    let (account, family, now) = (
        stored.token.account_id.clone(),
        stored.token.family.clone(),
        context.now,
    );
    let revoked = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move { store::tokens::revoke_family(tx, &account, &family, now).await })
        })
        .await?;
    tracing::warn!(
        target: "audit", event = "refresh.reuse", request_id = %context.request_id,
        account = %stored.token.account_id, client = %stored.token.client_id,
        sub = stored.token.sub.as_ref().map(tracing::field::display), ip = %context.ip, revoked,
        "a refresh token was used again: all tokens of the authorization are taken back"
    );
    Ok(invalid("used again after its time").into())
}

/// Whether the consumer may still log in, and the client may still have what they allowed; else why not.
async fn standing(
    context: &Context,
    client: &Client,
    stored: &StoredRefreshToken,
) -> store::Result<Result<Arc<Consumer>, &'static str>> {
    let token = &stored.token;
    if !refresh_token::is_due(client, &client.settings.scope) {
        return Ok(Err("the client may no longer have offline access"));
    }
    // That it wasn't taken back is seen when the token is used.
    if token.grant_id.is_none() && !client.settings.first_party {
        return Ok(Err("the client needs a consent now, and has none"));
    }
    let Some(sub) = &token.sub else {
        return Ok(Err("nobody's"));
    };
    let consumer = context.services.consumers.find(&token.account_id, sub).await?;
    Ok(consumer
        .filter(|consumer| consumer.status == ConsumerStatus::Active)
        .ok_or("the consumer may not log in any more"))
}

fn blocked(
    context: &Context,
    client: &Client,
    stored: &StoredRefreshToken,
    reason: &'static str,
) -> OAuthError {
    tracing::warn!(
        target: "audit", event = "refresh.subject_blocked", request_id = %context.request_id,
        account = %stored.token.account_id, client = %client.client_id,
        sub = stored.token.sub.as_ref().map(tracing::field::display), ip = %context.ip, reason, "not refreshed"
    );
    invalid(reason).into()
}

/// What was granted, or less of it, as far as the client may still have it (SEC-047).
fn scope(request: &Request<'_>, stored: &StoredRefreshToken) -> Result<Scope, Error> {
    let granted = &stored.token.scope;
    let asked = match request.parameters.get("scope") {
        None => granted.clone(),
        Some(scope) => scope.parse()?,
    };
    if !asked.is_subset(granted) {
        return Err(Error::invalid_scope("More than was granted."));
    }
    let given = asked.intersection(&request.client.settings.scope);
    if given.is_empty() {
        return Err(Error::invalid_scope("None of the scopes can be granted."));
    }
    Ok(given)
}

/// Uses the token and stores what it brings, or neither.
async fn redeem(
    context: &Context,
    client: &Client,
    digest: Digest<RefreshToken>,
    stored: &StoredRefreshToken,
    new: NewTokens,
) -> store::Result<bool> {
    let (account, now, grace) = (stored.token.account_id.clone(), context.now, grace(context));
    let idle_end = (now + refresh_token::idle(context, client)).min(stored.ends_at);
    context
        .db()
        .shared_transaction(move |tx| {
            Box::pin(async move {
                let rotates = new.refresh.is_some();
                let used = if rotates {
                    refresh_tokens::take(tx, &account, digest, now, grace).await?
                } else {
                    refresh_tokens::touch(tx, &account, digest, now, idle_end).await?
                };
                if !used {
                    return Ok(false);
                }
                store::tokens::insert_in(tx, new).await
            })
        })
        .await
}
