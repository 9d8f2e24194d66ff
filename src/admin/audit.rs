//! What was changed in an account.

use axum::response::Response;
use pages::console::{Audit, AuditEntry, Section};
use pages::{ErrorKind, Link};
use serde_json::Value;

use super::visit::Visit;
use super::{Administrator, Chosen, fault};
use crate::directory::audit::{self, Filter, Place};
use crate::http::PageError;
use crate::http::input::Query;
use crate::model::audit::{Entry, Outcome};

/// Entries on one page.
const PAGE: usize = 50;

/// `GET /admin/audit`
pub(super) async fn get(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let event = query.get("event").map(str::trim).unwrap_or_default();
    let before = match query.get("before") {
        Some(before) => Some(
            before
                .parse()
                .map_err(|_| PageError::new(ErrorKind::InvalidRequest))?,
        ),
        None => None,
    };
    if event.len() > 64 {
        return Err(PageError::new(ErrorKind::InvalidRequest));
    }
    let filter = Filter {
        since: None,
        event: (!event.is_empty()).then(|| event.to_owned()),
    };
    let realm = (&chosen.account.account_id).into();
    // One more tells whether there are more.
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let entries = audit::list(&visit.services, &realm, &filter, before.as_ref(), limit)
        .await
        .map_err(fault)?;
    Ok(show(&visit, &administrator, &chosen, &entries, event))
}

/// What a row borrows.
struct Shown<'e> {
    entry: &'e Entry,
    at: String,
    people_at: String,
    facts: Vec<(&'static str, &'e str)>,
    detail: String,
}

impl<'e> From<&'e Entry> for Shown<'e> {
    fn from(entry: &'e Entry) -> Self {
        let at = entry.at.to_rfc3339();
        let facts = [
            ("Client", &entry.client_id),
            ("Consumer", &entry.sub),
            ("Address", &entry.ip),
        ];
        let detail = match serde_json::from_str(&entry.detail) {
            Ok(Value::Null) => String::new(),
            Ok(Value::Object(members)) if members.is_empty() => String::new(),
            Ok(detail) => serde_json::to_string_pretty(&detail).unwrap_or_default(),
            Err(_) => entry.detail.clone(),
        };
        Self {
            people_at: at.get(..19).unwrap_or(&at).replace('T', " "),
            at,
            facts: facts
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.as_deref()?)))
                .collect(),
            detail,
            entry,
        }
    }
}

fn show(
    visit: &Visit,
    administrator: &Administrator,
    chosen: &Chosen,
    entries: &[Entry],
    event: &str,
) -> Response {
    let (page, more) = entries.split_at(entries.len().min(PAGE));
    let older = page.last().filter(|_| !more.is_empty()).and_then(|last| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("account", chosen.account.account_id.as_str())
            .append_pair("event", event)
            .append_pair("before", &Place::from(last).to_string())
            .finish();
        Link::local(&format!("{}?{query}", Section::Audit.path()))
    });
    let shown: Vec<Shown<'_>> = page.iter().map(Shown::from).collect();
    let rows: Vec<AuditEntry<'_>> = shown
        .iter()
        .map(|shown| AuditEntry {
            seq: shown.entry.seq,
            at: &shown.at,
            shown_at: &shown.people_at,
            event: &shown.entry.event,
            actor: &shown.entry.actor,
            refused: shown.entry.outcome == Outcome::Refused.as_str(),
            facts: &shown.facts,
            detail: &shown.detail,
        })
        .collect();
    let framed = visit.framed(administrator, Some(chosen));
    let view = Audit {
        shell: framed.shell(Section::Audit),
        entries: &rows,
        event,
        older: older.as_ref(),
    };
    framed.show(view.render())
}
