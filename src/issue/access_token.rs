//! Opaque access tokens (RFC 6749 §1.4).

use std::time::Duration;

use oauth::{ClaimsRequest, Scope};

use super::code::CodeContent;
use crate::base::id::{ClientId, GrantId, SessionId, Subject};
use crate::base::{Digest, OneTime, Timestamp, id};
use crate::context::Context;
use crate::model::token::{AccessToken, Code, NewToken, Token, TokenDigest};

/// What an access token is to stand for.
#[derive(Clone, Debug)]
pub struct Entitlement {
    /// Who is to hold it.
    pub client_id: ClientId,
    /// Who it is to speak for.
    pub sub: Subject,
    /// In which session.
    pub sid: SessionId,
    /// The consent that it hangs on.
    pub grant_id: Option<GrantId>,
    /// What it is good for.
    pub scope: Scope,
    /// Single claims that userinfo is to give.
    pub claims: Option<ClaimsRequest>,
}

impl From<&CodeContent> for Entitlement {
    fn from(code: &CodeContent) -> Self {
        Self {
            client_id: code.client_id.clone(),
            sub: code.sub.clone(),
            sid: code.sid.clone(),
            grant_id: code.grant_id.clone(),
            scope: code.scope.clone(),
            claims: code.claims.clone(),
        }
    }
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
    entitlement: Entitlement,
    code: Option<Digest<Code>>,
) -> (OneTime<AccessToken>, NewToken) {
    let value = OneTime::fresh(&context.services.entropy);
    let digest = TokenDigest::Access(value.digest());
    let mut stored = row(context, entitlement, digest, context.now + lifetime(context));
    stored.code_digest = code;
    (value, stored)
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
            family: id::fresh(&services.clock, &services.entropy),
            client_id: entitlement.client_id,
            sub: Some(entitlement.sub),
            sid: Some(entitlement.sid),
            grant_id: entitlement.grant_id,
            scope: entitlement.scope,
            claims,
            created_at: context.now,
            expires_at,
            revoked_at: None,
            kid: None,
        },
        id_token_expires_at: None,
    }
}
