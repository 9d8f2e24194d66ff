//! Connectors: `/admin/api/v1/accounts/{account_id}/connectors`. The rules are `directory::connector`'s.

use axum::Json;
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answered::{created, found, joined};
use super::asked::{Asked, Told as _};
use super::body::Body;
use super::operation::{AFTER, DONE, LIMIT, Operation, answer, folded};
use super::parameters::{page, wrong};
use crate::base::id::ConnectorId;
use crate::directory::connector::{self, Draft, Written};
use crate::http::Problem;
use crate::http::openapi::Verb::{Delete, Get, Patch, Post};
use crate::http::openapi::{self, Parameter, named, text};

const ALL: (&str, &str) = ("Connectors", "/admin/api/v1/accounts/{account_id}/connectors");
const ONE: (&str, &str) = (
    "Connectors",
    "/admin/api/v1/accounts/{account_id}/connectors/{connector_id}",
);
const CHECK: (&str, &str) = (
    "Connectors",
    "/admin/api/v1/accounts/{account_id}/connectors/{connector_id}/check",
);

const INCLUDE_DELETED: Parameter = Parameter {
    name: "include_deleted",
    what: "Whether deleted ones are listed as well.",
    required: false,
    schema: openapi::truth,
};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(Get, ALL, "listConnectors", "An account's connectors.", || {
        get(list)
    })
    .query(&[LIMIT, AFTER, INCLUDE_DELETED])
    .answers(&[answer(200, "A page of connectors, by their ids.", || {
        openapi::page("connectors", &named("Connector"))
    })]),
    Operation::new(
        Post,
        ALL,
        "createConnector",
        "Make a connector. Its secret is never shown again.",
        || post(create),
    )
    .fresh()
    .repeatable()
    .body(wanted)
    .answers(&[answer(201, "The connector, with what may fail somebody.", || {
        named("Connector")
    })]),
    Operation::new(
        Get,
        ONE,
        "readConnector",
        "A connector, with what may fail somebody.",
        || get(read),
    )
    .answers(&[answer(200, "The connector.", || named("Connector"))]),
    Operation::new(
        Patch,
        ONE,
        "updateConnector",
        "Change a connector. What isn't named stays.",
        || patch(update),
    )
    .fresh()
    .conditional()
    .body(wanted)
    .answers(&[answer(200, "The connector as it is now.", || named("Connector"))]),
    Operation::new(
        Post,
        CHECK,
        "checkConnector",
        "Look at a connector as the platform does, and at what its brand publishes. Nothing is changed.",
        || post(check),
    )
    .answers(&[answer(
        200,
        "The checks, each with what it found and the mend.",
        checks,
    )]),
    Operation::new(
        Delete,
        ONE,
        "deleteConnector",
        "Delete a connector. Its id stays taken, and its secret is destroyed.",
        || delete(remove),
    )
    .fresh()
    .conditional()
    .answers(DONE),
];

/// The members that stand beside `configuration` where a connector is shown. Each may stand in either place.
const BESIDE: [&str; 3] = ["name", "enabled", "type"];

fn wanted() -> Value {
    folded(Draft::properties(), &BESIDE, &[])
}

async fn list(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[INCLUDE_DELETED.name])?;
    let services = &asked.services;
    let even_deleted = asked.listing.truth(INCLUDE_DELETED.name)?;
    let which = if even_deleted { "all" } else { "" };
    let (limit, list) = (
        asked.listing.limit()?,
        ["connectors", asked.account().as_str(), which],
    );
    let after = match asked.listing.after(services, &list)? {
        Some(after) => Some(ConnectorId::parse(&after).map_err(|_| wrong("after"))?),
        None => None,
    };
    let rows = connector::list(services, asked.account(), after.as_ref(), limit + 1, even_deleted)
        .await
        .told()?;
    let (rows, next) = page(services, &list, limit, rows, |last| last.connector_id.to_string());
    let rows: Vec<Value> = rows.iter().map(connector::document).collect();
    Ok(Json(json!({"connectors": rows, "next": next})))
}

async fn create(asked: Asked, Body(wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let mut draft = Draft::default();
    draft.assign(&Draft::read(wanted).told()?).told()?;
    let (services, by) = (&asked.services, asked.by());
    let connector = Box::pin(connector::create(services, &by, asked.account(), None, draft))
        .await
        .told()?;
    let mut warnings = connector::warnings(services, &connector).await.told()?;
    let keys = Box::pin(connector::unreadable_keys(services, &connector));
    warnings.extend(keys.await.told()?);
    let place = format!(
        "/admin/api/v1/accounts/{}/connectors/{}",
        asked.account(),
        connector.connector_id
    );
    let (changed, document) = (connector.updated_at, written(&Written { connector, warnings }));
    Ok(created(&place, changed, document, KEPT))
}

/// Of a new connector, what a repeat of the request is told.
const KEPT: &[&str] = &[
    "account_id",
    "connector_id",
    "name",
    "type",
    "enabled",
    "created_at",
    "updated_at",
];

async fn read(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let connector = connector::find(&asked.services, asked.account(), &asked.part("connector_id")?)
        .await
        .told()?;
    let warnings = connector::warnings(&asked.services, &connector).await.told()?;
    Ok(found(
        connector.updated_at,
        written(&Written { connector, warnings }),
    ))
}

async fn update(asked: Asked, Body(wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let given = Draft::read(wanted).told()?;
    let (services, by, id) = (&asked.services, asked.by(), asked.part("connector_id")?);
    let (read, edit) = (asked.read()?, |draft: &mut Draft| draft.assign(&given));
    let done = Box::pin(connector::update_read(
        services,
        &by,
        asked.account(),
        &id,
        read,
        edit,
    ))
    .await
    .told()?;
    Ok(found(done.connector.updated_at, written(&done)))
}

/// `POST …/connectors/{connector_id}/check`: what `signet doctor --connector` and the console's page say.
async fn check(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.none()?;
    let (services, id) = (&asked.services, asked.part("connector_id")?);
    let connector = connector::find(services, asked.account(), &id).await.told()?;
    let checks = Box::pin(connector::check(services, &connector)).await.told()?;
    Ok(Json(json!({"checks": checks})))
}

fn checks() -> Value {
    let finding = json!({"type": "object", "properties": {
        "fails": openapi::truth(), "place": text(), "problem": text(), "mend": text(),
    }});
    let check = json!({"type": "object", "properties": {
        "name": text(),
        "verdict": {"enum": ["ok", "warning", "wrong", "unchecked"]},
        "findings": {"type": "array", "items": finding},
        "notes": {"type": "array", "items": text()},
    }});
    json!({"type": "object", "required": ["checks"], "properties": {"checks": {"type": "array", "items": check}}})
}

async fn remove(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    let (services, by, id) = (&asked.services, asked.by(), asked.part("connector_id")?);
    connector::delete_read(services, &by, asked.account(), &id, asked.read()?)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}

fn written(written: &Written) -> Value {
    joined(
        connector::document(&written.connector),
        [("warnings", json!(written.warnings))],
    )
}
