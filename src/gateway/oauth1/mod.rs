//! Requests that are signed with an API key: `Authorization: OAuth …` (section 8 of the platform contract, SEC-118 to
//! SEC-124).
//!
//! A signature is looked at before anything else is told: an unknown key, a wrong secret and a key of another account are
//! refused alike, after the same work. What is told after that is told to whoever knows the secrets.

mod body;
mod refused;

use std::sync::Arc;
use std::time::Duration;

use ::oauth1::{BaseUrl, Incoming, Problem, Secrets, SignatureMethod, SignedRequest};
use axum::extract::Request;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;

pub use refused::Refused;

use super::OfAccount;
use crate::base::id::AppKeyId;
use crate::base::{Digest, Timestamp};
use crate::context::{OpenAppKey, OpenPair};
use crate::http::{Caller, RateLimits};
use crate::model::AppKey;
use crate::model::ServiceHost;
use crate::model::app_key::{AppKeyToken, Permission, SignedOnce};
use crate::store::used_proofs::{self, Taken};

/// How far a timestamp may be from now, on either side (SEC-120).
const WINDOW: Duration = Duration::from_mins(5);
/// How long a nonce is remembered: until its timestamp has left the window on the other side.
const REMEMBERED: Duration = Duration::from_mins(10);

/// A program that has proved to hold an API key of the account that it asks. Nothing else makes one.
#[derive(Clone, Debug)]
pub struct SignedCaller(Arc<OpenAppKey>);

impl SignedCaller {
    /// The key.
    pub fn key(&self) -> &AppKey {
        &self.0.key
    }

    /// Whether the key may do that.
    pub fn may(&self, wanted: Permission) -> bool {
        self.key().settings.allows(wanted)
    }
}

/// Whether a request says that it is signed.
pub fn is_signed(headers: &HeaderMap) -> bool {
    let mut schemes = headers.get_all(AUTHORIZATION).iter();
    schemes.any(|header| header.to_str().is_ok_and(::oauth1::is_oauth))
}

/// Who signed a request, which is given back with its body whole. Its nonce is used up: the same request is refused the
/// second time, on whichever node.
pub async fn signed(
    account: &OfAccount,
    limits: &RateLimits,
    caller: &Caller,
    request: Request,
) -> Result<(SignedCaller, Request), Refused> {
    let (parts, body) = request.into_parts();
    let refused = |refused: Refused| refused.told(account, limits, caller);
    let body = body::Whole::read(&parts.headers, body).await.map_err(refused)?;
    let signed_by = check(account, &parts, &body).await.map_err(refused)?;
    account.services.app_keys.note_used(signed_by.key(), account.now);
    Ok((signed_by, Request::from_parts(parts, body.again())))
}

async fn check(account: &OfAccount, parts: &Parts, body: &body::Whole) -> Result<SignedCaller, Refused> {
    let header = only_header(&parts.headers)?;
    let base_url = base_url(account, parts)?;
    let signed = SignedRequest::read(&Incoming {
        method: parts.method.as_str(),
        base_url: &base_url,
        query: parts.uri.query().unwrap_or_default(),
        authorization: header,
        form: body.form(),
    })?;
    let (caller, pair_token) = signer(account, &signed).await?;
    let settings = &caller.key().settings;
    if !caller.key().enabled {
        return Err(Refused::new(Problem::TokenRejected, "the key is disabled"));
    }
    if !caller.key().is_live(account.now) {
        return Err(Refused::new(Problem::TokenExpired, "the key has expired"));
    }
    if !token_fits(&signed, pair_token) {
        return Err(Refused::new(
            Problem::TokenRejected,
            "the token is another than the secrets'",
        ));
    }
    if signed.method() == SignatureMethod::HmacSha1 && !settings.hmac_sha1 {
        return Err(Refused::new(
            Problem::SignatureMethodRejected,
            "the key takes no HMAC-SHA1",
        ));
    }
    if !is_timely(&signed, account.now) {
        return Err(Refused::new(
            Problem::TimestampRefused,
            "the timestamp is not within 300 s of now",
        ));
    }
    body.check_hash(&signed, settings.require_body_hash)?;
    if !settings.allows_from(account.ip) {
        return Err(Refused::denied("the key may not be used from there"));
    }
    use_up(account, &signed).await?;
    Ok(caller)
}

