//! The console's pages of API keys: the dialog of section 8.1 of the platform contract.

mod edit;
mod fields;

use axum::response::Response;
use pages::ErrorKind;
use pages::console::{AppKeyRow, AppKeys, Section};

use super::deed::Desk;
use super::keys::minute;
use super::login::once_more;
use super::revision::OUTDATED;
use super::visit::Visit;
use super::{Chosen, Operator, fault, notice};
use crate::base::Timestamp;
use crate::base::id::AppKeyId;
use crate::directory::{Error, app_key};
use crate::http::PageError;
use crate::http::redirect::see_other;
use crate::model::AppKey;

pub(super) use edit::{deed, get as form, post as save};

/// The name that binds these pages' forms.
const FORM: &str = "app-keys";

/// What is done with API keys.
pub(super) enum AppKeysDesk {}

impl Desk for AppKeysDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/app-keys/edit";
    const ABOUT: &str = "key";
    type Who = Operator;
}

/// `GET /admin/app-keys`
pub(super) async fn get(visit: Visit, operator: Operator, chosen: Chosen) -> Result<Response, PageError> {
    let keys = app_key::list(&visit.services, &chosen.account.account_id)
        .await
        .map_err(fault)?;
    let now = visit.services.clock.now();
    let shown: Vec<Shown<'_>> = keys.iter().map(|key| Shown::new(key, now)).collect();
    let rows: Vec<AppKeyRow<'_>> = shown.iter().map(Shown::row).collect();
    let framed = visit.framed(&operator, Some(&chosen));
    let view = AppKeys {
        shell: framed.shell(Section::AppKeys),
        notice: None,
        keys: &rows,
    };
    Ok(framed.show(view.render()))
}

/// What a row borrows.
struct Shown<'k> {
    key: &'k AppKey,
    privileges: String,
    last_used: String,
    expired: bool,
}

impl<'k> Shown<'k> {
    fn new(key: &'k AppKey, now: Timestamp) -> Self {
        let privileges: Vec<String> = key.settings.privileges.iter().map(ToString::to_string).collect();
        Self {
            key,
            privileges: privileges.join(", "),
            last_used: key.last_used_at.map(minute).unwrap_or_default(),
            expired: key.settings.expires_at.is_some_and(|end| end <= now),
        }
    }

    fn row(&self) -> AppKeyRow<'_> {
        AppKeyRow {
            id: self.key.app_key.as_str(),
            application: &self.key.settings.application_name,
            developer: &self.key.settings.developer_name,
            privileges: &self.privileges,
            enabled: self.key.enabled,
            expired: self.expired,
            last_used: &self.last_used,
        }
    }
}

/// The key that a query or a form names.
async fn named(visit: &Visit, chosen: &Chosen, parameters: &oauth::Parameters) -> Result<AppKey, PageError> {
    let id = parameters
        .get("key")
        .and_then(|id| AppKeyId::parse(id).ok())
        .ok_or_else(|| PageError::new(ErrorKind::NotFound))?;
    app_key::find(&visit.services, &chosen.account.account_id, &id)
        .await
        .map_err(fault)
}

/// What was done, by the word that the address carries.
fn done_text(word: &str) -> &'static str {
    match word {
        "saved" => "The API key is saved.",
        "enabled" => "The API key may be used.",
        "disabled" => "The API key is disabled, on every node within five seconds.",
        _ => "",
    }
}

/// What a refusal is told as on the page; any other error is a page of its own.
fn refusal(error: Error) -> Result<&'static str, PageError> {
    match error {
        Error::BeyondOwn => {
            Ok("A key may do no more than whoever makes or changes it may themselves. Nothing was changed.")
        }
        Error::Changed => Ok("Somebody else changed it at the same moment. Nothing was changed: try again."),
        Error::Outdated => Ok(OUTDATED),
        error => Err(fault(error)),
    }
}

/// A key's page; of none, that of a new one.
fn place(chosen: &Chosen, key: Option<&AppKey>) -> String {
    let account = &chosen.account.account_id;
    key.map_or_else(
        || format!("/admin/app-keys/edit?account={account}"),
        |key| format!("/admin/app-keys/edit?account={account}&key={}", key.app_key),
    )
}

/// To a key's page, which says what was done.
fn done(chosen: &Chosen, key: &AppKey, what: &str) -> Result<Response, PageError> {
    see_other(&format!("{}&done={what}", place(chosen, Some(key))))
}
