//! Refresh tokens (RFC 6749 §1.5), and the chains that they form: one takes the place of another, until the end of all.

use std::time::Duration;

use oauth::{ClaimsRequest, GrantType, Scope};

use super::access_token::Entitlement;
use super::code::CodeContent;
use super::id_token::Authentication;
use crate::base::{Digest, OneTime, Timestamp, id};
use crate::context::Context;
use crate::model::Client;
use crate::model::token::{Authenticated, NewRefreshToken, RefreshToken, StoredRefreshToken, Token};

/// What refresh tokens of one authorization have in common, and carry on.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The name that all tokens of it bear; a new one where it begins.
    pub family: Option<String>,
    /// The token in whose place the new one is given.
    pub parent: Option<Digest<RefreshToken>>,
    /// All that was granted: a refresh may ask for less of it (SEC-047).
    pub scope: Scope,
    /// Whom tokens may be for.
    pub resource: Vec<String>,
    /// The login that id_tokens tell of.
    pub authentication: Authenticated,
    /// Its end.
    pub ends_at: Timestamp,
}

/// Whether a client gets refresh tokens for that scope (OpenID Connect Core §11).
pub fn is_due(client: &Client, scope: &Scope) -> bool {
    scope.contains(Scope::OFFLINE_ACCESS) && client.settings.grant_types.contains(&GrantType::RefreshToken)
}

impl Chain {
    /// The chain that a code begins, where one is due.
    pub fn of_code(context: &Context, client: &Client, code: &CodeContent) -> Option<Self> {
        is_due(client, &code.scope).then(|| Self {
            family: None,
            parent: None,
            scope: code.scope.clone(),
            resource: code.resource.clone(),
            authentication: Authenticated {
                auth_time: code.auth_time,
                auth_time_wanted: code.auth_time_wanted,
                sid: Some(code.sid.clone()),
                login: code.login.clone(),
                claims: code.claims.clone(),
            },
            ends_at: context.now + longest(context, client),
        })
    }

    /// The chain that something else than a code begins, where one is due.
    pub fn begun(
        context: &Context,
        client: &Client,
        entitlement: &Entitlement,
        authentication: &Authenticated,
    ) -> Option<Self> {
        is_due(client, &entitlement.scope).then(|| Self {
            family: None,
            parent: None,
            scope: entitlement.scope.clone(),
            resource: entitlement.resource.clone(),
            authentication: authentication.clone(),
            ends_at: context.now + longest(context, client),
        })
    }

    /// The chain that a token is the last of, to be gone on with.
    pub fn after(digest: Digest<RefreshToken>, former: &StoredRefreshToken) -> Self {
        Self {
            family: Some(former.token.family.clone()),
            parent: Some(digest),
            scope: former.token.scope.clone(),
            resource: former.token.resource.clone(),
            authentication: former.authentication.clone(),
            ends_at: former.ends_at,
        }
    }
}

/// How long a client's refresh tokens may lie unused.
pub fn idle(context: &Context, client: &Client) -> Duration {
    seconds(
        client.settings.refresh_token_ttl,
        context.tenant.account.settings.refresh_token_ttl,
        context.services.settings.tokens.refresh_token_ttl.get(),
    )
}

/// How long a client's chains go on, however often they are used.
fn longest(context: &Context, client: &Client) -> Duration {
    seconds(
        client.settings.refresh_token_max,
        context.tenant.account.settings.refresh_token_max,
        context.services.settings.tokens.refresh_token_max.get(),
    )
}

fn seconds(client: Option<u32>, account: Option<u32>, server: Duration) -> Duration {
    client
        .or(account)
        .map_or(server, |seconds| Duration::from_secs(seconds.into()))
}

/// A new refresh token beside an access token, and its row. It is bound to what a public client has proved to have; a
/// confidential one proves who it is each time (RFC 9449 §5).
pub(super) fn prepare(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    chain: Chain,
) -> (OneTime<RefreshToken>, NewRefreshToken) {
    let services = &context.services;
    let value = OneTime::fresh_at(context.now, &services.entropy);
    let stored = NewRefreshToken {
        digest: value.digest(),
        parent: chain.parent,
        token: Token {
            account_id: context.tenant.account.account_id.clone(),
            family: chain
                .family
                .unwrap_or_else(|| id::fresh(&services.clock, &services.entropy)),
            client_id: client.client_id.clone(),
            sub: entitlement.sub.clone(),
            sid: chain.authentication.sid.clone(),
            grant_id: entitlement.grant_id.clone(),
            scope: chain.scope,
            resource: chain.resource,
            cnf: entitlement.cnf.clone().filter(|_| client.is_public()),
            authorization_details: entitlement.authorization_details.clone(),
            claims: None,
            created_at: context.now,
            expires_at: (context.now + idle(context, client)).min(chain.ends_at),
            revoked_at: None,
            kid: None,
        },
        authentication: chain.authentication,
        ends_at: chain.ends_at,
    };
    (value, stored)
}

impl Authenticated {
    /// What an id_token says of it. There is no nonce: nothing new was asked (OpenID Connect Core §12.2).
    pub fn told<'a>(&'a self, sub: &'a crate::base::id::Subject, scope: &'a Scope) -> Authentication<'a> {
        Authentication {
            sub,
            sid: self.sid.as_ref(),
            auth_time: self.auth_time,
            auth_time_wanted: self.auth_time_wanted,
            nonce: None,
            scope,
            claims: self.claims.as_ref(),
            login: self.login.as_ref(),
        }
    }

    /// What of the `claims` request userinfo honours.
    pub fn claims(&self) -> Option<ClaimsRequest> {
        self.claims.clone()
    }
}
