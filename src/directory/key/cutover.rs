//! A platform that takes one pasted key: its client alone changes to another key, at the moment at which that is pasted.

use std::time::Duration;

use jose::Algorithm;
use serde_json::json;

use super::generate;
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, ConnectorId, KeyId};
use crate::context::Services;
use crate::directory::{By, Error, Result, account, client, connector};
use crate::keys::Plan;
use crate::model::Client;
use crate::model::connector::{Connector, JwtValidationType};
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store;

/// Whose key is changed.
#[derive(Clone, Debug)]
pub enum Whose {
    /// A platform's client.
    Client(ClientId),
    /// The client that a connector of our own gateway uses; the connector's key changes with it.
    Connector(ConnectorId),
}

/// A change as it could be made now. Nothing is changed by finding it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The client.
    pub client: Client,
    /// The connector whose key changes too.
    pub connector: Option<Connector>,
    /// The key that signs for it now.
    pub from: Option<KeyId>,
    /// The key to paste; none where one must be published first.
    pub to: Option<SigningKey>,
    algorithm: Algorithm,
    ring_lasts: Duration,
}

/// A change that can be made.
#[derive(Clone, Debug)]
pub struct Cutover {
    /// The client.
    pub client: Client,
    /// The connector whose key changes too.
    pub connector: Option<Connector>,
    /// The key that signs for it now.
    pub from: Option<KeyId>,
    /// The key to paste.
    pub to: SigningKey,
    /// From when on every node can sign with it.
    pub ready_at: Timestamp,
}

/// Finds the key to change to: the one that waits, or the active one where the client holds on to an older one.
pub async fn plan(services: &Services, account: &AccountId, whose: &Whose) -> Result<Planned> {
    let owner = account::row(services, account).await?;
    let (client_id, connector) = match whose {
        Whose::Client(client) => (client.clone(), None),
        Whose::Connector(id) => {
            let connector = connector::find(services, account, id).await?;
            let client =
                ClientId::parse(&connector.configuration.client_id).map_err(|_| Error::NotFound {
                    what: "client",
                    id: connector.configuration.client_id.clone(),
                })?;
            (client, Some(connector))
        }
    };
    let client = client::find(services, account, &client_id).await?;
    let algorithm = client.id_token_algorithm(&owner.settings);
    let keys = store::signing_keys::list_published(&services.db, account).await?;
    let of = |state| keys.iter().find(|key| key.state == state && key.alg == algorithm);
    let active = of(KeyState::Active);
    let from = client
        .settings
        .pasted_key
        .clone()
        .or_else(|| active.map(|key| key.kid.clone()));
    let other = |key: &&SigningKey| Some(&key.kid) != from.as_ref();
    let to = of(KeyState::Pending)
        .filter(other)
        .or_else(|| active.filter(other))
        .cloned();
    let pastes = JwtValidationType::JwtPublicKey;
    Ok(Planned {
        client,
        connector: connector.filter(|it| it.configuration.jwt_validation_type == pastes),
        from,
        to,
        algorithm,
        ring_lasts: Plan::of(&owner.settings, &services.settings.keys.rotation).ring_lasts(),
    })
}

/// The same, with a new key where there is none to change to.
pub async fn prepare(services: &Services, by: &By, account: &AccountId, whose: &Whose) -> Result<Cutover> {
    let planned = plan(services, account, whose).await?;
    let to = match planned.to {
        Some(to) => to,
        None => {
            generate(services, by, account, Some(planned.algorithm), None)
                .await?
                .key
        }
    };
    Ok(Cutover {
        ready_at: to.created_at + planned.ring_lasts,
        client: planned.client,
        connector: planned.connector,
        from: planned.from,
        to,
    })
}

/// Makes the change: from now on the key signs for this client, whichever is active.
pub async fn cutover(services: &Services, by: &By, prepared: Cutover) -> Result<Client> {
    let Cutover {
        client: former,
        connector,
        from,
        to,
        ..
    } = prepared;
    let (account, now) = (former.account_id.clone(), services.clock.now());
    let mut client = former.clone();
    client.settings.pasted_key = Some(to.kid.clone());
    client.updated_at = account::after(services, former.updated_at);
    let connector = match connector {
        Some(mut connector) => {
            let public =
                super::public(&to).map_err(|error| store::Error::Corrupt(format!("public_jwk: {error}")))?;
            connector.configuration.jwt_public_key = Some(public.to_spki_line());
            let read_at = connector.updated_at;
            connector.updated_at = account::after(services, read_at);
            Some((connector, read_at))
        }
        None => None,
    };
    let event = by.did(
        &account,
        "key.cutover",
        Some(&client.client_id),
        json!({"from": from, "to": to.kid, "connector": connector.as_ref().map(|(it, _)| &it.connector_id)}),
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let stored = client.clone();
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if !store::signing_keys::is_published(tx, &account, &to.kid).await?
                    || store::clients::update(tx, &stored, former.updated_at).await? == 0
                {
                    return Ok(false);
                }
                if let Some((connector, read_at)) = &connector
                    && store::connectors::update(tx, connector, *read_at).await? == 0
                {
                    return Err(store::Error::Stale);
                }
                if let Some(from) = &from {
                    store::signing_keys::signed_last(tx, &account, from, now).await?;
                }
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await;
    services.forget();
    match written {
        Ok(true) => Ok(client),
        Ok(false) | Err(store::Error::Stale) => Err(Error::Changed),
        Err(error) => Err(error.into()),
    }
}
