//! A program's own access tokens: they carry what they stand for and have no row (docs/decisions/0030, 0043).

use std::borrow::Cow;

use oauth::Scope;
use serde::{Deserialize, Serialize};

use super::{Entitlement, jwt, sealed};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Digest, OneTime, Timestamp, hex};
use crate::context::Context;
use crate::issue::IssueError;
use crate::model::Client;
use crate::model::client::AccessTokenFormat;
use crate::model::token::{AccessToken, Confirmation, Token};
use crate::store;

/// What one says.
#[derive(Serialize, Deserialize)]
pub(super) struct Content<'a> {
    #[serde(rename = "c")]
    pub(super) client_id: Cow<'a, ClientId>,
    /// When that client was made: one that takes its name later has none of its tokens.
    #[serde(rename = "m")]
    pub(super) client_created_at: Timestamp,
    #[serde(rename = "p")]
    pub(super) scope: Cow<'a, Scope>,
    #[serde(rename = "a", default, skip_serializing_if = "<[_]>::is_empty")]
    pub(super) resource: Cow<'a, [String]>,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Cow<'a, Confirmation>>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(super) authorization_details: Option<Cow<'a, str>>,
    #[serde(rename = "t")]
    pub(super) created_at: Timestamp,
    #[serde(rename = "e")]
    pub(super) expires_at: Timestamp,
}

impl Content<'_> {
    fn into_token(self, account: &AccountId, presented: &str) -> Token {
        Token {
            account_id: account.clone(),
            family: hex(Digest::<AccessToken>::of(presented).as_bytes()),
            client_id: self.client_id.into_owned(),
            sub: None,
            sid: None,
            grant_id: None,
            scope: self.scope.into_owned(),
            resource: self.resource.into_owned(),
            cnf: self.cnf.map(Cow::into_owned),
            authorization_details: self.authorization_details.map(Cow::into_owned),
            claims: None,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: None,
            kid: None,
        }
    }
}

/// A token that is to stand for `entitlement`, in its client's format. `None` for what needs a row: one that speaks for a
/// consumer, whose session and consent it hangs on; an opaque one that would be too long.
pub(in crate::issue) async fn make(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
) -> Result<Option<OneTime<AccessToken>>, IssueError> {
    if entitlement.sub.is_some() {
        return Ok(None);
    }
    match client.settings.access_token_format {
        AccessTokenFormat::Opaque => sealed::seal(context, client, entitlement, expires_at),
        AccessTokenFormat::Jwt => jwt::sign_own(context, client, entitlement, expires_at)
            .await
            .map(Some),
    }
}

/// What such a token stands for; `None` for anything that this account never issued to a client that it still has. Whether
/// it was taken back, only its row can tell: that is when it gets one.
pub async fn open(context: &Context, presented: &str) -> store::Result<Option<Token>> {
    let Some(content) = sealed::read(context, presented).or_else(|| jwt::read_own(context, presented)) else {
        return Ok(None);
    };
    let account = &context.tenant.account.account_id;
    let client = context.services.clients.find(account, &content.client_id).await?;
    let is_its = client.is_some_and(|client| client.created_at == content.client_created_at);
    Ok(is_its.then(|| content.into_token(account, presented)))
}
