//! Another client secret for the platform, shown once.

use axum::response::Response;
use pages::console::{Once, OnceValue, Section};
use pages::{ErrorKind, Link};

use super::{FORM, done, fault, named};
use crate::admin::Operator;
use crate::admin::deed::{Deed, Desk};
use crate::admin::revision;
use crate::directory::{Error, client as clients, connector};
use crate::http::PageError;

/// A connector's page, from which that is done.
pub(in crate::admin) enum SecretDesk {}

impl Desk for SecretDesk {
    const FORM: &str = FORM;
    const PLACE: &str = "/admin/connectors/show";
    const ABOUT: &str = "connector";
    type Who = Operator;
}

/// `POST /admin/connectors/secret`: the client of this account that the connector names gets a new secret, and the connector
/// the same, with all others for that client; not while the former secret works. 404 where there is none whose secret is the platform's alone.
pub(in crate::admin) async fn post(
    Deed {
        visit,
        who: operator,
        chosen,
        form,
    }: Deed<SecretDesk>,
) -> Result<Response, PageError> {
    let found = named(&visit, &chosen, &form).await?;
    let read = revision::read(&form)?;
    if revision::stands(read, found.updated_at).is_err() {
        return done(&chosen, &found.connector_id, "stale");
    }
    let (account, services) = (&chosen.account, &visit.services);
    let page = format!(
        "/admin/connectors/show?account={}&connector={}",
        account.account_id, found.connector_id
    );
    let not_there = || PageError::new(ErrorKind::NotFound);
    let client = connector::own_client(services, account, &found)
        .await
        .map_err(fault)?;
    let client = client
        .filter(|client| connector::may_renew(&found, client))
        .ok_or_else(not_there)?;
    if clients::may_not_renew_until(services, &client).is_some() {
        return done(&chosen, &found.connector_id, "early");
    }
    let renewed = Box::pin(connector::renew_secret(services, &operator.by(), &found, &client)).await;
    let rotated = match renewed {
        Ok(rotated) => rotated,
        Err(Error::Changed) => return done(&chosen, &found.connector_id, "stale"),
        Err(Error::Invalid(_)) => return done(&chosen, &found.connector_id, "unfit"),
        Err(error) => return Err(fault(error)),
    };
    let onward = Link::local(&page).ok_or_else(not_there)?;
    let values = [
        OnceValue {
            label: "Client ID",
            value: client.client_id.as_str(),
        },
        OnceValue {
            label: "Client Secret",
            value: rotated.secret.expose(),
        },
    ];
    let framed = visit.framed(&operator, Some(&chosen));
    let view = Once {
        shell: framed.shell(Section::Connectors),
        title: "The client’s new secret",
        text: "The connectors here have it already. Paste it on the page of another platform, where the former one goes on working for a day.",
        values: &values,
        onward: &onward,
    };
    Ok(framed.show(view.render()))
}
