//! The console's pages of connectors: the platform's page “Consumer Identity Provider”, field by field.

mod edit;
mod fields;
mod secret;
mod show;

use axum::response::Response;
use pages::ErrorKind;
use pages::console::{ConnectorRow, Connectors, Notice, Section};

use super::deed::Desk;
use super::login::once_more;
use super::visit::Visit;
use super::{Chosen, Operator, fault};
use crate::base::id::ConnectorId;
use crate::directory::connector;
use crate::http::PageError;
use crate::http::input::Query;
use crate::http::redirect::see_other;
use crate::model::connector::Connector;

pub(super) use edit::{delete, get as form, post as save};
pub(super) use fields::told;
pub(super) use secret::post as renew;
pub(super) use show::{check, get as show};

/// The name that binds these pages' forms.
const FORM: &str = "connectors";

/// What is done with connectors.
pub(super) enum ConnectorsDesk {}

impl Desk for ConnectorsDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/connectors/edit";
    const ABOUT: &str = "connector";
    type Who = Operator;
}

/// `GET /admin/connectors`
pub(super) async fn get(
    visit: Visit,
    operator: Operator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let account = &chosen.account.account_id;
    let connectors = connector::all(&visit.services, account).await.map_err(fault)?;
    let rows: Vec<ConnectorRow<'_>> = connectors.iter().map(row).collect();
    let platforms = visit.services.clients.platform(account).await?;
    let clients: Vec<(&str, &str)> = platforms
        .iter()
        .map(|client| (client.client_id.as_str(), client.shown_name()))
        .collect();
    let deleted = Notice {
        good: true,
        text: "The connector is deleted.",
        lines: &[],
        force: None,
    };
    let framed = visit.framed(&operator, Some(&chosen));
    let view = Connectors {
        shell: framed.shell(Section::Connectors),
        notice: (query.get("done") == Some("deleted")).then_some(&deleted),
        flow: chosen.account.settings.flow.map_or("", |flow| flow.as_str()),
        connectors: &rows,
        clients: &clients,
    };
    Ok(framed.show(view.render()))
}

fn row(connector: &Connector) -> ConnectorRow<'_> {
    ConnectorRow {
        id: connector.connector_id.as_str(),
        name: &connector.name,
        kind: connector.kind.as_str(),
        enabled: connector.enabled,
        preferred: connector.configuration.preferred,
        issuer: &connector.configuration.issuer,
    }
}

/// The connector that the query or a form names.
async fn named(
    visit: &Visit,
    chosen: &Chosen,
    parameters: &oauth::Parameters,
) -> Result<Connector, PageError> {
    let id = parameters
        .get("connector")
        .and_then(|id| ConnectorId::parse(id).ok())
        .ok_or_else(|| PageError::new(ErrorKind::NotFound))?;
    connector::find(&visit.services, &chosen.account.account_id, &id)
        .await
        .map_err(fault)
}

/// To a connector's page, which says what was done.
fn done(chosen: &Chosen, connector: &ConnectorId, what: &str) -> Result<Response, PageError> {
    let account = &chosen.account.account_id;
    see_other(&format!(
        "/admin/connectors/show?account={account}&connector={connector}&done={what}"
    ))
}
