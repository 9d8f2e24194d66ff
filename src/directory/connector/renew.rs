//! Another client secret, where the client is an account's own.

use std::time::Duration;

use secrecy::SecretString;

use super::{may_renew, update};
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::{By, Result, client};
use crate::model::Client;
use crate::model::connector::Connector;

/// How long the former secret goes on working: as long as it may take until it is pasted everywhere.
const KEEP_OLD: Duration = Duration::from_hours(24);

/// Gives the client that the connector names a new secret, and the connector the same; the former one works for another day.
/// The client comes first: a connector that isn't changed then still has a secret that counts.
pub async fn renew_secret(
    services: &Services,
    by: &By,
    connector: &Connector,
    client: &Client,
) -> Result<client::Rotated> {
    let mut problems = Problems::default();
    problems.unless(
        may_renew(connector, client),
        "clientSecret",
        client.client_id.as_str(),
        "another one for a client of the platform's that is for consumers' logins alone",
    );
    problems.finish()?;
    let account = &connector.account_id;
    let rotated = client::rotate(services, by, account, &client.client_id, KEEP_OLD).await?;
    let secret = SecretString::from(rotated.secret.expose().to_owned());
    update(services, by, account, &connector.connector_id, |draft| {
        draft.client_secret = Some(secret);
        Ok(())
    })
    .await?;
    Ok(rotated)
}
