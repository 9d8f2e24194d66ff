//! A program's own access tokens: they carry what they stand for, sealed, and have no row (docs/decisions/0030).

use std::borrow::Cow;

use oauth::Scope;
use serde::{Deserialize, Serialize};

use super::Entitlement;
use crate::base::id::ClientId;
use crate::base::{Digest, OneTime, Timestamp, hex};
use crate::context::Context;
use crate::issue::IssueError;
use crate::model::Client;
use crate::model::client::AccessTokenFormat;
use crate::model::token::{AccessToken, Confirmation, Token};
use crate::store;

/// The most bytes that such a token carries: it goes into a header field, and some take 4 KiB of them all together.
const LONGEST: usize = 1024;

/// What one says.
#[derive(Serialize, Deserialize)]
struct Content<'a> {
    #[serde(rename = "c")]
    client_id: Cow<'a, ClientId>,
    /// When that client was made: one that takes its name later has none of its tokens.
    #[serde(rename = "m")]
    client_created_at: Timestamp,
    #[serde(rename = "p")]
    scope: Cow<'a, Scope>,
    #[serde(rename = "a", default, skip_serializing_if = "<[_]>::is_empty")]
    resource: Cow<'a, [String]>,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    cnf: Option<Cow<'a, Confirmation>>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    authorization_details: Option<Cow<'a, str>>,
    #[serde(rename = "t")]
    created_at: Timestamp,
    #[serde(rename = "e")]
    expires_at: Timestamp,
}

/// A token that is to stand for `entitlement`. `None` for what needs a row: one that speaks for a consumer, whose session and
/// consent it hangs on; one that its resource reads, whose key waits for it; one that would be too long.
pub(in crate::issue) fn seal(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
) -> Result<Option<OneTime<AccessToken>>, IssueError> {
    if entitlement.sub.is_some() || client.settings.access_token_format != AccessTokenFormat::Opaque {
        return Ok(None);
    }
    let content = Content {
        client_id: Cow::Borrowed(&entitlement.client_id),
        client_created_at: client.created_at,
        scope: Cow::Borrowed(&entitlement.scope),
        resource: Cow::Borrowed(&entitlement.resource),
        cnf: entitlement.cnf.as_ref().map(Cow::Borrowed),
        authorization_details: entitlement.authorization_details.as_deref().map(Cow::Borrowed),
        created_at: context.now,
        expires_at,
    };
    let json = serde_json::to_vec(&content).map_err(|_| IssueError::Write("an access token"))?;
    if json.len() > LONGEST {
        return Ok(None);
    }
    let services = &context.services;
    let text = services
        .access_tokens
        .seal(&context.tenant.account.account_id, &json, &services.entropy)
        .ok_or(IssueError::Write("an access token"))?;
    Ok(Some(OneTime::presented(&text)))
}

/// What a sealed token stands for; `None` for anything that this account never issued to a client that it still has. Whether
/// it was taken back, only its row can tell: that is when it gets one.
pub async fn open(context: &Context, presented: &str) -> store::Result<Option<Token>> {
    let (services, account) = (&context.services, &context.tenant.account.account_id);
    let json = services.access_tokens.open(account, presented);
    let Some(content) = json.and_then(|json| serde_json::from_slice::<Content<'_>>(&json).ok()) else {
        return Ok(None);
    };
    let client = services.clients.find(account, &content.client_id).await?;
    if client.is_none_or(|client| client.created_at != content.client_created_at) {
        return Ok(None);
    }
    Ok(Some(Token {
        account_id: account.clone(),
        family: hex(Digest::<AccessToken>::of(presented).as_bytes()),
        client_id: content.client_id.into_owned(),
        sub: None,
        sid: None,
        grant_id: None,
        scope: content.scope.into_owned(),
        resource: content.resource.into_owned(),
        cnf: content.cnf.map(Cow::into_owned),
        authorization_details: content.authorization_details.map(Cow::into_owned),
        claims: None,
        created_at: content.created_at,
        expires_at: content.expires_at,
        revoked_at: None,
        kid: None,
    }))
}
