//! Connectors: what the platform's form for an authentication server takes, held to what its pages say of it (section
//! 3 of the platform contract).

mod at_brand;
mod check;
mod document;
mod draft;
mod flow;
mod keys;
mod ours;
mod pinned;
mod renew;
mod rules;
mod secret;
mod warnings;
mod write;

use secrecy::SecretString;
use serde_json::{Value, json};

pub use at_brand::{EMBEDDED, encryption_key, may_renew, own_client, popups};
pub(super) use check::recipient;
pub use check::{
    check, check_here, check_page, check_token, check_window, guessable, repeats, unreadable_keys,
};
pub use document::{assignments, document};
pub use draft::Draft;
pub use flow::left_behind;
pub use ours::{code_or_implicit, ours};
pub use renew::{hand_on, renew_secret};
pub use secret::client_secret;
pub use warnings::warnings;

use renew::Renewal;
use write::Change;

use super::difference::{difference, kept};
use super::error::{Problems, held, overtaken, unchanged};
use super::{By, Error, Result, account, sealed_secret};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ConnectorId};
use crate::context::Services;
use crate::model::Client;
use crate::model::connector::Connector;
use crate::store;

/// A connector that was made or changed, and what its owner should know of it.
#[derive(Debug)]
pub struct Written {
    /// The connector.
    pub connector: Connector,
    /// What may fail somebody, in sentences.
    pub warnings: Vec<String>,
}

/// The connector of that id in that account; a deleted one is none.
pub async fn find(services: &Services, account: &AccountId, connector: &ConnectorId) -> Result<Connector> {
    store::connectors::find(&services.db, account, connector)
        .await?
        .ok_or_else(|| unknown(connector))
}

/// The same, even if it is deleted.
pub async fn find_even_deleted(
    services: &Services,
    account: &AccountId,
    connector: &ConnectorId,
) -> Result<Connector> {
    store::connectors::find_even_deleted(&services.db, account, connector)
        .await?
        .ok_or_else(|| unknown(connector))
}

/// At most `limit` connectors of an account after `after`, by their ids; with those that are deleted if so asked.
pub async fn list(
    services: &Services,
    account: &AccountId,
    after: Option<&ConnectorId>,
    limit: i64,
    even_deleted: bool,
) -> Result<Vec<Connector>> {
    Ok(store::connectors::list(&services.db, account, after, limit, even_deleted).await?)
}

