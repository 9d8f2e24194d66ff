//! Access tokens that their resources can read (RFC 9068).

use jose::Typ;
use serde_json::{Map, Value};

use super::Entitlement;
use crate::base::id::Subject;
use crate::base::{Timestamp, id};
use crate::context::Context;
use crate::issue::{IssueError, subject};
use crate::keys::RingKey;
use crate::model::Client;
use crate::model::token::Signed;

/// Writes and signs one. It is stored like any other, so that it can be taken back.
pub(super) fn sign(
    context: &Context,
    client: &Client,
    entitlement: &Entitlement,
    expires_at: Timestamp,
) -> Result<(String, Signed), IssueError> {
    let algorithm = client.access_token_algorithm(&context.tenant.account.settings);
    let key = context.tenant.ring.active(algorithm);
    let RingKey { kid, signer } = key.ok_or(IssueError::NoKey(algorithm))?.as_ref();
    let json = serde_json::to_vec(&claims(context, client, entitlement, expires_at))
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
) -> Map<String, Value> {
    let services = &context.services;
    let consumer = entitlement
        .sub
        .as_ref()
        .map(|sub| subject::shown(context, client, sub));
    let sub = consumer
        .as_deref()
        .map_or(entitlement.client_id.as_str(), Subject::as_str);
    let issued_at = context.now - services.settings.tokens.backdate.get();
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("iss", context.issuer().into());
    put("sub", sub.into());
    put("aud", audience(context, &entitlement.resource));
    put("client_id", entitlement.client_id.as_str().into());
    put("iat", issued_at.seconds().into());
    put("exp", expires_at.seconds().into());
    put("jti", id::fresh(&services.clock, &services.entropy).into());
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
