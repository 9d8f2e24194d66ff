//! From a request to the context that travels with it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;

use super::caller::Caller;
use super::page::{PageError, Pages};
use crate::base::id::AccountId;
use crate::context::{Context, Services, Tenant};
use crate::keys::RingError;
use crate::model::AccountStatus;

/// The account is the one of `/a/{account_id}`, of the host that is an account's own issuer, or the default one.
impl FromRequestParts<Arc<Services>> for Context {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Response> {
        let caller = parts.extensions.get::<Caller>();
        let request_id: Arc<str> = caller.map_or_else(|| "-".into(), |caller| Arc::clone(&caller.request_id));
        let ip = caller.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |caller| caller.ip);
        match tenant(parts, services).await {
            Ok(Some(tenant)) => Ok(Self {
                services: Arc::clone(services),
                tenant,
                now: services.clock.now(),
                request_id,
                ip,
            }),
            Ok(None) => Err(Pages::bare(&request_id).error(&PageError::new(pages::ErrorKind::NotFound))),
            Err(error) => {
                let error = PageError::busy(error.to_string());
                Err(Pages::bare(&request_id).error(&error).into_response())
            }
        }
    }
}

async fn tenant(parts: &mut Parts, services: &Services) -> Result<Option<Arc<Tenant>>, RingError> {
    let named = match RawPathParams::from_request_parts(parts, &()).await {
        Ok(params) => params
            .iter()
            .find(|(name, _)| *name == "account_id")
            .map(|(_, id)| id.to_owned()),
        Err(_) => None,
    };
    let tenant = match named {
        Some(id) => match AccountId::parse(&id) {
            Ok(id) => services.accounts.find(&id).await?,
            Err(_) => None,
        },
        None => match own_issuer(parts, services).await? {
            Some(tenant) => Some(tenant),
            None => services.accounts.find_default().await?,
        },
    };
    Ok(tenant.filter(|tenant| tenant.account.status == AccountStatus::Active))
}

/// The account whose own issuer this host is. The host only selects; no URL is ever made of it (SEC-078).
async fn own_issuer(parts: &Parts, services: &Services) -> Result<Option<Arc<Tenant>>, RingError> {
    let issuers = services.accounts.issuers().await?;
    if issuers.is_empty() {
        return Ok(None);
    }
    let host = parts
        .headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str));
    let Some(host) = host else { return Ok(None) };
    let is_host = |issuer: &str| {
        issuer
            .split_once("://")
            .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host))
    };
    match issuers.iter().find(|(issuer, _)| is_host(issuer)) {
        Some((_, account)) => services.accounts.find(account).await,
        None => Ok(None),
    }
}
