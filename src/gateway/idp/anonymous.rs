//! Consumers who don't log in (section 4 of the platform contract). Nothing is stored for them: who they are is in a token
//! of the platform's own, which can be exchanged for a new one for as long as they are remembered.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use jose::verify::Expiry;
use jose::{Algorithm, Policy, verify};
use serde::Deserialize;
use serde_json::{Value, json};

use super::connector::NOT_VALID;
use super::{Visitor, claims};
use crate::base::{Timestamp, id};
use crate::context::Context;
use crate::gateway::body::Body;
use crate::gateway::{Error, InternalCode};
use crate::http::figures;
use crate::store::merged_identities;

/// What tells the token of an anonymous consumer from what they get for it: when they were first there.
const SINCE: &str = "lp.anonymous_since";

/// The body of a refresh.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Previous {
    id_token: Option<String>,
}

/// A consumer who doesn't log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anonymous {
    /// What the platform calls them.
    pub(super) sub: String,
    /// When they were first there.
    since: Timestamp,
    /// When the token ends.
    expires: i64,
}

/// `POST /api/account/{account_id}/anonymous/authorize`: a token for somebody new, or a new one for `{"id_token"}`.
pub(super) async fn authorize(
    visitor: Visitor,
    Body(Previous { id_token }): Body<Previous>,
) -> Result<Response, Error> {
    let context = &visitor.0;
    allowed(context)?;
    let (sub, since) = match id_token {
        None => (id::random(&context.services.entropy), context.now),
        Some(token) => {
            let known = Anonymous::refreshable(context, &token).await?;
            known.unless_merged(context).await?;
            (known.sub, known.since)
        }
    };
    let settings = &context.services.settings.gateway;
    let expires = (context.now + settings.anonymous_ttl.get()).min(since + settings.anonymous_refresh.get());
    let claim = (SINCE, json!(since.seconds()));
    let token = claims::sign_for(
        context,
        (&sub, &claims::own_audience(&context.tenant.account.account_id)),
        expires.seconds(),
        claim,
    )
    .await?;
    figures::consumer_token("anonymous");
    Ok(Json(json!({"token": token})).into_response())
}

/// `POST /api/account/{account_id}/signup`: the old way, in which one token is all. It can't be exchanged for another, so it
/// is valid for as long as others can be.
pub(super) async fn sign_up(visitor: Visitor) -> Result<Json<Value>, Error> {
    let context = &visitor.0;
    allowed(context)?;
    let sub = id::random(&context.services.entropy);
    let expires = context.now + context.services.settings.gateway.anonymous_refresh.get();
    let token = claims::sign(context, &sub, expires.seconds(), ("", Value::Null)).await?;
    figures::consumer_token("anonymous");
    Ok(Json(json!({"jwt": token})))
}

/// The token of somebody who is anonymous for the platform's own: the same identity, as long as it is nobody else's.
pub(super) async fn exchange(context: &Context, token: &str) -> Result<String, Error> {
    allowed(context)?;
    let known = Anonymous::read(context, token, Expiry::Enforced).await?;
    known.unless_merged(context).await?;
    claims::sign(context, &known.sub, known.expires, ("", Value::Null)).await
}

/// The account must have it switched on (section 4.1).
fn allowed(context: &Context) -> Result<(), Error> {
    if context.tenant.account.settings.features.anonymous {
        return Ok(());
    }
    Err(Error::new(
        StatusCode::FORBIDDEN,
        InternalCode::Forbidden,
        "Messaging without a login is switched off for this account.",
    ))
}

impl Anonymous {
    /// Who a token is about that may have ended, but not longer ago than they are remembered.
    pub(super) async fn refreshable(context: &Context, token: &str) -> Result<Self, Error> {
        let known = Self::read(context, token, Expiry::Ignored).await?;
        let remembered: Duration = context.services.settings.gateway.anonymous_refresh.get();
        if context.now >= known.since + remembered {
            return Err(refused("the identity is forgotten"));
        }
        Ok(known)
    }

    async fn read(context: &Context, token: &str, expiry: Expiry) -> Result<Self, Error> {
        let services = &context.services;
        let key = services.platform_keys.consumers().await?.public();
        let audience = claims::own_audience(&context.tenant.account.account_id);
        let issuer = &services.settings.gateway.idp_issuer;
        let mut policy =
            Policy::id_token(issuer, &audience, context.now.seconds()).with_algorithms(&[Algorithm::RS256]);
        policy.expiry = expiry;
        let verified = verify(token, |kid| (kid == Some(key.kid())).then_some(key), &policy)
            .map_err(|error| refused(error.to_string()))?;
        let read = || {
            Some(Self {
                sub: verified.subject()?.to_owned(),
                since: Timestamp::from_seconds(verified.time(SINCE)?),
                expires: verified.time("exp")?,
            })
        };
        read().ok_or_else(|| refused("not a token of an anonymous consumer"))
    }

    /// Who became a consumer that logs in comes back as that one alone.
    async fn unless_merged(&self, context: &Context) -> Result<(), Error> {
        let account = &context.tenant.account.account_id;
        match merged_identities::find(context.db(), account, &self.sub).await? {
            None => Ok(()),
            Some(_) => Err(refused("the identity is a consumer's who has logged in")),
        }
    }
}

fn refused(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    figures::consumer_token("Anonymous");
    NOT_VALID.because(why)
}
