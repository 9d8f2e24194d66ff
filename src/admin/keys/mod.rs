//! The console's page of signing keys, and what is done from it.

mod burn;
mod cutover;
mod said;
mod show;
mod timeline;

use axum::response::Response;
use http::StatusCode;
use jose::Algorithm;
use oauth::Parameters;
use pages::ErrorKind;

use super::deed::{Deed, Desk};
use super::visit::Visit;
use super::{Administrator, Chosen, fault, login};
use crate::base::id::KeyId;
use crate::directory::key;
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;

pub(super) use burn::{get as burn_page, post as burn};
pub(super) use cutover::{get as cutover_page, post as cutover};
use said::Said;
pub(super) use show::minute;

/// The name that binds this page's forms.
const FORM: &str = "keys";

/// What is done with keys.
pub(in crate::admin) enum KeysDesk {}

impl Desk for KeysDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/keys";
    type Who = Administrator;
}

/// `GET /admin/keys`
pub(super) async fn get(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let said = query.get("done").and_then(Said::done);
    show::page(&visit, &administrator, &chosen, StatusCode::OK, said).await
}

/// `POST /admin/keys/generate`: publishes a new key.
pub(super) async fn generate(
    Deed {
        visit,
        who: administrator,
        chosen,
        form,
    }: Deed<KeysDesk>,
) -> Result<Response, PageError> {
    let (by, account) = (administrator.by(), &chosen.account.account_id);
    let made = key::generate(&visit.services, &by, account, Some(algorithm(&form)?), None)
        .await
        .map_err(fault)?;
    done(&chosen, if made.waited { "waits" } else { "published" })
}

/// `POST /admin/keys/rotate`: lets the pending key sign, a new one where none waits.
pub(super) async fn rotate(
    Deed {
        visit,
        who: administrator,
        chosen,
        form,
    }: Deed<KeysDesk>,
) -> Result<Response, PageError> {
    let algorithm = algorithm(&form)?;
    let (by, force) = (administrator.by(), form.get("force") == Some("1"));
    let account = &chosen.account.account_id;
    match key::rotate(&visit.services, &by, account, Some(algorithm), force)
        .await
        .map_err(fault)?
    {
        key::Rotation::Activated { .. } => done(&chosen, "rotated"),
        key::Rotation::Waiting { readiness, .. } => {
            let said = Said::waiting(algorithm, &readiness);
            show::page(&visit, &administrator, &chosen, StatusCode::CONFLICT, Some(said)).await
        }
    }
}

/// `POST /admin/keys/retire`
pub(super) async fn retire(
    Deed {
        visit,
        who: administrator,
        chosen,
        form,
    }: Deed<KeysDesk>,
) -> Result<Response, PageError> {
    let (by, account) = (administrator.by(), &chosen.account.account_id);
    match key::retire(&visit.services, &by, account, &kid(&form)?)
        .await
        .map_err(fault)?
    {
        key::Retirement::Retired(_) => done(&chosen, "retired"),
        key::Retirement::Refused(needed) => {
            let said = Said::needed(&needed);
            show::page(&visit, &administrator, &chosen, StatusCode::CONFLICT, Some(said)).await
        }
    }
}

/// Who signed in too long ago to change keys does so once more, and comes back to the page (SEC-130).
fn once_more(
    visit: &Visit,
    administrator: &Administrator,
    chosen: &Chosen,
) -> Option<Result<Response, PageError>> {
    let account = &chosen.account.account_id;
    login::once_more(visit, administrator, &format!("/admin/keys?account={account}"))
}

/// Back to the page, which says what was done.
fn done(chosen: &Chosen, what: &str) -> Result<Response, PageError> {
    let account = &chosen.account.account_id;
    see_other(&format!("/admin/keys?account={account}&done={what}"))
}

fn algorithm(form: &Parameters) -> Result<Algorithm, PageError> {
    let named = form.get("alg").and_then(|name| name.parse().ok());
    named.ok_or_else(|| PageError::new(ErrorKind::InvalidRequest))
}

fn kid(parameters: &Parameters) -> Result<KeyId, PageError> {
    let named = parameters.get("kid").and_then(|kid| KeyId::parse(kid).ok());
    named.ok_or_else(|| PageError::new(ErrorKind::InvalidRequest))
}
