//! Clients: `/admin/api/v1/accounts/{account_id}/clients`. The rules are `directory::client`'s.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, patch, post};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answered::{created, found, joined, keeping};
use super::asked::{Asked, Told as _};
use super::body::Body;
use super::operation::{DONE, Operation, PAGE, answer, parameter};
use super::parameters::{page, wrong};
use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::directory::client::{self, Draft};
use crate::http::Problem;
use crate::http::openapi::Verb::{Delete, Get, Patch, Post};
use crate::http::openapi::{self, closed, named};

const ALL: (&str, &str) = ("Clients", "/admin/api/v1/accounts/{account_id}/clients");
const ONE: (&str, &str) = (
    "Clients",
    "/admin/api/v1/accounts/{account_id}/clients/{client_id}",
);
const SECRET: (&str, &str) = (
    "Clients",
    "/admin/api/v1/accounts/{account_id}/clients/{client_id}/rotate-secret",
);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(Get, ALL, "listClients", "An account's clients.", || get(list))
        .query(PAGE)
        .answers(&[answer(200, "A page of clients, by their ids.", || {
            openapi::page("clients", &named("Client"))
        })]),
    Operation::new(
        Post,
        ALL,
        "createClient",
        "Make a client. What isn't said follows from what is. A secret, if it needs one, is shown this once.",
        || post(create),
    )
    .fresh()
    .repeatable()
    .body(|| {
        let mut properties = Draft::properties();
        properties.insert("client_id".to_owned(), parameter("client_id"));
        closed(properties, &[])
    })
    .answers(&[answer(201, "The client, with its secret.", || named("Client"))]),
    Operation::new(Get, ONE, "readClient", "A client.", || get(read)).answers(&[answer(
        200,
        "The client. Of its secrets, only when they were made.",
        || named("Client"),
    )]),
    Operation::new(
        Patch,
        ONE,
        "updateClient",
        "Change a client. What isn't named stays; lists are replaced as a whole.",
        || patch(update),
    )
    .fresh()
    .conditional()
    .body(|| closed(Draft::properties(), &[]))
    .answers(&[answer(
        200,
        "The client as it is now, with a secret where it begins to need one.",
        || named("Client"),
    )]),
    Operation::new(
        Delete,
        ONE,
        "deleteClient",
        "Delete a client. Its tokens, and what consumers allowed it, are taken back.",
        || delete(remove),
    )
    .fresh()
    .conditional()
    .answers(DONE),
    Operation::new(
        Post,
        SECRET,
        "rotateClientSecret",
        "Give a client a new secret, which is shown this once.",
        || post(rotate),
    )
    .fresh()
    .repeatable()
    .optional_body(|| {
        let seconds = json!({
            "type": "integer", "minimum": 0, "maximum": client::LONGEST_OVERLAP.as_secs(), "default": 0,
            "description": "How long the former secret goes on working, in seconds.",
        });
        closed(json!({"keep_old": seconds}), &[])
    })
    .answers(&[answer(200, "The secret.", || {
        openapi::open(json!({"client_id": openapi::text(), "former_until": openapi::maybe_instant()}))
    })]),
];

/// Of a new client, what a repeat of the request is told.
const KEPT: &[&str] = &[
    "account_id",
    "client_id",
    "client_name",
    "enabled",
    "created_at",
    "updated_at",
];

async fn list(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[])?;
    let services = &asked.services;
    let (limit, list) = (asked.listing.limit()?, ["clients", asked.account().as_str()]);
    let after = match asked.listing.after(services, &list)? {
        Some(after) => Some(ClientId::parse(&after).map_err(|_| wrong("after"))?),
        None => None,
    };
    let rows = client::list(services, asked.account(), after.as_ref(), limit + 1)
        .await
        .told()?;
    let (rows, next) = page(services, &list, limit, rows, |last| last.client_id.to_string());
    let rows: Vec<Value> = rows.iter().map(client::document).collect();
    Ok(Json(json!({"clients": rows, "next": next})))
}

async fn create(asked: Asked, Body(mut wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let id = match wanted.remove("client_id") {
        None => None,
        // One with a slash could not stand in a path.
        Some(Value::String(id)) if !id.contains('/') => Some(ClientId::parse(&id).map_err(|_| not_an_id())?),
        Some(_) => return Err(not_an_id()),
    };
    let draft = Draft::described(&Draft::read(&wanted).told()?).told()?;
    let (services, by) = (&asked.services, asked.by());
    let made = Box::pin(client::create(services, &by, asked.account(), id, draft))
        .await
        .told()?;
    let place = format!(
        "/admin/api/v1/accounts/{}/clients/{}",
        asked.account(),
        made.client.client_id
    );
    Ok(created(
        &place,
        made.client.updated_at,
        client::written_document(&made),
        KEPT,
    ))
}

fn not_an_id() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST)
        .kind("malformed-body")
        .detail("client_id must be 1 to 255 letters, digits and . _ ~ : @ -")
}

async fn read(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let client = client::find(&asked.services, asked.account(), &asked.part("client_id")?)
        .await
        .told()?;
    Ok(found(client.updated_at, client::document(&client)))
}

async fn update(asked: Asked, Body(wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let given = Draft::read(&wanted).told()?;
    let edit = |draft: &mut Draft| draft.assign(&given);
    let (services, by, id) = (&asked.services, asked.by(), asked.part("client_id")?);
    let read = asked.read()?;
    let written = Box::pin(client::update_read(
        services,
        &by,
        asked.account(),
        &id,
        read,
        edit,
    ))
    .await
    .told()?;
    Ok(found(
        written.client.updated_at,
        client::written_document(&written),
    ))
}

async fn remove(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    let (services, by, id) = (&asked.services, asked.by(), asked.part("client_id")?);
    client::delete_read(services, &by, asked.account(), &id, asked.read()?)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rotation {
    keep_old: u32,
}

async fn rotate(asked: Asked, Body(wanted): Body<Rotation>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let (services, by, id) = (&asked.services, asked.by(), asked.part("client_id")?);
    let keep_old = Duration::from_secs(wanted.keep_old.into());
    let rotated = Box::pin(client::rotate(services, &by, asked.account(), &id, keep_old))
        .await
        .told()?;
    let until = rotated.former_until.map(Timestamp::to_rfc3339);
    let told = json!({"client_id": rotated.client.client_id, "former_until": until});
    let shown = joined(told, [("client_secret", rotated.secret.expose().into())]);
    Ok(keeping(
        Json(shown).into_response(),
        &["client_id", "former_until"],
    ))
}
