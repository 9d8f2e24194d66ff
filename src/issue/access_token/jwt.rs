//! Access tokens that their resources can read (RFC 9068).

use std::borrow::Cow;
use std::time::Duration;

use jose::verify::Audience;
use jose::{Policy, Typ, Verified};
use oauth::Scope;
use serde_json::{Map, Value};

use super::own::Content;
use super::{Entitlement, lifetime};
use crate::base::id::{ClientId, Subject};
use crate::base::{OneTime, Timestamp, id};
use crate::context::Context;
use crate::issue::{IssueError, subject};
use crate::keys::RingKey;
use crate::model::Client;
use crate::model::signed_window::SignedWindow;
use crate::model::token::{AccessToken, Signed};

/// Writes and signs one that speaks for a consumer. It is stored like any other, so that it can be taken back.
pub(super) fn sign(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
) -> Result<(String, Signed), IssueError> {
    write(context, client, entitlement, expires_at, fresh_id(context))
}

/// Writes and signs a program's own, which has no row: its `jti` tells when its client was made.
pub(super) async fn sign_own(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
) -> Result<OneTime<AccessToken>, IssueError> {
    let jti = format!("{}{OWN}{}", fresh_id(context), client.created_at.millis());
    let (text, signed) = write(context, client, entitlement, expires_at, jti)?;
    let window = SignedWindow {
        account_id: context.tenant.account.account_id.clone(),
        kid: signed.kid,
        client_id: entitlement.client_id.clone(),
        expires_at: window_end(signed.expires_at, lifetime(context)),
    };
    context.services.signed_windows.note(window).await?;
    Ok(OneTime::presented(&text))
}

/// What stands in a `jti` between the token's own part and when its client was made. The `jti` of one that has a row has none.
const OWN: char = '.';

/// The windows of a token's lifetime: a key is needed for as much longer at most.
const WINDOWS: u64 = 12;

/// The end of the window that a token which ends at `expires_at` is counted in.
fn window_end(expires_at: Timestamp, lifetime: Duration) -> Timestamp {
    let width = i64::try_from(lifetime.as_secs() / WINDOWS).unwrap_or(i64::MAX);
    let width = width.max(1);
    let begun = expires_at.seconds().rem_euclid(width);
    Timestamp::from_seconds(expires_at.seconds() - begun + width)
}

/// What a program's own token says; `None` for anything that no published key of this account signed, and for one that has
/// a row.
pub(super) fn read_own(context: &Context, presented: &str) -> Option<Content<'static>> {
    let published = context.tenant.ring.published();
    let find = |kid: Option<&str>| published.iter().find(|key| Some(key.kid()) == kid);
    let policy = Policy {
        audience: Audience::CheckedByCaller,
        ..Policy::access_token(context.issuer(), "", context.now.seconds())
    };
    content(context, &jose::verify(presented, find, &policy).ok()?)
}

fn content(context: &Context, token: &Verified) -> Option<Content<'static>> {
    let (_, client_created_at) = token.str("jti")?.split_once(OWN)?;
    let resource = match token.audiences().as_slice() {
        [ourselves] if *ourselves == context.issuer() => Vec::new(),
        named => named.iter().map(|name| (*name).to_owned()).collect(),
    };
    let claim = |name| token.claims.get(name).cloned();
    let cnf = claim("cnf").map(serde_json::from_value).transpose().ok()?;
    let scope: Scope = token.str("scope").unwrap_or_default().parse().ok()?;
    Some(Content {
        client_id: Cow::Owned(ClientId::parse(token.str("client_id")?).ok()?),
        client_created_at: Timestamp::from_millis(client_created_at.parse().ok()?),
        scope: Cow::Owned(scope),
        resource: Cow::Owned(resource),
        cnf: cnf.map(Cow::Owned),
        authorization_details: claim("authorization_details").map(|details| details.to_string().into()),
        created_at: Timestamp::from_seconds(token.time("iat")?),
        expires_at: Timestamp::from_seconds(token.time("exp")?),
    })
}

fn fresh_id(context: &Context) -> String {
    id::fresh(&context.services.clock, &context.services.entropy)
}

fn write(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
    jti: String,
) -> Result<(String, Signed), IssueError> {
    let algorithm = client.access_token_algorithm(&context.tenant.account.settings);
    let key = context.tenant.ring.active(algorithm);
    let RingKey { kid, signer } = key.ok_or(IssueError::NoKey(algorithm))?.as_ref();
    let json = serde_json::to_vec(&claims(context, client, entitlement, expires_at, jti))
        .map_err(|_| IssueError::Write("an access token"))?;
    let text = signer.sign(Typ::AtJwt, &json)?;
    let signed = Signed {
        kid: kid.clone(),
        expires_at,
    };
    Ok((text, signed))
}

/// What it says (§2.2): of the consumer no more than their subject.
fn claims(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
    jti: String,
) -> Map<String, Value> {
    let consumer = entitlement
        .sub
        .as_ref()
        .map(|sub| subject::shown(context, client, sub));
    let sub = consumer
        .as_deref()
        .map_or(entitlement.client_id.as_str(), Subject::as_str);
    let issued_at = context.now - context.services.settings.tokens.backdate.get();
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("iss", context.issuer().into());
    put("sub", sub.into());
    put("aud", audience(context, &entitlement.resource));
    put("client_id", entitlement.client_id.as_str().into());
    put("iat", issued_at.seconds().into());
    put("exp", expires_at.seconds().into());
    put("jti", jti.into());
    if !entitlement.scope.is_empty() {
        put("scope", entitlement.scope.to_string().into());
    }
    if let Some(auth_time) = entitlement.auth_time {
        put("auth_time", auth_time.seconds().into());
    }
    if let Some(sid) = &entitlement.sid {
        put("sid", sid.as_str().into());
    }
    if let Some(cnf) = entitlement
        .cnf
        .as_ref()
        .and_then(|cnf| serde_json::to_value(cnf).ok())
    {
        put("cnf", cnf);
    }
    let details = entitlement.authorization_details.as_deref();
    if let Some(details) = details.and_then(|json| serde_json::from_str(json).ok()) {
        put("authorization_details", details);
    }
    claims
}

/// Whom it is for: one name as a string, several as an array, and ourselves where none is named.
pub fn audience(context: &Context, resource: &[String]) -> Value {
    match resource {
        [] => context.issuer().into(),
        [one] => one.as_str().into(),
        several => several.iter().map(String::as_str).collect(),
    }
}
