//! Access tokens (RFC 6749 §1.4).

mod jwt;
pub mod own;
mod sealed;

use std::time::Duration;

use oauth::{ClaimsRequest, Scope};

pub use self::jwt::audience;

use super::IssueError;
use super::code::CodeContent;
use crate::base::id::{ClientId, GrantId, SessionId, Subject};
use crate::base::{Digest, OneTime, Timestamp, id};
use crate::context::Context;
use crate::model::Client;
use crate::model::client::AccessTokenFormat;
use crate::model::token::{AccessToken, Code, Confirmation, NewToken, Token, TokenDigest};

/// What an access token is to stand for.
#[derive(Clone, Debug)]
pub struct Entitlement {
    /// Who is to hold it.
    pub client_id: ClientId,
    /// Who it is to speak for; nobody for a client's own.
    pub sub: Option<Subject>,
    /// The session that it ends with, if it ends with one.
    pub sid: Option<SessionId>,
    /// The consent that it hangs on.
    pub grant_id: Option<GrantId>,
    /// What it is good for.
    pub scope: Scope,
    /// Whom it is for (RFC 8707 §2); ourselves where it names nobody.
    pub resource: Vec<String>,
    /// What it is bound to.
    pub cnf: Option<Confirmation>,
    /// What it is good for beside that (RFC 9396 §2), as JSON.
    pub authorization_details: Option<String>,
    /// Single claims that userinfo is to give.
    pub claims: Option<ClaimsRequest>,
    /// When the consumer logged in.
    pub auth_time: Option<Timestamp>,
    /// The authorization that it is one of; a new one where it begins.
    pub family: Option<String>,
    /// When it ends at the latest.
    pub ends_at: Option<Timestamp>,
}

impl Entitlement {
    /// The same for a holder who has proved to have that.
    #[must_use]
    pub fn bound_to(self, cnf: Option<Confirmation>) -> Self {
        Self { cnf, ..self }
    }

    /// What a program gets for itself.
    pub fn of_client(client: &Client, scope: Scope) -> Self {
        Self {
            client_id: client.client_id.clone(),
            sub: None,
            sid: None,
            grant_id: None,
            scope,
            resource: Vec::new(),
            cnf: None,
            authorization_details: None,
            claims: None,
            auth_time: None,
            family: None,
            ends_at: None,
        }
    }

    /// How it is presented (RFC 6749 §7.1).
    pub fn token_type(&self) -> &'static str {
        self.cnf.as_ref().map_or("Bearer", Confirmation::token_type)
    }
}

impl From<&CodeContent> for Entitlement {
    fn from(code: &CodeContent) -> Self {
        Self {
            client_id: code.client_id.clone(),
            sub: Some(code.sub.clone()),
            sid: Some(code.sid.clone()),
            grant_id: code.grant_id.clone(),
            scope: code.scope.clone(),
            resource: code.resource.clone(),
            cnf: None,
            authorization_details: code.authorization_details.as_ref().map(ToString::to_string),
            claims: code.claims.clone(),
            auth_time: Some(code.auth_time),
            family: None,
            ends_at: None,
        }
    }
}

/// When a token that is given now ends.
pub(super) fn end(context: &Context, entitlement: &Entitlement) -> Timestamp {
    let whole = context.now + lifetime(context);
    entitlement.ends_at.map_or(whole, |end| whole.min(end))
}

/// How long access tokens live.
pub fn lifetime(context: &Context) -> Duration {
    match context.tenant.account.settings.access_token_ttl {
        Some(seconds) => Duration::from_secs(seconds.into()),
        None => context.services.settings.tokens.access_token_ttl.get(),
    }
}

/// A new access token, and the row to store for it. It counts from the moment that the row is stored.
pub fn prepare(
    context: &Context,
    client: &Client,
    entitlement: Entitlement,
    code: Option<Digest<Code>>,
) -> Result<(OneTime<AccessToken>, NewToken), IssueError> {
    let expires_at = end(context, &entitlement);
    let (value, signed) = match client.settings.access_token_format {
        AccessTokenFormat::Opaque => (OneTime::fresh_at(context.now, &context.services.entropy), None),
        AccessTokenFormat::Jwt => {
            let (text, signed) = jwt::sign(context, client, &entitlement, expires_at)?;
            (OneTime::presented(&text), Some(signed))
        }
    };
    let digest = TokenDigest::Access(value.digest());
    let mut stored = row(context, entitlement, digest, expires_at);
    stored.code_digest = code;
    if let Some(signed) = signed {
        stored = stored.with_id_token(signed);
    }
    Ok((value, stored))
}

/// The row of something that is given.
pub(super) fn row(
    context: &Context,
    entitlement: Entitlement,
    digest: TokenDigest,
    expires_at: Timestamp,
) -> NewToken {
    let services = &context.services;
    let claims = entitlement
        .claims
        .filter(|claims| !claims.userinfo.is_empty())
        .and_then(|claims| serde_json::to_string(&claims).ok());
    NewToken {
        digest,
        code_digest: None,
        token: Token {
            account_id: context.tenant.account.account_id.clone(),
            family: entitlement
                .family
                .unwrap_or_else(|| id::fresh(&services.clock, &services.entropy)),
            client_id: entitlement.client_id,
            sub: entitlement.sub,
            sid: entitlement.sid,
            grant_id: entitlement.grant_id,
            scope: entitlement.scope,
            resource: entitlement.resource,
            cnf: entitlement.cnf,
            authorization_details: entitlement.authorization_details,
            claims,
            created_at: context.now,
            expires_at,
            revoked_at: None,
            kid: None,
        },
        id_token_expires_at: None,
    }
}
