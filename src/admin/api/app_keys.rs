//! API keys: `/admin/api/v1/accounts/{account_id}/app-keys`. The rules are `directory::app_key`'s. None is ever deleted.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answered::{created, found, keeping};
use super::asked::{Asked, Told as _};
use super::body::Body;
use super::operation::{Operation, PAGE, answer};
use super::parameters::page;
use crate::base::id::AppKeyId;
use crate::directory::app_key::{self, Draft};
use crate::http::Problem;
use crate::http::openapi::Verb::{Get, Patch, Post};
use crate::http::openapi::{self, closed, named};
use crate::model::AppKey;

const ALL: (&str, &str) = ("App keys", "/admin/api/v1/accounts/{account_id}/app-keys");
const ONE: (&str, &str) = (
    "App keys",
    "/admin/api/v1/accounts/{account_id}/app-keys/{app_key}",
);
const ENABLE: (&str, &str) = (
    "App keys",
    "/admin/api/v1/accounts/{account_id}/app-keys/{app_key}/enable",
);
const DISABLE: (&str, &str) = (
    "App keys",
    "/admin/api/v1/accounts/{account_id}/app-keys/{app_key}/disable",
);
const ROTATE: (&str, &str) = (
    "App keys",
    "/admin/api/v1/accounts/{account_id}/app-keys/{app_key}/rotate",
);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(Get, ALL, "listAppKeys", "An account's API keys.", || get(list))
        .query(PAGE)
        .answers(&[answer(
            200,
            "A page of keys, in the order of their making.",
            || openapi::page("app_keys", &named("AppKey")),
        )]),
    Operation::new(
        Post,
        ALL,
        "createAppKey",
        "Make an API key. Its four values are shown this once.",
        || post(create),
    )
    .fresh()
    .repeatable()
    .body(|| closed(Draft::properties(), &["application_name", "developer_name"]))
    .answers(&[answer(201, "The key, with its four values.", || named("AppKey"))]),
    Operation::new(Get, ONE, "readAppKey", "An API key.", || get(read)).answers(&[answer(
        200,
        "The key. Of its secrets, only when they were made.",
        || named("AppKey"),
    )]),
    Operation::new(
        Patch,
        ONE,
        "updateAppKey",
        "Change an API key. What isn't named stays; lists are replaced as a whole.",
        || patch(update),
    )
    .fresh()
    .conditional()
    .body(|| closed(Draft::properties(), &[]))
    .answers(&[answer(200, "The key as it is now.", || named("AppKey"))]),
    Operation::new(
        Post,
        ENABLE,
        "enableAppKey",
        "Let an API key be used again.",
        || post(enable),
    )
    .fresh()
    .repeatable()
    .answers(&[answer(200, "The key as it is now.", || named("AppKey"))]),
    // In an emergency nobody signs in first.
    Operation::new(
        Post,
        DISABLE,
        "disableAppKey",
        "Let an API key be used no more, within five seconds everywhere.",
        || post(disable),
    )
    .repeatable()
    .answers(&[answer(200, "The key as it is now.", || named("AppKey"))]),
    Operation::new(
        Post,
        ROTATE,
        "rotateAppKey",
        "Give an API key a new secret, access token and access token secret, which are shown this once.",
        || post(rotate),
    )
    .fresh()
    .repeatable()
    .optional_body(|| {
        let seconds = json!({
            "type": "integer", "minimum": 0, "maximum": app_key::LONGEST_OVERLAP.as_secs(), "default": 0,
            "description": "How long the former ones go on working, in seconds.",
        });
        closed(json!({"keep_old": seconds}), &[])
    })
    .answers(&[answer(200, "The key, with its four values.", || named("AppKey"))]),
];

/// Of a key that has new values, what a repeat of the request is told.
const KEPT: &[&str] = &[
    "account_id",
    "app_key",
    "enabled",
    "application_name",
    "developer_name",
    "created_at",
    "updated_at",
    "former_until",
];

/// An account has a hundred at the most: the page is cut from all of them, by their order.
async fn list(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[])?;
    let services = &asked.services;
    let (limit, list) = (asked.listing.limit()?, ["app-keys", asked.account().as_str()]);
    let after = asked.listing.after(services, &list)?;
    let all = app_key::list(services, asked.account()).await.told()?;
    let begin = after.and_then(|after| {
        all.iter()
            .position(|key| key.app_key.as_str() == after)
            .map(|at| at + 1)
    });
    let rest: Vec<AppKey> = all.into_iter().skip(begin.unwrap_or_default()).collect();
    let (rows, next) = page(services, &list, limit, rest, |last| last.app_key.to_string());
    let mut documents = Vec::with_capacity(rows.len());
    for key in &rows {
        documents.push(document(&asked, key).await?);
    }
    Ok(Json(json!({"app_keys": documents, "next": next})))
}

async fn document(asked: &Asked, key: &AppKey) -> Result<Value, Problem> {
    let pairs = app_key::pairs(&asked.services, key).await.told()?;
    Ok(app_key::document(key, &pairs))
}

async fn create(asked: Asked, Body(wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let draft = Draft::described(&Draft::read(&wanted).told()?).told()?;
    let made = app_key::create(&asked.services, &asked.by(), asked.account(), draft)
        .await
        .told()?;
    let place = format!(
        "/admin/api/v1/accounts/{}/app-keys/{}",
        asked.account(),
        made.key.app_key
    );
    Ok(created(
        &place,
        made.key.updated_at,
        app_key::made_document(&made),
        KEPT,
    ))
}

async fn read(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let key = app_key::find(&asked.services, asked.account(), &asked.part("app_key")?)
        .await
        .told()?;
    Ok(found(key.updated_at, document(&asked, &key).await?))
}

async fn update(asked: Asked, Body(wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let given = Draft::read(&wanted).told()?;
    let (services, by, id) = (&asked.services, asked.by(), asked.part("app_key")?);
    let edit = |draft: &mut Draft| draft.assign(&given);
    let key = app_key::update_read(services, &by, asked.account(), &id, asked.read()?, edit)
        .await
        .told()?;
    Ok(found(key.updated_at, document(&asked, &key).await?))
}

async fn enable(asked: Asked) -> Result<Response, Problem> {
    switch(asked, true).await
}

async fn disable(asked: Asked) -> Result<Response, Problem> {
    switch(asked, false).await
}

async fn switch(asked: Asked, enabled: bool) -> Result<Response, Problem> {
    asked.listing.none()?;
    let id: AppKeyId = asked.part("app_key")?;
    let key = app_key::set_enabled(&asked.services, &asked.by(), asked.account(), &id, enabled)
        .await
        .told()?;
    Ok(found(key.updated_at, document(&asked, &key).await?))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rotation {
    keep_old: u32,
}

async fn rotate(asked: Asked, Body(wanted): Body<Rotation>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let (services, by, id) = (&asked.services, asked.by(), asked.part("app_key")?);
    let keep_old = Duration::from_secs(wanted.keep_old.into());
    let made = app_key::rotate(services, &by, asked.account(), &id, keep_old)
        .await
        .told()?;
    let shown = Json(app_key::made_document(&made)).into_response();
    Ok(keeping(shown, KEPT))
}
