//! Writing a connection.

use axum::response::Response;
use http::StatusCode;
use pages::console::{Notice, Section, SsoForm};

use super::fields::{self, Values};
use super::{FORM, SsoDesk, fault, named, notice, once_more, place, row};
use crate::admin::connectors::told;
use crate::admin::deed::Deed;
use crate::admin::revision::{self, OUTDATED, OVERTAKEN};
use crate::admin::visit::Visit;
use crate::admin::{Administrator, Chosen};
use crate::base::Timestamp;
use crate::base::id::SsoName;
use crate::directory::sso::{self, Draft};
use crate::directory::{Error, Problem};
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::model::sso::SsoConnection;

const LOOK: &str = "Nothing was saved: look at the marked fields.";

/// `GET /admin/sso/edit`: one that is there (`connection`), or a new one.
pub(in crate::admin) async fn get(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let connection = match query.get("connection").filter(|name| !name.is_empty()) {
        Some(_) => Some(named(&visit, &chosen, &query).await?),
        None => None,
    };
    if let Some(away) = once_more(&visit, &administrator, &place(&chosen, connection.as_ref())) {
        return away;
    }
    let saved = notice(true, "The connection is saved.");
    let sheet = Sheet {
        values: Values::of(connection.as_ref()),
        read: revision::of(connection.as_ref().map(|it| it.updated_at)),
        connection,
        notice: (query.get("done") == Some("saved")).then_some(&saved),
        problems: Vec::new(),
    };
    Ok(sheet.show(&visit, &administrator, &chosen))
}

/// `POST /admin/sso/edit`: saves it; 422 with the form once more where something can't be.
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: administrator,
        chosen,
        form,
    }: Deed<SsoDesk>,
) -> Result<Response, PageError> {
    let connection = match form.get("connection").filter(|name| !name.is_empty()) {
        Some(_) => Some(named(&visit, &chosen, &form).await?),
        None => None,
    };
    let values = Values::sent(&form);
    let former = match &connection {
        Some(connection) => Some((connection, revision::read(&form)?)),
        None => None,
    };
    let written = Box::pin(write(&visit, &administrator, &chosen, former, &values));
    let error = match written.await {
        Ok(saved) => return see_other(&format!("{}&done=saved", place(&chosen, Some(&saved)))),
        Err(error) => error,
    };
    let read = revision::again(&form, &error, connection.as_ref().map(|it| it.updated_at));
    let (problems, text) = match error {
        Error::Invalid(problems) => (told(&problems), LOOK),
        Error::Outdated => (Vec::new(), OUTDATED),
        Error::Taken { .. } => (
            vec![("name".to_owned(), "Another connection has it.".to_owned())],
            LOOK,
        ),
        Error::Changed => (
            Vec::new(),
            "Somebody else changed it at the same moment. Nothing was saved: try again.",
        ),
        error => return Err(fault(error)),
    };
    let sheet = Sheet {
        values,
        read,
        connection,
        notice: Some(&notice(false, text)),
        problems,
    };
    Ok(sheet.show(&visit, &administrator, &chosen))
}

async fn write(
    visit: &Visit,
    administrator: &Administrator,
    chosen: &Chosen,
    connection: Option<(&SsoConnection, Timestamp)>,
    values: &Values,
) -> Result<SsoConnection, Error> {
    let (services, by, account) = (&visit.services, administrator.by(), &chosen.account.account_id);
    if let Some((connection, read)) = connection {
        let given = values.assignments(Some(connection.kind));
        let edit = |draft: &mut Draft| draft.assign(&given);
        return sso::update_read(services, &by, account, &connection.name, Some(read), edit).await;
    }
    let mut draft = Draft::default();
    draft.assign(&values.assignments(None))?;
    let name = SsoName::parse(values.name()).map_err(|_| {
        Error::Invalid(vec![Problem {
            key: "name".to_owned(),
            found: None,
            allowed: "1 to 64 letters, digits, - and _".to_owned(),
        }])
    })?;
    sso::create(services, &by, account, name, draft).await
}

/// `POST /admin/sso/delete`
pub(in crate::admin) async fn delete(
    Deed {
        visit,
        who: administrator,
        chosen,
        form,
    }: Deed<SsoDesk>,
) -> Result<Response, PageError> {
    let found = named(&visit, &chosen, &form).await?;
    let read = revision::read(&form)?;
    let back = place(&chosen, Some(&found));
    if form.get("sure") != Some("1") {
        return see_other(&back);
    }
    let account = &chosen.account.account_id;
    let text = match sso::delete_read(
        &visit.services,
        &administrator.by(),
        account,
        &found.name,
        Some(read),
    )
    .await
    {
        Ok(()) => return see_other(&format!("/admin/sso?account={account}&done=deleted")),
        Err(Error::Invalid(_)) => {
            "It stays: users of this account log in by single sign-on alone, and there is no other way."
        }
        Err(Error::Outdated) => OVERTAKEN,
        Err(Error::Changed) => "Somebody else changed it at the same moment. Nothing was deleted: try again.",
        Err(error) => return Err(fault(error)),
    };
    let sheet = Sheet {
        values: Values::of(Some(&found)),
        read: revision::of(Some(found.updated_at)),
        connection: Some(found),
        notice: Some(&notice(false, text)),
        problems: Vec::new(),
    };
    Ok(sheet.show(&visit, &administrator, &chosen))
}

/// The form as it is shown.
struct Sheet<'a> {
    connection: Option<SsoConnection>,
    values: Values,
    read: String,
    notice: Option<&'a Notice<'a>>,
    problems: Vec<(String, String)>,
}

impl Sheet<'_> {
    fn show(&self, visit: &Visit, administrator: &Administrator, chosen: &Chosen) -> Response {
        let url = &visit.services.settings.server.public_url;
        let connection = self.connection.as_ref();
        let facts = connection.map(|it| fields::facts(url, it)).unwrap_or_default();
        let facts: Vec<(&str, &str)> = facts
            .iter()
            .map(|(label, value)| (*label, value.as_str()))
            .collect();
        let framed = visit.framed(administrator, Some(chosen));
        let view = SsoForm {
            shell: framed.shell(Section::Sso),
            csrf: &visit.form_token(administrator, FORM),
            read: &self.read,
            notice: self.notice,
            connection: connection.map(row),
            facts: &facts,
            fields: &fields::fields(connection.map(|it| it.kind), &self.values, &self.problems),
        };
        let mut response = framed.show(view.render());
        if self.notice.is_some_and(|notice| !notice.good) {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        response
    }
}
