//! The Users API (section 9 of the platform contract).

pub(super) mod answer;
mod body;
mod query;
pub(super) mod shown;
mod write;
mod wrong;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use futures_util::stream;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

pub(super) use self::body::{Sent, ids};
pub(super) use self::query::{Query, if_match};
pub(super) use self::write::meant;
pub(super) use self::write::{many as write_many, one as write_one, reset_password};
use super::{Error, OfAccount};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::{self, user};
use crate::model::UserId;

/// Users that are read at once.
const PAGE: i64 = 500;

/// The part of the path that names a user.
#[derive(Deserialize)]
pub(super) struct Named {
    user_id: String,
}

impl Named {
    fn id(&self) -> Result<UserId, Error> {
        self.user_id.parse().map_err(|_| Error::not_found())
    }
}

/// `GET …/le-users/users`: all of them, or those that have changed since a revision, read and written a page at a time,
/// however many there are.
pub(super) async fn all(
    account: OfAccount,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let query = Query::parse(query)?;
    let (services, id) = (&account.services, &account.tenant.account.account_id);
    let revision = user::revision(services, id).await.map_err(failed)?;
    if query::if_match(&headers)? == Some(revision) {
        return Ok(answer::unchanged(revision));
    }
    let reading = Reading {
        services: Arc::clone(services),
        account: id.clone(),
        query,
        after: None,
        begun: false,
    };
    let pages = stream::unfold(Some(reading), |reading| async {
        let mut reading = reading?;
        match reading.next().await {
            Ok((text, true)) => Some((Ok(text), Some(reading))),
            Ok((text, false)) => Some((Ok(text), None)),
            Err(error) => {
                tracing::error!(%error, "a list of users ends early");
                Some((Err(error), None))
            }
        }
    });
    Ok(answer::body(revision, StatusCode::OK, Body::from_stream(pages)))
}

/// A list that is being read.
struct Reading {
    services: Arc<Services>,
    account: AccountId,
    query: Query,
    after: Option<UserId>,
    begun: bool,
}

impl Reading {
    /// The text of the next page, and whether there is another one.
    async fn next(&mut self) -> Result<(Bytes, bool), directory::Error> {
        let (services, account, after) = (&self.services, &self.account, self.after);
        let page = match self.query.changed_since {
            Some(since) => user::list_changed(services, account, since, after, PAGE).await?,
            None => user::list(services, account, self.query.include_deleted, after, PAGE).await?,
        };
        let mut text = String::new();
        for user in &page {
            text.push(if self.begun { ',' } else { '[' });
            self.begun = true;
            text.push_str(&Value::Object(self.query.pick(shown::user(user))).to_string());
        }
        self.after = page.last().map(|last| last.user_id);
        let more = i64::try_from(page.len()) == Ok(PAGE);
        if !more {
            text.push_str(if self.begun { "]" } else { "[]" });
        }
        Ok((text.into(), more))
    }
}

/// `GET …/le-users/users/{user_id}`
pub(super) async fn one(
    account: OfAccount,
    Path(named): Path<Named>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let query = Query::parse(query)?;
    let (services, id) = (&account.services, &account.tenant.account.account_id);
    let revision = user::revision(services, id).await.map_err(failed)?;
    let found = user::find_deleted_too(services, id, named.id()?).await;
    let found = found.map_err(failed)?;
    if found.deleted && !query.include_deleted {
        return Err(Error::not_found());
    }
    if query::if_match(&headers)? == Some(revision) {
        return Ok(answer::unchanged(revision));
    }
    let document = Value::Object(query.pick(shown::user(&found)));
    Ok(answer::at(revision, StatusCode::OK, &document))
}

fn failed(error: directory::Error) -> Error {
    match error {
        directory::Error::Store(error) => error.into(),
        directory::Error::NotFound { .. } => Error::not_found(),
        error => Error::internal(error.to_string()),
    }
}