/// The key whose secrets the request is signed under, and the token that belongs to those.
async fn signer(
    account: &OfAccount,
    signed: &SignedRequest,
) -> Result<(SignedCaller, Digest<AppKeyToken>), Refused> {
    let wrong = |reason| {
        tracing::debug!(
            request_id = %account.request_id, base_string = signed.shown_base_string(),
            "this is what the signature should be of"
        );
        Refused::new(Problem::SignatureInvalid, reason)
    };
    let id = AppKeyId::parse(signed.consumer_key()).ok();
    let found = match &id {
        Some(id) => {
            account
                .services
                .app_keys
                .find(&account.tenant.account.account_id, id)
                .await?
        }
        None => None,
    };
    let Some(open) = found else {
        signed.verify(&Secrets::new("nobody's", "secret"));
        return Err(wrong("the key is unknown"));
    };
    let fitting = |pair: &&OpenPair| signed.verify(&pair.secrets);
    let pair = open.living(account.now).find(fitting).map(|pair| pair.token);
    match pair {
        Some(token) => Ok((SignedCaller(open), token)),
        None => Err(wrong("the signature is not the key's")),
    }
}

fn token_fits(signed: &SignedRequest, expected: Digest<AppKeyToken>) -> bool {
    signed.token().is_some_and(|token| Digest::of(token) == expected)
}

fn is_timely(signed: &SignedRequest, now: Timestamp) -> bool {
    let at = Timestamp::from_seconds(signed.timestamp());
    now.since(at) <= WINDOW && at.since(now) <= WINDOW
}

/// Every node asks the one table, so that it says yes once (SEC-120).
async fn use_up(account: &OfAccount, signed: &SignedRequest) -> Result<(), Refused> {
    let id = &account.tenant.account.account_id;
    let token = signed.token().unwrap_or_default();
    let once = [
        id.as_str(),
        signed.consumer_key(),
        token,
        &signed.timestamp().to_string(),
        signed.nonce(),
    ]
    .join("\0");
    let once = Digest::<SignedOnce>::of(&once);
    let taken = Taken {
        from: Timestamp::from_seconds(signed.timestamp()) - WINDOW,
        until: account.now + REMEMBERED,
    };
    if used_proofs::take(account.db(), id, once, taken).await? {
        Ok(())
    } else {
        Err(Refused::new(Problem::NonceUsed, "the nonce has been used"))
    }
}

/// "More than one Authorization header: refused" (SEC-122).
fn only_header(headers: &HeaderMap) -> Result<&str, Refused> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    match (all.next(), all.next()) {
        (Some(header), None) => header
            .to_str()
            .map_err(|_| Refused::new(Problem::ParameterRejected, "the Authorization header is not text")),
        _ => Err(Refused::new(
            Problem::ParameterRejected,
            "there is not exactly one Authorization header",
        )),
    }
}

/// Where clients reach the resource, as the operator says: the server's public URL, or the host that the account's
/// Domain API names for its services. The request's `Host` only selects among those (SEC-118).
fn base_url(account: &OfAccount, parts: &Parts) -> Result<BaseUrl, Refused> {
    let public_url = &account.services.settings.server.public_url;
    let asked = parts
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let own = public_url.host_and_port();
    let named = ServiceHost::all(&account.tenant.account, &own);
    let named = named
        .iter()
        .map(|host| host.base_uri.as_str())
        .find(|host| *host != own && host.eq_ignore_ascii_case(asked));
    let path = parts.uri.path();
    let url = match named {
        Some(host) => {
            let scheme = if public_url.is_https() { "https" } else { "http" };
            BaseUrl::of(scheme, host, path)
        }
        None => BaseUrl::parse(&format!("{public_url}{path}")),
    };
    Ok(url?)
}
