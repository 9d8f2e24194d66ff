//! Resource indicators: whom an access token is for (RFC 8707, SEC-007).

use oauth::{Error, ErrorCode, Parameters};

use crate::context::Context;
use crate::model::Client;
use crate::model::client::RegisteredBy;

/// The most that a request may name.
const MOST: usize = 16;

/// What a request names, if the client may have tokens for it: nobody in particular, ourselves (`[]`), or others.
pub fn named(
    context: &Context,
    client: &Client,
    parameters: &Parameters,
) -> Result<Option<Vec<String>>, Error> {
    let mut named: Vec<String> = Vec::new();
    for name in parameters.all("resource") {
        if named.len() == MOST {
            return Err(refuse("more resources than a request may name"));
        }
        if !named.iter().any(|known| known == name) {
            named.push(name.to_owned());
        }
    }
    match named.as_slice() {
        [] => Ok(None),
        [one] if is_ours(context, one) => Ok(Some(Vec::new())),
        several if several.iter().all(|name| may_have(context, client, name)) => Ok(Some(named)),
        _ => Err(refuse("not among the client's resources")),
    }
}

/// What of `granted` a token is for, where a request names `wanted`: all of it, ourselves, or part of it (§2.2).
pub fn narrowed(granted: &[String], wanted: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    match wanted {
        None => Ok(granted.to_vec()),
        Some(wanted) if granted.is_empty() || wanted.iter().all(|name| granted.contains(name)) => Ok(wanted),
        Some(_) => Err(refuse("not among the resources that were granted")),
    }
}

/// What of `granted` the client may still have (SEC-048). Never ourselves in the place of others: userinfo would open to
/// whoever a token for an API was meant for.
pub fn still(context: &Context, client: &Client, granted: Vec<String>) -> Result<Vec<String>, Error> {
    let had_any = !granted.is_empty();
    let kept: Vec<String> = granted
        .into_iter()
        .filter(|name| may_have(context, client, name))
        .collect();
    if kept.is_empty() && had_any {
        return Err(refuse("no longer among the client's resources"));
    }
    Ok(kept)
}

/// Our own interface to consumers' tokens: userinfo.
fn is_ours(context: &Context, name: &str) -> bool {
    name.strip_prefix(context.issuer())
        .is_some_and(|rest| matches!(rest, "" | "/" | "/userinfo"))
}

/// Whether the client may have tokens for it: by its own list, or by its account's, which is for clients that an administrator
/// made.
pub fn may_have(context: &Context, client: &Client, name: &str) -> bool {
    let listed = |list: &[String]| list.iter().any(|known| known == name);
    let is_known = client.settings.registered_by == RegisteredBy::Administrator;
    listed(&client.settings.resources) || (is_known && listed(&context.tenant.account.settings.resources))
}

fn refuse(detail: &'static str) -> Error {
    Error::new(
        ErrorCode::InvalidTarget,
        "The client may have no token for this resource.",
    )
    .with_detail(detail)
}
