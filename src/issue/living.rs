//! Whether a token still counts, with all that it depends on (SEC-054): userinfo, introspection and exchanges ask here.

use std::sync::Arc;

use super::access_token::own;
use crate::base::Digest;
use crate::context::Context;
use crate::model::token::Token;
use crate::model::{Client, Consumer, ConsumerStatus};
use crate::store;

/// A token that lives, whose consumer and client may still act.
#[derive(Clone, Debug)]
pub struct Living {
    /// The token.
    pub token: Token,
    /// Who holds it.
    pub client: Arc<Client>,
    /// Who it speaks for; nobody for a client's own.
    pub consumer: Option<Arc<Consumer>>,
}

impl Living {
    /// Whether a client may know of the token and use it: its owner, or one who serves a resource that it is for.
    pub fn is_for(&self, client: &Client) -> bool {
        let serves = |resource: &String| client.settings.serves.contains(resource);
        self.token.client_id == client.client_id || self.token.resource.iter().any(serves)
    }
}

/// The access token that somebody presents, if it counts; else why it doesn't, for the log.
pub async fn access_token(context: &Context, presented: &str) -> store::Result<Result<Living, &'static str>> {
    let account = &context.tenant.account.account_id;
    let stored = store::tokens::find(context.db(), account, Digest::of(presented)).await?;
    let found = match stored {
        Some(token) => Some(token),
        None => own::open(context, presented).await?,
    };
    match found {
        Some(token) => check(context, token).await,
        None => Ok(Err("unknown token")),
    }
}

/// A stored token, if it and all that it depends on count.
pub async fn check(context: &Context, token: Token) -> store::Result<Result<Living, &'static str>> {
    if !token.is_alive(context.now) {
        return Ok(Err("expired or revoked token"));
    }
    let burnt = |kid| context.tenant.ring.is_burnt(kid);
    if token.kid.as_ref().is_some_and(burnt) {
        return Ok(Err("a token signed by a burnt key, or beside an id_token of one"));
    }
    let services = &context.services;
    let account = &context.tenant.account.account_id;
    let client = services.clients.find(account, &token.client_id).await?;
    let Some(client) = client.filter(|client| client.enabled) else {
        return Ok(Err("client disabled"));
    };
    let consumer = match &token.sub {
        None => None,
        Some(sub) => {
            let found = services.consumers.find(account, sub).await?;
            let Some(consumer) = found.filter(|it| it.status == ConsumerStatus::Active) else {
                return Ok(Err("consumer disabled"));
            };
            Some(consumer)
        }
    };
    Ok(Ok(Living {
        token,
        client,
        consumer,
    }))
}
