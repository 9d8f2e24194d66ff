//! A program's own access tokens that nobody but us can read (docs/decisions/0030).

use std::borrow::Cow;

use super::Entitlement;
use super::own::Content;
use crate::base::{OneTime, Timestamp};
use crate::context::Context;
use crate::issue::IssueError;
use crate::model::Client;
use crate::model::token::AccessToken;

/// The most bytes that such a token carries: it goes into a header field, and some take 4 KiB of them all together.
const LONGEST: usize = 1024;

/// Seals what `entitlement` says; `None` where that would be too long.
pub(super) fn seal(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
) -> Result<Option<OneTime<AccessToken>>, IssueError> {
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

/// What a sealed token says; `None` for anything that was not sealed for this account.
pub(super) fn read(context: &Context, presented: &str) -> Option<Content<'static>> {
    let account = &context.tenant.account.account_id;
    let json = context.services.access_tokens.open(account, presented)?;
    serde_json::from_slice(&json).ok()
}
