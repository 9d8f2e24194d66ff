//! Changing the key of one platform that takes it by hand.

use axum::response::Response;
use oauth::Parameters;
use pages::ErrorKind;
use pages::console::{CutOverKey, Section};

use super::{done, fault, once_more};
use crate::admin::deed::{Deed, Desk};
use crate::admin::visit::Visit;
use crate::admin::{Administrator, Chosen};
use crate::base::id::ClientId;
use crate::directory::key::{self, Whose};
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;

const FORM: &str = "cut-over-key";

/// Changing a platform’s.
pub(in crate::admin) enum CutOverDesk {}

impl Desk for CutOverDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/keys";
    type Who = Administrator;
}

/// `GET /admin/keys/cutover?client=…`
pub(in crate::admin) async fn get(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    if let Some(away) = once_more(&visit, &administrator, &chosen) {
        return away;
    }
    let whose = Whose::Client(client(&query)?);
    let planned = key::plan(&visit.services, &chosen.account.account_id, &whose)
        .await
        .map_err(fault)?;
    let line = planned
        .to
        .as_ref()
        .and_then(|to| key::public(to).ok())
        .map(|public| public.to_spki_line());
    let to = planned.to.as_ref().zip(line.as_deref());
    let fingerprint = planned.to.as_ref().and_then(key::fingerprint).unwrap_or_default();
    let framed = visit.framed(&administrator, Some(&chosen));
    let view = CutOverKey {
        shell: framed.shell(Section::Keys),
        csrf: &visit.form_token(&administrator, FORM),
        client_id: planned.client.client_id.as_str(),
        name: planned.client.shown_name(),
        from: planned.from.as_ref().map_or("", |kid| kid.as_str()),
        to: to.map(|(key, line)| (key.kid.as_str(), line)),
        fingerprint: &fingerprint,
    };
    Ok(framed.show(view.render()))
}

/// `POST /admin/keys/cutover`: switches to the key that was shown; without one, publishes one to be shown.
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: administrator,
        chosen,
        form,
    }: Deed<CutOverDesk>,
) -> Result<Response, PageError> {
    let client = client(&form)?;
    let (by, account) = (administrator.by(), &chosen.account.account_id);
    let services = &visit.services;
    let prepared = key::prepare(services, &by, account, &Whose::Client(client.clone()))
        .await
        .map_err(fault)?;
    // What is confirmed is the key that was shown and pasted, and no other; and every node must have read it.
    if form.get("kid") != Some(prepared.to.kid.as_str()) || services.clock.now() < prepared.ready_at {
        return see_other(&format!("/admin/keys/cutover?account={account}&client={client}"));
    }
    key::cutover(services, &by, prepared).await.map_err(fault)?;
    done(&chosen, "cutover")
}

fn client(parameters: &Parameters) -> Result<ClientId, PageError> {
    let named = parameters.get("client").and_then(|id| ClientId::parse(id).ok());
    named.ok_or_else(|| PageError::new(ErrorKind::InvalidRequest))
}
