//! Burning a key: first what it touches, then the deed.

use axum::response::Response;
use pages::console::{BurnKey, Section};

use super::{done, fault, kid, once_more};
use crate::admin::deed::{Deed, Desk};
use crate::admin::visit::Visit;
use crate::admin::{Administrator, Chosen};
use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::directory::key;
use crate::http::PageError;
use crate::http::input::Query;
use crate::model::signing_key::KeyState;

const FORM: &str = "burn-key";

/// Burning one.
pub(in crate::admin) enum BurnDesk {}

impl Desk for BurnDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/keys";
    type Who = Administrator;
}

/// `GET /admin/keys/burn?kid=…`
pub(in crate::admin) async fn get(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    if let Some(away) = once_more(&visit, &administrator, &chosen) {
        return away;
    }
    let account = &chosen.account.account_id;
    let exposure = key::exposure(&visit.services, account, &kid(&query)?)
        .await
        .map_err(fault)?;
    let held_by: Vec<String> = exposure.held_by.iter().map(ClientId::to_string).collect();
    let until = exposure
        .living
        .until
        .map_or_else(String::new, Timestamp::to_rfc3339);
    let framed = visit.framed(&administrator, Some(&chosen));
    let view = BurnKey {
        shell: framed.shell(Section::Keys),
        csrf: &visit.form_token(&administrator, FORM),
        kid: exposure.key.kid.as_str(),
        signs: exposure.key.state == KeyState::Active,
        tokens: exposure.living.tokens,
        clients: exposure.living.clients,
        subjects: exposure.living.subjects,
        until: &until,
        held_by: &held_by,
    };
    Ok(framed.show(view.render()))
}

/// `POST /admin/keys/burn`
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: administrator,
        chosen,
        form,
    }: Deed<BurnDesk>,
) -> Result<Response, PageError> {
    let (by, account) = (administrator.by(), &chosen.account.account_id);
    key::burn(&visit.services, &by, account, &kid(&form)?)
        .await
        .map_err(fault)?;
    done(&chosen, "burnt")
}