/// All connectors of an account that aren't deleted.
pub async fn all(services: &Services, account: &AccountId) -> Result<Vec<Connector>> {
    let mut all: Vec<Connector> = Vec::new();
    loop {
        let after = all.last().map(|connector| connector.connector_id.clone());
        let page = list(services, account, after.as_ref(), 500, false).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// Makes a connector, under an id of its own where none is wished for. One without a name is called by its id. The first
/// one of the account's type is its first choice.
pub async fn create(
    services: &Services,
    by: &By,
    account: &AccountId,
    id: Option<ConnectorId>,
    draft: Draft,
) -> Result<Connector> {
    make(services, by, account, id, draft, None).await
}

/// The same for a client of the account's own, which gets a new secret for it: the client, the new connector, and every other
/// one for that client have it, or nothing is changed. The former one works for another day, and until then there is no other.
pub async fn create_with_new_secret(
    services: &Services,
    by: &By,
    account: &AccountId,
    id: Option<ConnectorId>,
    mut draft: Draft,
    client: &Client,
) -> Result<Connector> {
    let meant = (account, &draft.configuration);
    let (rotated, renewal) = Renewal::of(services, by, meant, client).await?;
    draft.client_secret = Some(SecretString::from(rotated.secret.expose().to_owned()));
    let renewed = Some((rotated.client, renewal));
    Box::pin(make(services, by, account, id, draft, renewed)).await
}

async fn make(
    services: &Services,
    by: &By,
    account: &AccountId,
    id: Option<ConnectorId>,
    mut draft: Draft,
    renewed: Option<(Client, Renewal)>,
) -> Result<Connector> {
    let owner = account::row(services, account).await?;
    let id = id.unwrap_or_else(|| ConnectorId::fresh(&services.clock, &services.entropy));
    if draft.name.is_empty() {
        id.as_str().clone_into(&mut draft.name);
    }
    let others = all(services, account).await?;
    if !draft.configuration.preferred {
        draft.configuration.preferred = flow::is_first(&draft, &owner, &others);
    }
    let mut problems = Problems::default();
    rules::check(&draft, services, false, &mut problems);
    let follows = flow::check(&draft, None, &owner, &others, &mut problems);
    problems.finish()?;
    let now = services.clock.now();
    let connector = Connector {
        account_id: account.clone(),
        secret: sealed_secret::seal(
            services,
            &secret::place(account, &id),
            draft.client_secret.as_ref(),
        )?,
        connector_id: id,
        name: draft.name,
        kind: draft.kind,
        enabled: draft.enabled,
        configuration: draft.configuration,
        deleted: false,
        created_at: now,
        updated_at: now,
    };
    let detail = kept(&recorded(&connector));
    let (renewed, renewal) = renewed.unzip();
    let change = Change {
        former: None,
        pinned: pinned::client(services, account, &connector.configuration, renewed).await?,
        renewal,
        flow: follows.map(|flow| (owner, flow)),
        seals: false,
        connector: connector.clone(),
    };
    Box::pin(change.write(services, by, "connector.created", detail)).await?;
    Ok(connector)
}

/// Lets `edit` change a connector, and writes what comes of it: all of it is checked as at its making. Its secret stays
/// unless another is given; an empty one takes it away.
pub async fn update<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    connector: &ConnectorId,
    edit: F,
) -> Result<Written>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    update_read(services, by, account, connector, None, edit).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn update_read<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    connector: &ConnectorId,
    read: Option<Timestamp>,
    edit: F,
) -> Result<Written>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    let owner = account::row(services, account).await?;
    let former = find(services, account, connector).await?;
    unchanged(read, former.updated_at)?;
    let others: Vec<Connector> = all(services, account)
        .await?
        .into_iter()
        .filter(|other| other.connector_id != former.connector_id)
        .collect();
    let mut draft = Draft::from(&former);
    edit(&mut draft)?;
    let mut problems = Problems::default();
    rules::check(&draft, services, former.secret.is_some(), &mut problems);
    let follows = flow::check(&draft, Some(&former), &owner, &others, &mut problems);
    // Whoever may change a connector may not read its secret, so the secret isn't sent anywhere else by itself (SEC-132).
    let moved = former.configuration.token_endpoint != draft.configuration.token_endpoint;
    problems.unless(
        !moved || former.secret.is_none() || draft.client_secret.is_some(),
        "clientSecret",
        "none",
        "the secret, given once more where tokenEndpoint changes",
    );
    problems.finish()?;

    let seals = draft.client_secret.is_some();
    let secret = if seals {
        sealed_secret::seal(
            services,
            &secret::place(account, connector),
            draft.client_secret.as_ref(),
        )?
    } else {
        former.secret.clone()
    };
    let changed = Connector {
        name: draft.name,
        kind: draft.kind,
        enabled: draft.enabled,
        configuration: draft.configuration,
        secret,
        updated_at: account::after(services, former.updated_at),
        ..former.clone()
    };
    let (before, after) = (recorded(&former), recorded(&changed));
    let mut told = flow::changes(&former, &changed, follows);
    if before == after && !seals && follows.is_none() {
        told.extend(warnings(services, &former).await?);
        return Ok(Written {
            connector: former,
            warnings: told,
        });
    }
    let mut detail = difference(&before, &after);
    if let (Value::Object(members), true) = (&mut detail, seals) {
        members.insert("secret_changed".to_owned(), true.into());
    }
    let pasted = |it: &Connector| {
        let fields = &it.configuration;
        (fields.jwt_public_key.clone(), fields.client_id.clone())
    };
    let pinned = if pasted(&former) == pasted(&changed) {
        None
    } else {
        pinned::client(services, account, &changed.configuration, None).await?
    };
    let change = Change {
        former: Some(former.updated_at),
        pinned,
        renewal: None,
        flow: follows.map(|flow| (owner, flow)),
        seals,
        connector: changed.clone(),
    };
    let written = Box::pin(change.write(services, by, "connector.updated", detail));
    written.await.map_err(overtaken(read))?;
    told.extend(warnings(services, &changed).await?);
    if former.configuration.jwks_endpoint != changed.configuration.jwks_endpoint {
        told.extend(Box::pin(unreadable_keys(services, &changed)).await?);
    }
    Ok(Written {
        connector: changed,
        warnings: told,
    })
}

/// Deletes a connector: its id stays taken, and its secret is destroyed. The first choice of a type stays while there are
/// others to choose from.
pub async fn delete(
    services: &Services,
    by: &By,
    account: &AccountId,
    connector: &ConnectorId,
) -> Result<()> {
    delete_read(services, by, account, connector, None).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn delete_read(
    services: &Services,
    by: &By,
    account: &AccountId,
    connector: &ConnectorId,
    read: Option<Timestamp>,
) -> Result<()> {
    account::row(services, account).await?;
    let former = find(services, account, connector).await?;
    unchanged(read, former.updated_at)?;
    let has_others = all(services, account)
        .await?
        .iter()
        .any(|other| other.kind == former.kind && other.connector_id != former.connector_id && other.enabled);
    if former.configuration.preferred && has_others {
        let mut problems = Problems::default();
        problems.push(
            "preferred",
            None,
            "deleting the first choice of its type once another one is preferred",
        );
        problems.finish()?;
    }
    let event = by.did(
        account,
        "connector.deleted",
        None,
        json!({"connector_id": connector, "name": former.name}),
    );
    let (clock, entropy, now) = (
        services.clock.clone(),
        services.entropy.clone(),
        account::after(services, former.updated_at),
    );
    let (owner, id) = (account.clone(), connector.clone());
    let met = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if let Some(read) = read {
                    held(store::connectors::hold(tx, &owner, &id, read).await?)?;
                }
                let met = store::connectors::delete(tx, &owner, &id, now).await?;
                if met > 0 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(met)
            })
        })
        .await
        .map_err(|error| overtaken(read)(error.into()))?;
    services.forget();
    if met > 0 { Ok(()) } else { Err(unknown(connector)) }
}

/// A connector as the record of changes tells of it: never its secret.
fn recorded(connector: &Connector) -> Value {
    json!({
        "connector_id": connector.connector_id,
        "name": connector.name,
        "type": connector.kind,
        "enabled": connector.enabled,
        "configuration": connector.configuration,
        "has_secret": connector.secret.is_some(),
    })
}

fn unknown(connector: &ConnectorId) -> Error {
    Error::NotFound {
        what: "connector",
        id: connector.to_string(),
    }
}
