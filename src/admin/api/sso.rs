//! Connections of users' single sign-on: `/admin/api/v1/accounts/{account_id}/sso-connections`. The rules are
//! `directory::sso`'s.

use axum::Json;
use axum::response::Response;
use axum::routing::{delete, get, patch, post};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answered::{created, found};
use super::asked::{Asked, Told as _};
use super::body::Body;
use super::operation::{DONE, Operation, PAGE, answer, folded, parameter};
use super::parameters::page;
use crate::base::id::SsoName;
use crate::directory::sso::{self, Draft};
use crate::directory::{Error, Problem as Wrong};
use crate::http::Problem;
use crate::http::openapi::Verb::{Delete, Get, Patch, Post};
use crate::http::openapi::{self, named};
use crate::model::sso::SsoConnection;

const ALL: (&str, &str) = (
    "Single sign-on",
    "/admin/api/v1/accounts/{account_id}/sso-connections",
);
const ONE: (&str, &str) = (
    "Single sign-on",
    "/admin/api/v1/accounts/{account_id}/sso-connections/{sso_name}",
);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(
        Get,
        ALL,
        "listSsoConnections",
        "An account's connections to identity providers of its companies.",
        || get(list),
    )
    .query(PAGE)
    .answers(&[answer(200, "A page of connections, by their names.", || {
        openapi::page("sso_connections", &named("SsoConnection"))
    })]),
    Operation::new(
        Post,
        ALL,
        "createSsoConnection",
        "Make a connection, by OpenID Connect or SAML 2.0. Its secret is never shown again.",
        || post(create),
    )
    .fresh()
    .repeatable()
    .body(|| {
        let mut properties = Draft::properties();
        properties.insert("name".to_owned(), parameter("sso_name"));
        folded(properties, &["name", "kind", "enabled"], &["name", "kind"])
    })
    .answers(&[answer(
        201,
        "The connection, with what is to be registered at the identity provider.",
        || named("SsoConnection"),
    )]),
    Operation::new(Get, ONE, "readSsoConnection", "A connection.", || get(read)).answers(&[answer(
        200,
        "The connection. Of its secret, only whether there is one.",
        || named("SsoConnection"),
    )]),
    Operation::new(
        Patch,
        ONE,
        "updateSsoConnection",
        "Change a connection. What isn't named stays; lists are replaced as a whole.",
        || patch(update),
    )
    .fresh()
    .conditional()
    .body(|| folded(Draft::properties(), &["kind", "enabled"], &[]))
    .answers(&[answer(200, "The connection as it is now.", || {
        named("SsoConnection")
    })]),
    Operation::new(
        Delete,
        ONE,
        "deleteSsoConnection",
        "Delete a connection. Whoever came by it is logged out, and its secret is destroyed.",
        || delete(remove),
    )
    .fresh()
    .conditional()
    .answers(DONE),
];

fn document(asked: &Asked, connection: &SsoConnection) -> Value {
    sso::document(&asked.services.settings.server.public_url, connection)
}

/// An account has a hundred at the most: the page is cut from all of them, by their names.
async fn list(asked: Asked) -> Result<Json<Value>, Problem> {
    asked.listing.only(&[])?;
    let services = &asked.services;
    let (limit, list) = (
        asked.listing.limit()?,
        ["sso-connections", asked.account().as_str()],
    );
    let after = asked.listing.after(services, &list)?;
    let all = sso::list(services, asked.account()).await.told()?;
    let rest = all.into_iter().filter(|it| {
        let name = it.name.as_str();
        after.as_deref().is_none_or(|after| name > after)
    });
    let (rows, next) = page(services, &list, limit, rest.collect(), |last| {
        last.name.to_string()
    });
    let rows: Vec<Value> = rows.iter().map(|row| document(&asked, row)).collect();
    Ok(Json(json!({"sso_connections": rows, "next": next})))
}

/// Of a new connection, what a repeat of the request is told.
const KEPT: &[&str] = &[
    "account_id",
    "name",
    "kind",
    "enabled",
    "has_secret",
    "register",
    "login_url",
    "created_at",
    "updated_at",
];

async fn create(asked: Asked, Body(mut wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let name = name(wanted.remove("name").as_ref()).told()?;
    let mut draft = Draft::default();
    draft.assign(&Draft::read(wanted).told()?).told()?;
    let (services, by) = (&asked.services, asked.by());
    let made = sso::create(services, &by, asked.account(), name, draft)
        .await
        .told()?;
    let place = format!(
        "/admin/api/v1/accounts/{}/sso-connections/{}",
        asked.account(),
        made.name
    );
    Ok(created(&place, made.updated_at, document(&asked, &made), KEPT))
}

fn name(wanted: Option<&Value>) -> Result<SsoName, Error> {
    let named = wanted
        .and_then(Value::as_str)
        .and_then(|it| SsoName::parse(it).ok());
    named.ok_or_else(|| {
        Error::Malformed(vec![Wrong {
            key: "name".to_owned(),
            found: None,
            allowed: "1 to 64 letters, digits, - and _".to_owned(),
        }])
    })
}

async fn read(asked: Asked) -> Result<Response, Problem> {
    asked.listing.none()?;
    let connection = sso::find(&asked.services, asked.account(), &asked.part("sso_name")?)
        .await
        .told()?;
    Ok(found(connection.updated_at, document(&asked, &connection)))
}

async fn update(asked: Asked, Body(wanted): Body<Map<String, Value>>) -> Result<Response, Problem> {
    asked.listing.none()?;
    let given = Draft::read(wanted).told()?;
    let (services, by, name) = (&asked.services, asked.by(), asked.part("sso_name")?);
    let (read, edit) = (asked.read()?, |draft: &mut Draft| draft.assign(&given));
    let changed = Box::pin(sso::update_read(
        services,
        &by,
        asked.account(),
        &name,
        read,
        edit,
    ))
    .await
    .told()?;
    Ok(found(changed.updated_at, document(&asked, &changed)))
}

async fn remove(asked: Asked) -> Result<StatusCode, Problem> {
    asked.listing.none()?;
    let (services, by, name) = (&asked.services, asked.by(), asked.part("sso_name")?);
    sso::delete_read(services, &by, asked.account(), &name, asked.read()?)
        .await
        .told()?;
    Ok(StatusCode::NO_CONTENT)
}
