//! A window that calls, counted by its address and its account (SEC-165).

use std::ops::Deref;
use std::sync::Arc;

use axum::Extension;
use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::context::{Context, Services};
use crate::gateway::{Error, OfAccount};
use crate::http::{Caller, Purpose, RateLimits};

/// The context of a request to the identity service that isn't one too many.
#[derive(Clone, Debug)]
pub(in crate::gateway) struct Visitor(pub(in crate::gateway) Context);

impl Deref for Visitor {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.0
    }
}

impl FromRequestParts<Arc<Services>> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Error> {
        let Ok(caller) = Caller::from_request_parts(parts, services).await;
        let limits: Extension<Arc<RateLimits>> = Extension::from_request_parts(parts, services)
            .await
            .map_err(|_| Error::internal("no rate limits"))?;
        limits.check(Purpose::ConsumerToken, &caller)?;
        let OfAccount(context) = OfAccount::from_request_parts(parts, services).await?;
        limits.check_key(
            Purpose::ConsumerTokenOfAccount,
            &context.tenant.account.account_id,
        )?;
        Ok(Self(context))
    }
}
