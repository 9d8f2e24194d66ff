//! The account of a request: the one that its path names.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::error::Error;
use crate::base::id::AccountId;
use crate::context::{Context, Services};
use crate::http::Caller;
use crate::http::extract::{self, NoContext};
use crate::model::AccountStatus;

/// What travels with a request to the gateway: the account is the path's `{account_id}`, whatever issuer it has, for the
/// platform's services stand below the server's public URL for all accounts.
#[derive(Clone, Debug)]
pub struct OfAccount(pub Context);

impl Deref for OfAccount {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.0
    }
}

impl FromRequestParts<Arc<Services>> for OfAccount {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, &()).await;
        let id = params.ok().and_then(|params| {
            let mut params = params.iter();
            params
                .find(|(name, _)| *name == "account_id")
                .and_then(|(_, id)| AccountId::parse(id).ok())
        });
        let tenant = match id {
            Some(id) => services.accounts.find(&id).await.map_err(NoContext::from)?,
            None => None,
        };
        let unknown = || {
            if is_login_service(parts.uri.path()) {
                Error::invalid_site()
            } else {
                NoContext::Unknown.into()
            }
        };
        let tenant = tenant.ok_or_else(unknown)?;
        match tenant.account.status {
            AccountStatus::Active => {}
            // Whoever logs in is told what the platform tells of a blocked account (sections 7.3 and 10).
            AccountStatus::Suspended if parts.uri.path().ends_with("/login") => return Err(Error::blocked()),
            AccountStatus::Suspended => {
                return Err(NoContext::Suspended(tenant.account.issuer.clone()).into());
            }
            AccountStatus::Deleted => return Err(unknown()),
        }
        let Ok(Caller { ip, request_id }) = Caller::from_request_parts(parts, services).await;
        let turn = extract::turn(parts, services, &tenant).await?;
        Ok(Self(Context {
            services: Arc::clone(services),
            tenant,
            turn,
            now: services.clock.now(),
            request_id,
            ip,
            certificate: None,
        }))
    }
}

/// Whether a path is one of the Login Service's three (section 7.1).
fn is_login_service(path: &str) -> bool {
    let below = path
        .strip_prefix("/api/account/")
        .and_then(|rest| rest.split_once('/'));
    below.is_some_and(|(_, call)| matches!(call, "login" | "refresh" | "logout"))
}
