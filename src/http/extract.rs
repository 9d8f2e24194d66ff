//! From a request to the context that travels with it.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use super::{Caller, Problem};
use crate::base::id::AccountId;
use crate::context::{Context, Full, PeerCertificate, Services, Tenant, Turn};
use crate::keys::RingError;
use crate::model::AccountStatus;

/// Why a request has no context. Each endpoint says it in its own way.
#[derive(Clone, Debug)]
pub enum NoContext {
    /// No account has that issuer.
    Unknown,
    /// The account of that issuer is suspended: nothing is issued and nobody logs in (SEC-140).
    Suspended(String),
    /// The database can't be asked; the detail is for the log.
    Unavailable(String),
}

impl IntoResponse for NoContext {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown => Problem::not_found(),
            Self::Suspended(_) => Problem::new(StatusCode::FORBIDDEN).detail("The account is suspended."),
            Self::Unavailable(detail) => Problem::busy(detail),
        }
        .into_response()
    }
}

impl From<RingError> for NoContext {
    fn from(error: RingError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<Full> for NoContext {
    fn from(error: Full) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<crate::store::Error> for NoContext {
    fn from(error: crate::store::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The account is the one of `/a/{account_id}`, of the host that is an account's own issuer, or the default one.
impl FromRequestParts<Arc<Services>> for Context {
    type Rejection = NoContext;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, NoContext> {
        let tenant = tenant(parts, services).await?.ok_or(NoContext::Unknown)?;
        match tenant.account.status {
            AccountStatus::Active => {}
            AccountStatus::Suspended => return Err(NoContext::Suspended(tenant.account.issuer.clone())),
            AccountStatus::Deleted => return Err(NoContext::Unknown),
        }
        let Ok(Caller { ip, request_id }) = Caller::from_request_parts(parts, services).await;
        let turn = turn(parts, services, &tenant).await?;
        Ok(Self {
            services: Arc::clone(services),
            tenant,
            turn,
            now: services.clock.now(),
            request_id,
            ip,
            certificate: parts
                .extensions
                .get::<Option<Arc<PeerCertificate>>>()
                .cloned()
                .flatten(),
        })
    }
}

/// The turn of a request among those of its account: one, however often its context is asked for.
pub async fn turn(
    parts: &mut Parts,
    services: &Services,
    tenant: &Tenant,
) -> Result<Option<Arc<Turn>>, NoContext> {
    if let Some(turn) = parts.extensions.get::<Arc<Turn>>() {
        return Ok(Some(Arc::clone(turn)));
    }
    let account = &tenant.account.account_id;
    let turn = services.shares.enter(account, services.clock.now()).await?;
    if let Some(turn) = &turn {
        parts.extensions.insert(Arc::clone(turn));
    }
    Ok(turn)
}

/// An account is found below its issuer alone, so that its metadata is where RFC 8414 §3 wants it.
async fn tenant(parts: &mut Parts, services: &Services) -> Result<Option<Arc<Tenant>>, NoContext> {
    let named = match RawPathParams::from_request_parts(parts, &()).await {
        Ok(params) => params
            .iter()
            .find(|(name, _)| *name == "account_id")
            .map(|(_, id)| id.to_owned()),
        Err(_) => None,
    };
    match (own_issuer(parts, services).await?, named) {
        (Some(account), None) => Ok(services.accounts.find(&account).await?),
        (Some(_), Some(_)) => Ok(None),
        (None, None) => Ok(services.accounts.find_default().await?),
        (None, Some(id)) => match AccountId::parse(&id) {
            Ok(id) => Ok(services
                .accounts
                .find(&id)
                .await?
                .filter(|tenant| is_served_below_its_id(tenant))),
            Err(_) => Ok(None),
        },
    }
}

fn is_served_below_its_id(tenant: &Tenant) -> bool {
    let account = &tenant.account;
    account
        .issuer
        .strip_suffix(account.account_id.as_str())
        .is_some_and(|base| base.ends_with("/a/"))
}

/// Whether a request is for the host of an account that has an issuer of its own: what is the server's isn't served there.
pub async fn is_for_an_accounts_host(parts: &Parts, services: &Services) -> Result<bool, NoContext> {
    Ok(own_issuer(parts, services).await?.is_some())
}

/// The account whose own issuer this host is. The host only selects; no URL is ever made of it (SEC-078).
async fn own_issuer(parts: &Parts, services: &Services) -> Result<Option<AccountId>, NoContext> {
    let issuers = services.accounts.issuers().await?;
    let host = parts
        .headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str));
    let Some(host) = host.filter(|_| !issuers.is_empty()) else {
        return Ok(None);
    };
    let is_host = |issuer: &str| {
        issuer
            .split_once("://")
            .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host))
    };
    Ok(issuers
        .iter()
        .find(|(issuer, _)| is_host(issuer))
        .map(|(_, account)| account.clone()))
}
