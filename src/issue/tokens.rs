//! What every grant ends in: an access token, with an id_token and a refresh token where they are due.

use oauth::Scope;

use super::access_token::{self, Entitlement, own};
use super::id_token::{self, Authentication, Beside};
use super::{IssueError, refresh_token};
use crate::base::{Digest, OneTime};
use crate::context::Context;
use crate::model::token::{AccessToken, Code, NewTokens, RefreshToken};
use crate::model::{Client, Consumer};

/// What a grant has come to.
#[derive(Debug)]
pub struct Granted<'a> {
    /// Who gets the tokens.
    pub client: &'a Client,
    /// What the access token stands for.
    pub entitlement: Entitlement,
    /// The code that buys them.
    pub code: Option<Digest<Code>>,
    /// The login that an id_token tells of, and who logged in; without it there is none.
    pub login: Option<(Authentication<'a>, &'a Consumer)>,
    /// The chain of refresh tokens that it begins, or goes on with a new one.
    pub chain: Option<refresh_token::Chain>,
}

/// Tokens that are made, and not yet stored.
#[derive(Debug)]
pub struct Prepared {
    /// The access token.
    pub access_token: OneTime<AccessToken>,
    /// How it is presented.
    pub token_type: &'static str,
    /// How long it lives, in seconds.
    pub expires_in: u64,
    /// What it is good for.
    pub scope: Scope,
    /// What it is good for beside that, as JSON.
    pub authorization_details: Option<String>,
    /// The id_token.
    pub id_token: Option<String>,
    /// The refresh token.
    pub refresh_token: Option<OneTime<RefreshToken>>,
}

/// Makes a program's token for itself (RFC 6749 §4.4), and what is to be stored of it: nothing, where it carries what it is.
pub async fn prepare_own(
    context: &Context,
    client: &Client,
    entitlement: Entitlement,
) -> Result<(Prepared, Option<NewTokens>), IssueError> {
    let expires_at = access_token::end(context, &entitlement);
    let Some(access_token) = own::make(context, client, &entitlement, expires_at).await? else {
        let granted = Granted {
            client,
            entitlement,
            code: None,
            login: None,
            chain: None,
        };
        let (prepared, stored) = prepare(context, granted).await?;
        return Ok((prepared, Some(stored)));
    };
    let prepared = Prepared {
        access_token,
        token_type: entitlement.token_type(),
        expires_in: expires_at.since(context.now).as_secs(),
        scope: entitlement.scope,
        authorization_details: entitlement.authorization_details,
        id_token: None,
        refresh_token: None,
    };
    Ok((prepared, None))
}

/// Makes the tokens, and what is to be stored of them, and signs what is signed: what fails has left nothing behind.
pub async fn prepare(context: &Context, granted: Granted<'_>) -> Result<(Prepared, NewTokens), IssueError> {
    let Granted {
        client,
        entitlement,
        code,
        login,
        chain,
    } = granted;
    let (token_type, scope) = (entitlement.token_type(), entitlement.scope.clone());
    let authorization_details = entitlement.authorization_details.clone();
    let (refresh_token, refresh) = chain
        .map(|chain| refresh_token::prepare(context, client, &entitlement, chain))
        .unzip();
    let (access_token, access) = access_token::prepare(context, client, entitlement, code)?;
    let expires_in = access.token.expires_at.since(context.now).as_secs();
    let mut stored = NewTokens::from(access);
    let id_token = match login.filter(|_| scope.contains(Scope::OPENID)) {
        None => None,
        Some((authentication, consumer)) => {
            let beside = Beside {
                access_token: Some(access_token.expose()),
                code: None,
                alone: false,
            };
            let issued = id_token::issue(context, client, consumer, &authentication, &beside).await?;
            stored = stored.with_id_token(&issued.text, issued.signed);
            Some(issued.text)
        }
    };
    stored.refresh = refresh.map(|mut refresh| {
        refresh.token.family.clone_from(&stored.access.token.family);
        refresh
    });
    let prepared = Prepared {
        access_token,
        token_type,
        expires_in,
        scope,
        authorization_details,
        id_token,
        refresh_token,
    };
    Ok((prepared, stored))
}
