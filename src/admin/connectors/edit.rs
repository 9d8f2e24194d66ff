//! Writing a connector.

use axum::response::Response;
use http::StatusCode;
use oauth::Parameters;
use pages::ErrorKind;
use pages::console::{ConnectorForm, Section};

use super::{ConnectorsDesk, FORM, done, fault, fields, named, once_more};
use crate::admin::deed::Deed;
use crate::admin::revision::{self, OUTDATED, OVERTAKEN};
use crate::admin::visit::Visit;
use crate::admin::{Chosen, Operator};
use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::directory::connector::{self, Draft, Written};
use crate::directory::{Error, client};
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::model::connector::Connector;

/// `GET /admin/connectors/edit`: one that is there (`connector`), or a new one, filled in for a client (`client`).
pub(in crate::admin) async fn get(
    visit: Visit,
    operator: Operator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let account = &chosen.account.account_id;
    let given = |name: &str| query.get(name).filter(|value| !value.is_empty());
    let (id, read, draft, back) = if given("connector").is_some() {
        let found = named(&visit, &chosen, &query).await?;
        let back = format!(
            "/admin/connectors/edit?account={account}&connector={}",
            found.connector_id
        );
        let read = Some(found.updated_at);
        (found.connector_id.to_string(), read, Draft::from(&found), back)
    } else {
        let (draft, back) = match given("client") {
            None => (
                Draft::default(),
                format!("/admin/connectors/edit?account={account}"),
            ),
            Some(named) => {
                let id = ClientId::parse(named).map_err(|_| PageError::new(ErrorKind::NotFound))?;
                let client = client::find(&visit.services, account, &id).await.map_err(fault)?;
                let back = format!("/admin/connectors/edit?account={account}&client={id}");
                (connector::ours(&chosen.account, &client), back)
            }
        };
        (String::new(), None, draft, back)
    };
    if let Some(away) = once_more(&visit, &operator, &back) {
        return away;
    }
    let sheet = Sheet {
        id: &id,
        read: revision::of(read),
        values: fields::values(&draft),
        problems: Vec::new(),
        problem: "",
    };
    Ok(sheet.show(&visit, &operator, &chosen))
}

/// `POST /admin/connectors/edit`: saves it; 422 with the form once more where something can't be.
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: operator,
        chosen,
        form,
    }: Deed<ConnectorsDesk>,
) -> Result<Response, PageError> {
    let id = form.get("connector").unwrap_or_default();
    let flow = chosen.account.settings.flow;
    // What isn't there is told to be that, whatever else the form says.
    let read = if id.is_empty() {
        None
    } else {
        named(&visit, &chosen, &form).await?;
        Some(revision::read(&form)?)
    };
    match Box::pin(write(&visit, &operator, &chosen, &form, (id, read))).await {
        Ok(connector) => {
            let switches = form.get("switchFlow") == Some("true") && connector.configuration.preferred;
            let switched = switches && connector.kind.flow() != flow;
            done(
                &chosen,
                &connector.connector_id,
                if switched { "switched" } else { "saved" },
            )
        }
        Err(error) => {
            let now = match &error {
                Error::Outdated => Some(named(&visit, &chosen, &form).await?.updated_at),
                _ => None,
            };
            let read = revision::again(&form, &error, now);
            let (problems, problem) = match error {
                Error::Invalid(problems) => (fields::told(&problems), ""),
                Error::Outdated => (Vec::new(), OUTDATED),
                Error::Changed => (
                    Vec::new(),
                    "Somebody else changed it at the same moment. Nothing was saved: try again.",
                ),
                error => return Err(fault(error)),
            };
            let sheet = Sheet {
                id,
                read,
                values: fields::sent(&form),
                problems,
                problem,
            };
            Ok(sheet.show(&visit, &operator, &chosen))
        }
    }
}

async fn write(
    visit: &Visit,
    operator: &Operator,
    chosen: &Chosen,
    form: &Parameters,
    (id, read): (&str, Option<Timestamp>),
) -> Result<Connector, Error> {
    let (by, account) = (operator.by(), &chosen.account.account_id);
    let given = fields::assignments(form);
    if id.is_empty() {
        let mut draft = Draft::default();
        draft.assign(&given)?;
        return connector::create(&visit.services, &by, account, None, draft).await;
    }
    let id = id.parse().map_err(|_| Error::NotFound {
        what: "connector",
        id: id.to_owned(),
    })?;
    let edit = |draft: &mut Draft| draft.assign(&given);
    let written = connector::update_read(&visit.services, &by, account, &id, read, edit);
    let Written { connector, .. } = written.await?;
    Ok(connector)
}

/// `POST /admin/connectors/delete`
pub(in crate::admin) async fn delete(
    Deed {
        visit,
        who: operator,
        chosen,
        form,
    }: Deed<ConnectorsDesk>,
) -> Result<Response, PageError> {
    let account = &chosen.account.account_id;
    let found = named(&visit, &chosen, &form).await?;
    let read = revision::read(&form)?;
    let back = format!(
        "/admin/connectors/edit?account={account}&connector={}",
        found.connector_id
    );
    if form.get("sure") != Some("1") {
        return see_other(&back);
    }
    let by = operator.by();
    let deleted = connector::delete_read(&visit.services, &by, account, &found.connector_id, Some(read));
    match deleted.await {
        Ok(()) => see_other(&format!("/admin/connectors?account={account}&done=deleted")),
        Err(error) => {
            let problem = match error {
                Error::Invalid(_) => {
                    "It is the first choice of its type: let another one be that before it is deleted."
                }
                Error::Outdated => OVERTAKEN,
                error => return Err(fault(error)),
            };
            let sheet = Sheet {
                id: found.connector_id.as_str(),
                read: revision::of(Some(found.updated_at)),
                values: fields::values(&Draft::from(&found)),
                problems: Vec::new(),
                problem,
            };
            Ok(sheet.show(&visit, &operator, &chosen))
        }
    }
}

/// The form as it is shown.
struct Sheet<'a> {
    id: &'a str,
    read: String,
    values: Vec<String>,
    problems: Vec<(String, String)>,
    problem: &'static str,
}

impl Sheet<'_> {
    fn show(&self, visit: &Visit, operator: &Operator, chosen: &Chosen) -> Response {
        let again = !self.problems.is_empty() || !self.problem.is_empty();
        let fields = fields::fields(&self.values, &self.problems);
        let framed = visit.framed(operator, Some(chosen));
        let view = ConnectorForm {
            shell: framed.shell(Section::Connectors),
            csrf: &visit.form_token(operator, FORM),
            read: &self.read,
            id: self.id,
            problem: self.problem,
            again,
            fields: &fields,
        };
        let mut response = framed.show(view.render());
        if again {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        response
    }
}
