//! The one transaction of a change: the connector, whatever follows from it, and the record of all.

use serde_json::{Value, json};

use super::renew::Renewal;
use crate::base::Timestamp;
use crate::context::Services;
use crate::directory::{By, Error, Result, account};
use crate::model::Client;
use crate::model::account::Flow;
use crate::model::connector::Connector;
use crate::store;
use crate::store::accounts::AccountRow;

/// A connector that is to be written.
pub(super) struct Change {
    /// As it is to be.
    pub(super) connector: Connector,
    /// When it was last changed; none where it is new.
    pub(super) former: Option<Timestamp>,
    /// Whether its secret is another one, too.
    pub(super) seals: bool,
    /// The new secret of its client, which is written before all else.
    pub(super) renewal: Option<Renewal>,
    /// The client that holds on to the pasted key from now on, and when it was last changed.
    pub(super) pinned: Option<(Client, Timestamp)>,
    /// The account, and the flow that it is to have.
    pub(super) flow: Option<(AccountRow, Flow)>,
}

impl Change {
    pub(super) async fn write(
        self,
        services: &Services,
        by: &By,
        event: &'static str,
        detail: Value,
    ) -> Result<()> {
        let Self {
            connector,
            former,
            seals,
            renewal,
            pinned,
            flow,
        } = self;
        let account = connector.account_id.clone();
        let mut events = vec![by.did(&account, event, None, detail)];
        if let Some((client, _)) = &pinned {
            let detail = json!({"pasted_key": client.settings.pasted_key});
            events.push(by.did(&account, "client.updated", Some(&client.client_id), detail));
        }
        let owner = flow.map(|(mut owner, flow)| {
            let read_at = owner.updated_at;
            let detail = json!({"flow": {"before": owner.settings.flow, "after": flow}});
            events.push(by.did(&account, "account.updated", None, detail));
            owner.settings.flow = Some(flow);
            owner.updated_at = account::after(services, read_at);
            (owner, read_at)
        });
        let (clock, entropy, stored) = (
            services.clock.clone(),
            services.entropy.clone(),
            connector.clone(),
        );
        let written = services
            .db
            .transaction(move |tx| {
                Box::pin(async move {
                    if let Some(renewal) = &renewal {
                        renewal.write(tx, &clock, &entropy).await?;
                    }
                    if stored.configuration.preferred {
                        let (kind, id, now) = (stored.kind, &stored.connector_id, stored.updated_at);
                        store::connectors::unprefer(tx, &account, kind, id, now).await?;
                    }
                    match former {
                        None => store::connectors::insert(tx, &stored).await?,
                        Some(former) if store::connectors::update(tx, &stored, former).await? == 0 => {
                            return Err(store::Error::Stale);
                        }
                        Some(_) => {}
                    }
                    if seals {
                        store::connectors::update_secret(tx, &stored).await?;
                    }
                    if let Some((client, read_at)) = &pinned
                        && store::clients::update(tx, client, *read_at).await? == 0
                    {
                        return Err(store::Error::Stale);
                    }
                    if let Some((owner, read_at)) = &owner
                        && store::accounts::update(tx, owner, *read_at).await? == 0
                    {
                        return Err(store::Error::Stale);
                    }
                    for event in &events {
                        store::audit::insert(tx, event, &clock, &entropy).await?;
                    }
                    Ok(())
                })
            })
            .await;
        services.forget();
        written.map_err(|error| match error {
            // Two first choices that are made at the same moment: the later one is none.
            store::Error::Taken(what) if what.contains("preferred") || what.contains("connectors.type") => {
                Error::Changed
            }
            store::Error::Taken(_) => Error::Taken {
                what: "connector",
                id: connector.connector_id.to_string(),
            },
            store::Error::Stale => Error::Changed,
            error => error.into(),
        })
    }
}
