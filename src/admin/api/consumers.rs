//! Consumers: `/admin/api/v1/accounts/{account_id}/consumers`. The rules are `directory::consumer`'s.
//!
//! An administrator never chooses or sees a lasting password (SEC-133): consumers come without one, or with the hash that
//! another product made of theirs.

use axum::Json;
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answered::{created, found, joined};
use super::asked::{Asked, Told as _};
use super::body::{Body, Said};
use super::operation::{DONE, Operation, PAGE, answer};
use super::parameters::{page, wrong};
use super::schemas;
use crate::base::id::Subject;
use crate::directory::consumer::{self, NewPassword, Saved, View};
use crate::http::Problem;
use crate::http::openapi::Verb::{Delete, Get, Patch, Post};
use crate::http::openapi::{self, closed, named};
use crate::model::draft::{Draft, Refusal};
use crate::model::{Consumer, ConsumerStatus};

const ALL: (&str, &str) = ("Consumers", "/admin/api/v1/accounts/{account_id}/consumers");
const ONE: (&str, &str) = ("Consumers", "/admin/api/v1/accounts/{account_id}/consumers/{sub}");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(Get, ALL, "listConsumers", "An account's consumers.", || get(list))
        .query(PAGE)
        .answers(&[answer(200, "A page of consumers, by their subjects.", || {
            openapi::page("consumers", &named("Consumer"))
        })]),
    Operation::new(
        Post,
        ALL,
        "createConsumer",
        "Make a consumer. Without sub, one is made. They come without a password, or with another product's hash of it.",
        || post(create),
    )
    .repeatable()
    .body(|| {
        let mut properties = schemas::consumer_members();
        properties.insert("sub".to_owned(), schemas::about("Their subject in another product.", &json!("string")));
        properties.insert(
            "password_hash".to_owned(),
            schemas::about("Another product's hash of their password: argon2, bcrypt, scrypt or PBKDF2.", &json!("string")),
        );
        closed(properties, &[])
    })
    .answers(&[answer(201, "The consumer.", || named("Consumer"))]),
    Operation::new(Get, ONE, "readConsumer", "A consumer.", || get(read))
        .answers(&[answer(200, "The consumer.", || named("Consumer"))]),
    Operation::new(
        Patch,
        ONE,
        "updateConsumer",
        "Change a consumer. What isn't named stays, and null takes away; disabled, they are signed out everywhere.",
        || patch(update),
    )
    .conditional()
    .body(|| closed(schemas::consumer_members(), &[]))
    .answers(&[answer(200, "The consumer as they are now.", || named("Consumer"))]),
    Operation::new(
        Delete,
        ONE,
        "deleteConsumer",
        "Delete a consumer with everything of them. Their subject is never used again.",
        || delete(remove),
    )
    .conditional()
    .answers(DONE),
];

/// Of a new consumer, what a repeat of the request is told: nothing of the person.
const KEPT: &[&str] = &["account_id", "sub", "status", "created_at", "updated_at"];

/// A consumer's members. One that isn't said stays, and one that is null is taken away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    sub: Option<String>,
    password_hash: Option<String>,
    #[serde(default)]
    username: Said<String>,
    status: Option<Status>,
    #[serde(default)]
    claims: Map<String, Value>,
    #[serde(default, rename = "customerInfo")]
    customer_info: Said<Map<String, Value>>,
    #[serde(default, rename = "personalInfo")]
    personal_info: Said<Map<String, Value>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    Disabled,
}

impl Wanted {
    fn put(self, draft: &mut Draft) {
        if let Said::Is(username) = self.username {
            draft.username = username;
        }
        if let Some(status) = self.status {
            draft.status = Some(match status {
                Status::Active => ConsumerStatus::Active,
                Status::Disabled => ConsumerStatus::Disabled,
            });
        }
        consumer::merge(draft, self.claims);
        if let Said::Is(info) = self.customer_info {
            draft.customer_info = info.map(Value::Object);
        }
        if let Said::Is(info) = self.personal_info {
            draft.personal_info = info.map(Value::Object);
        }
    }
}

async fn list(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[])?;
    let services = &asked.services;
    let (limit, list) = (asked.listing.limit()?, ["consumers", asked.account().as_str()]);
    let after = match asked.listing.after(services, &list)? {
        Some(after) => Some(Subject::parse(&after).map_err(|_| wrong("after"))?),
        None => None,
    };
    let rows = consumer::list(services, asked.account(), after.as_ref(), limit + 1)
        .await
        .told()?;
    let (rows, next) = page(services, &list, limit, rows, |last| last.sub.to_string());
    let rows: Vec<Value> = rows.iter().map(document).collect();
    Ok(Json(json!({"consumers": rows, "next": next})))
}

fn document(consumer: &Consumer) -> Value {
    serde_json::to_value(View::from(consumer)).unwrap_or_default()
}

async fn create(asked: Asked, Body(mut wanted): Body<Wanted>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let password = match wanted.password_hash.take() {
        None => None,
        Some(hash) => Some(hashed(&hash)?),
    };
    let mut draft = Draft {
        sub: wanted.sub.take(),
        ..Draft::default()
    };
    wanted.put(&mut draft);
    let (services, by) = (&asked.services, asked.by());
    let saved = consumer::create(services, &by, &asked.tenant.account, draft, password)
        .await
        .told()?;
    let place = format!(
        "/admin/api/v1/accounts/{}/consumers/{}",
        asked.account(),
        saved.consumer.sub
    );
    Ok(created(&place, saved.consumer.updated_at, written(&saved), KEPT))
}

fn hashed(text: &str) -> Result<NewPassword, Problem> {
    let hash = ::passwords::StoredHash::parse(text);
    hash.map(|hash| NewPassword::Hashed(Box::new(hash))).map_err(|_| {
        let refusal = Refusal::new("password_hash", "a hash that can be verified here");
        super::problem(crate::directory::Error::Refused(vec![refusal]))
    })
}

fn written(saved: &Saved) -> Value {
    joined(document(&saved.consumer), [("warnings", json!(saved.warnings))])
}

/// The consumer of the path. Deleted ones are none.
async fn of_path(asked: &Asked) -> Result<Consumer, Problem> {
    let sub: Subject = asked.part("sub")?;
    consumer::find_by_subject(&asked.services, asked.account(), &sub)
        .await
        .told()
}

async fn read(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let consumer = of_path(&asked).await?;
    Ok(found(consumer.updated_at, document(&consumer)))
}

async fn update(asked: Asked, Body(wanted): Body<Wanted>) -> Result<Response, Problem> {
    asked.listing.none()?;
    if wanted.sub.is_some() || wanted.password_hash.is_some() {
        return Err(Problem::new(StatusCode::BAD_REQUEST)
            .kind("malformed-body")
            .detail("sub and password_hash are told when a consumer is made, and not changed."));
    }
    let consumer = of_path(&asked).await?;
    let edit = |draft: &mut Draft| {
        wanted.put(draft);
        Ok(())
    };
    let (services, by, read) = (&asked.services, asked.by(), asked.read()?);
    let account = &asked.tenant.account;
    let saved = consumer::update_read(services, &by, account, &consumer.sub, read, edit, None)
        .await
        .told()?;
    Ok(found(saved.consumer.updated_at, written(&saved)))
}

async fn remove(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    let (services, by, sub) = (&asked.services, asked.by(), asked.part("sub")?);
    consumer::delete_read(services, &by, asked.account(), &sub, asked.read()?)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}
