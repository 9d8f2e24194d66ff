//! The account that a page is about.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use pages::ErrorKind;

use super::operator::Operator;
use crate::base::id::AccountId;
use crate::context::{Services, Tenant};
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::http::{PageError, Problem};

/// The account of the query's `account`, which must be theirs to see: another's is not there, just like one that
/// nobody has (SEC-128). Where none is named, whoever has one account means that one; others are sent to choose.
#[derive(Clone, Debug)]
pub struct Chosen(pub Arc<Tenant>);

impl Deref for Chosen {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}

impl FromRequestParts<Arc<Services>> for Chosen {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Response> {
        let operator = Operator::from_request_parts(parts, services)
            .await
            .map_err(Problem::into_response)?;
        let Query(query) = Query::from_request_parts(parts, services)
            .await
            .map_err(PageError::into_response)?;
        if query.is_repeated("account") {
            return Err(PageError::new(ErrorKind::RepeatedParameter).into_response());
        }
        let not_there = || PageError::new(ErrorKind::NotFound).into_response();
        let account = match (query.get("account"), operator.own_account()) {
            (Some(named), _) => AccountId::parse(named).map_err(|_| not_there())?,
            (None, Some(own)) => own.clone(),
            (None, None) => return Err(see_other("/admin/").unwrap_or_else(PageError::into_response)),
        };
        let found = operator.account(services, &account).await;
        let found = found.map_err(|error| PageError::from(error).into_response())?;
        found.map(Self).ok_or_else(not_there)
    }
}
