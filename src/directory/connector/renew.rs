//! Another client secret, where the client is an account's own.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::{Draft, all, may_renew, rules, secret};
use crate::base::id::{AccountId, ConnectorId};
use crate::base::{Clock, Entropy, Timestamp};
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::{By, Error, Result, account, client, sealed_secret};
use crate::model::audit::AuditEvent;
use crate::model::connector::{Connector, ConnectorKind};
use crate::model::{Client, ConnectorConfiguration};
use crate::store::{self, Tx};

/// Gives the client that the connector names a new secret, and it to every connector of the account for that client; the
/// former one works for another day, and until then there is no other. All of it is written, or nothing.
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
    let (rotated, renewal) = Renewal::of(
        services,
        by,
        (&connector.account_id, &connector.configuration),
        client,
    )
    .await?;
    // The one that was asked for is among them, unless somebody changed or deleted it meanwhile.
    if !renewal.gives(connector) {
        return Err(Error::Changed);
    }
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let written = services
        .db
        .transaction(move |tx| Box::pin(async move { renewal.write(tx, &clock, &entropy).await }))
        .await;
    services.forget();
    match written {
        Ok(()) => Ok(rotated),
        Err(store::Error::Stale) => Err(Error::Changed),
        Err(error) => Err(error.into()),
    }
}

/// Gives a client's secret that somebody else has got already to every connector of the account that names the client as `meant`
/// does; their ids. All of them get it, or none.
pub async fn hand_on(
    services: &Services,
    by: &By,
    account: &AccountId,
    meant: &ConnectorConfiguration,
    secret: &SecretString,
) -> Result<Vec<ConnectorId>> {
    let given = Given::of(services, by, (account, meant), secret.expose_secret()).await?;
    let ids = given.connectors.iter().map(|(it, _)| it.connector_id.clone());
    let ids = ids.collect();
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let written = services
        .db
        .transaction(move |tx| Box::pin(async move { given.write(tx, &clock, &entropy).await }))
        .await;
    services.forget();
    match written {
        Ok(()) => Ok(ids),
        Err(store::Error::Stale) => Err(Error::Changed),
        Err(error) => Err(error.into()),
    }
}

/// A client's new secret, and the connectors that get it: what is to be written.
pub(super) struct Renewal {
    rotation: client::Change,
    given: Given,
}

impl Renewal {
    /// For a client as it was read, and the connectors that name it as `meant` does; not while its former secret works.
    pub(super) async fn of(
        services: &Services,
        by: &By,
        (account, meant): (&AccountId, &ConnectorConfiguration),
        client: &Client,
    ) -> Result<(client::Rotated, Self)> {
        let (rotated, rotation) = client::renewal(services, by, client)?;
        let given = Given::of(services, by, (account, meant), rotated.secret.expose()).await?;
        Ok((rotated, Self { rotation, given }))
    }

    /// Whether that connector gets it, as it was read.
    fn gives(&self, connector: &Connector) -> bool {
        self.given.connectors.iter().any(|(it, read_at)| {
            it.connector_id == connector.connector_id && *read_at == connector.updated_at
        })
    }

    /// Writes all of it; [`store::Error::Stale`] where somebody changed any of it since it was read.
    pub(super) async fn write(&self, tx: &mut Tx<'_>, clock: &Clock, entropy: &Entropy) -> store::Result<()> {
        if !self.rotation.write(tx, clock, entropy).await? {
            return Err(store::Error::Stale);
        }
        self.given.write(tx, clock, entropy).await
    }
}

/// The connectors that get a secret.
struct Given {
    /// Each with when it was last changed.
    connectors: Vec<(Connector, Timestamp)>,
    events: Vec<AuditEvent>,
}

impl Given {
    /// Those that name the client as `meant` does.
    async fn of(
        services: &Services,
        by: &By,
        (account, meant): (&AccountId, &ConnectorConfiguration),
        value: &str,
    ) -> Result<Self> {
        let connectors = given(services, account, meant, value).await?;
        let events = connectors
            .iter()
            .map(|(given, _)| {
                let detail = json!({"connector_id": given.connector_id, "secret_changed": true});
                by.did(account, "connector.updated", None, detail)
            })
            .collect();
        Ok(Self { connectors, events })
    }

    /// Writes all of it; [`store::Error::Stale`] where somebody changed any of them since they were read.
    async fn write(&self, tx: &mut Tx<'_>, clock: &Clock, entropy: &Entropy) -> store::Result<()> {
        for (connector, read_at) in &self.connectors {
            if store::connectors::update(tx, connector, *read_at).await? == 0 {
                return Err(store::Error::Stale);
            }
            store::connectors::update_secret(tx, connector).await?;
        }
        for event in &self.events {
            store::audit::insert(tx, event, clock, entropy).await?;
        }
        Ok(())
    }
}

/// The connectors that name the same client here, each with the secret, and when it was last changed. What breaks a rule
/// gets none, and nobody else either.
async fn given(
    services: &Services,
    owner: &AccountId,
    meant: &ConnectorConfiguration,
    value: &str,
) -> Result<Vec<(Connector, Timestamp)>> {
    let mut given = Vec::new();
    let mut problems = Problems::default();
    for former in all(services, owner).await? {
        let fields = &former.configuration;
        let same = (&fields.issuer, &fields.client_id) == (&meant.issuer, &meant.client_id);
        if !same || former.kind != ConnectorKind::Code {
            continue;
        }
        let mut draft = Draft::from(&former);
        draft.client_secret = Some(SecretString::from(value.to_owned()));
        rules::check(&draft, services, true, &mut problems);
        let place = secret::place(&former.account_id, &former.connector_id);
        let sealed = sealed_secret::seal(services, &place, draft.client_secret.as_ref())?;
        let after = Connector {
            secret: sealed,
            updated_at: account::after(services, former.updated_at),
            ..former.clone()
        };
        given.push((after, former.updated_at));
    }
    problems.finish()?;
    Ok(given)
}
