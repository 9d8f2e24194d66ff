//! Another client secret, where the client is an account's own.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;

use super::{Draft, all, may_renew, rules, secret};
use crate::base::id::AccountId;
use crate::base::{Clock, Entropy, Timestamp};
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::{By, Error, Result, account, client, sealed_secret};
use crate::model::audit::AuditEvent;
use crate::model::connector::{Connector, ConnectorKind};
use crate::model::{Client, ConnectorConfiguration};
use crate::store::{self, Tx};

/// How long the former secret goes on working: as long as it may take until it is pasted everywhere.
const KEEP_OLD: Duration = Duration::from_hours(24);

/// Until when a client's former secret works. Another new one before then would end it at once, wherever it is still pasted.
pub fn may_not_renew_until(services: &Services, client: &Client) -> Option<Timestamp> {
    client::former_until(client, services.clock.now())
}

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
    if let Some(until) = may_not_renew_until(services, client) {
        problems.push(
            "clientSecret",
            None,
            format!(
                "another one from {}: until then the former one still works",
                until.to_rfc3339()
            ),
        );
    }
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

/// A client's new secret, and the connectors that get it: what is to be written.
pub(super) struct Renewal {
    rotation: client::Change,
    /// Each with when it was last changed.
    given: Vec<(Connector, Timestamp)>,
    events: Vec<AuditEvent>,
}

impl Renewal {
    /// For a client as it was read, and the connectors that name it as `meant` does.
    pub(super) async fn of(
        services: &Services,
        by: &By,
        (account, meant): (&AccountId, &ConnectorConfiguration),
        client: &Client,
    ) -> Result<(client::Rotated, Self)> {
        let (rotated, rotation) = client::rotation(services, by, client, KEEP_OLD)?;
        let given = given(services, account, meant, rotated.secret.expose()).await?;
        let events = given
            .iter()
            .map(|(given, _)| {
                let detail = json!({"connector_id": given.connector_id, "secret_changed": true});
                by.did(account, "connector.updated", None, detail)
            })
            .collect();
        let renewal = Self {
            rotation,
            given,
            events,
        };
        Ok((rotated, renewal))
    }

    /// Whether that connector gets it, as it was read.
    fn gives(&self, connector: &Connector) -> bool {
        self.given.iter().any(|(it, read_at)| {
            it.connector_id == connector.connector_id && *read_at == connector.updated_at
        })
    }

    /// Writes all of it; [`store::Error::Stale`] where somebody changed any of it since it was read.
    pub(super) async fn write(&self, tx: &mut Tx<'_>, clock: &Clock, entropy: &Entropy) -> store::Result<()> {
        if !self.rotation.write(tx, clock, entropy).await? {
            return Err(store::Error::Stale);
        }
        for (connector, read_at) in &self.given {
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
