//! The record of changes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use super::operation::{ACCOUNT, AFTER, LIMIT, Operation, answer};
use super::parameters::{Listing, page, wrong};
use super::problem;
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::Timestamp;
use crate::base::id::{AccountId, Realm};
use crate::context::Services;
use crate::directory::audit::{self, Filter, Place};
use crate::http::Problem;
use crate::http::openapi::Verb::Get;
use crate::http::openapi::{self, Parameter, named};
use crate::model::audit::Entry;

const EVENT: Parameter = Parameter {
    name: "event",
    what: "Only that event, or all of a kind: client stands for client.created and the like.",
    required: false,
    schema: || json!({"type": "string", "pattern": "^[a-z._]{1,64}$"}),
};

const SINCE: Parameter = Parameter {
    name: "since",
    what: "Only what happened from then on.",
    required: false,
    schema: openapi::instant,
};

pub(super) const OPERATIONS: &[Operation] = &[Operation::new(
    Get,
    ("Audit", "/admin/api/v1/audit"),
    "listAudit",
    "The record of changes of an account, or without one of the server, latest first.",
    || get(list),
)
.query(&[ACCOUNT, EVENT, SINCE, LIMIT, AFTER])
.answers(&[answer(200, "A page of events.", || {
    openapi::page("events", &named("AuditEvent"))
})])];

/// `GET /admin/api/v1/audit?account=…`: an account's record, latest first. Without an account it is the server's own, to
/// administrators of one account their account's.
async fn list(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Json<Value>, Problem> {
    listing.only(&["account", "event", "since"])?;
    let realm = realm(&services, &administrator, listing.get("account")).await?;
    let event = listing.get("event").unwrap_or_default();
    let known = event.len() <= 64
        && event
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'));
    if !known {
        return Err(wrong("event"));
    }
    let since = match listing.get("since") {
        Some(since) => Some(Timestamp::parse(since).ok_or_else(|| wrong("since"))?),
        None => None,
    };
    let (limit, list) = (listing.limit()?, ["audit", realm.as_str(), event]);
    let after = match listing.after(&services, &list)? {
        Some(place) => Some(place.parse::<Place>().map_err(|_| wrong("after"))?),
        None => None,
    };
    let filter = Filter {
        since,
        event: (!event.is_empty()).then(|| event.to_owned()),
    };
    let entries = audit::list(&services, &realm, &filter, after.as_ref(), limit + 1)
        .await
        .map_err(problem)?;
    let (entries, next) = page(&services, &list, limit, entries, |last| {
        Place::from(last).to_string()
    });
    let events: Vec<Value> = entries.iter().map(Entry::document).collect();
    Ok(Json(json!({"events": events, "next": next})))
}

/// Whose record is asked for. Another account's is not there, just like one that nobody has.
async fn realm(
    services: &Services,
    administrator: &Administrator,
    named: Option<&str>,
) -> Result<Realm, Problem> {
    let Some(named) = named else {
        return Ok(administrator.who.realm());
    };
    let account = AccountId::parse(named).map_err(|_| Problem::not_found())?;
    let found = administrator.account(services, &account).await;
    match found.map_err(|error| unavailable(&error))? {
        Some(_) => Ok(Realm::Account(account)),
        None => Err(Problem::not_found()),
    }
}
