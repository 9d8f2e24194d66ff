//! The console's pages of single sign-on: an account's connections to identity providers of its companies, by which its users
//! log in (section 7.5 of the platform contract).

mod edit;
mod fields;

use axum::response::Response;
use pages::ErrorKind;
use pages::console::{Section, SsoConnections, SsoRow};

use super::deed::Desk;
use super::login::once_more;
use super::visit::Visit;
use super::{Administrator, Chosen, fault, notice};
use crate::base::id::SsoName;
use crate::directory::sso;
use crate::http::PageError;
use crate::http::input::Query;
use crate::model::sso::SsoConnection;

pub(super) use edit::{delete, get as form, post as save};

/// The name that binds these pages' forms.
const FORM: &str = "sso";

/// What is done with connections.
pub(super) enum SsoDesk {}

impl Desk for SsoDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/sso/edit";
    const ABOUT: &str = "connection";
    type Who = Administrator;
}

/// `GET /admin/sso`
pub(super) async fn get(
    visit: Visit,
    administrator: Administrator,
    chosen: Chosen,
    Query(query): Query,
) -> Result<Response, PageError> {
    let account = &chosen.account.account_id;
    let connections = sso::list(&visit.services, account).await.map_err(fault)?;
    let rows: Vec<SsoRow<'_>> = connections.iter().map(row).collect();
    let deleted = notice(true, "The connection is deleted.");
    let framed = visit.framed(&administrator, Some(&chosen));
    let view = SsoConnections {
        shell: framed.shell(Section::Sso),
        notice: (query.get("done") == Some("deleted")).then_some(&deleted),
        alone: chosen.account.settings.sso_only,
        connections: &rows,
    };
    Ok(framed.show(view.render()))
}

fn row(connection: &SsoConnection) -> SsoRow<'_> {
    let fields = &connection.configuration;
    let provider = fields.issuer.as_deref().or(fields.entity_id.as_deref());
    SsoRow {
        name: connection.name.as_str(),
        kind: connection.kind.as_str(),
        enabled: connection.enabled,
        provider: provider.unwrap_or_default(),
    }
}

/// The connection that the query or a form names.
async fn named(
    visit: &Visit,
    chosen: &Chosen,
    parameters: &oauth::Parameters,
) -> Result<SsoConnection, PageError> {
    let name = parameters
        .get("connection")
        .and_then(|name| SsoName::parse(name).ok())
        .ok_or_else(|| PageError::new(ErrorKind::NotFound))?;
    sso::find(&visit.services, &chosen.account.account_id, &name)
        .await
        .map_err(fault)
}

/// A connection's page; of none, that of a new one.
fn place(chosen: &Chosen, connection: Option<&SsoConnection>) -> String {
    let account = &chosen.account.account_id;
    connection.map_or_else(
        || format!("/admin/sso/edit?account={account}"),
        |it| format!("/admin/sso/edit?account={account}&connection={}", it.name),
    )
}
