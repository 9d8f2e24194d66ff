//! Connections of users' single sign-on (section 7.5 of the platform contract).

mod document;
mod draft;
mod refused;
mod rules;
mod secret;

use serde_json::{Value, json};

pub use document::{begin, callback, document};
pub use draft::Draft;
pub use refused::record_refused;
pub use secret::client_secret;

use super::difference::{difference, kept};
use super::error::{Problems, overtaken, unchanged};
use super::{By, Error, Result, account, sealed_secret};
use crate::base::Timestamp;
use crate::base::id::{AccountId, SsoName};
use crate::context::Services;
use crate::model::sso::SsoConnection;
use crate::store::{self, Tx};

/// The most connections of an account.
const MOST: usize = 100;

/// The connection of that name in that account.
pub async fn find(services: &Services, account: &AccountId, name: &SsoName) -> Result<SsoConnection> {
    store::sso_connections::find(&services.db, account, name)
        .await?
        .ok_or_else(|| unknown(name))
}

/// All connections of an account, by their names.
pub async fn list(services: &Services, account: &AccountId) -> Result<Vec<SsoConnection>> {
    Ok(store::sso_connections::list(&services.db, account).await?)
}

/// Whether somebody can log in by single sign-on: by another connection than `but`, where one is named.
pub(super) async fn any_enabled(
    services: &Services,
    account: &AccountId,
    but: Option<&SsoName>,
) -> Result<bool> {
    let all = list(services, account).await?;
    Ok(all.iter().any(|it| it.enabled && Some(&it.name) != but))
}

/// Makes a connection.
pub async fn create(
    services: &Services,
    by: &By,
    account: &AccountId,
    name: SsoName,
    draft: Draft,
) -> Result<SsoConnection> {
    account::row(services, account).await?;
    let mut problems = Problems::default();
    rules::check(&draft, services, &mut problems);
    let number = list(services, account).await?.len();
    problems.unless(
        number < MOST,
        "name",
        number,
        format!("at most {MOST} connections of an account"),
    );
    problems.finish()?;
    let now = services.clock.now();
    let connection = SsoConnection {
        account_id: account.clone(),
        secret: sealed_secret::seal(
            services,
            &secret::place(account, &name),
            draft.client_secret.as_ref(),
        )?,
        name,
        kind: draft.kind,
        enabled: draft.enabled,
        configuration: draft.configuration,
        created_at: now,
        updated_at: now,
    };
    let event = by.did(account, "sso.created", None, kept(&recorded(&connection)));
    let (clock, entropy, stored) = (
        services.clock.clone(),
        services.entropy.clone(),
        connection.clone(),
    );
    let written = services.db.transaction(move |tx| {
        Box::pin(async move {
            store::sso_connections::insert(tx, &stored).await?;
            store::audit::insert(tx, &event, &clock, &entropy).await
        })
    });
    written.await.map_err(|error| match error {
        store::Error::Taken(_) => Error::Taken {
            what: "connection",
            id: connection.name.to_string(),
        },
        error => error.into(),
    })?;
    Ok(connection)
}

/// Lets `edit` change a connection, and writes what comes of it: all of it is checked as at its making. Its secret stays
/// unless another is given; an empty one takes it away.
pub async fn update<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    name: &SsoName,
    edit: F,
) -> Result<SsoConnection>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    update_read(services, by, account, name, None, edit).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn update_read<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    name: &SsoName,
    read: Option<Timestamp>,
    edit: F,
) -> Result<SsoConnection>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    let owner = account::row(services, account).await?;
    let former = find(services, account, name).await?;
    unchanged(read, former.updated_at)?;
    let mut draft = Draft::from(&former);
    edit(&mut draft)?;
    let mut problems = Problems::default();
    rules::check(&draft, services, &mut problems);
    problems.unless(draft.kind == former.kind, "kind", draft.kind, rules::KIND);
    // Whoever may change a connection may not read its secret, so the secret isn't sent anywhere else by itself (SEC-132).
    let moved = former.configuration.issuer != draft.configuration.issuer;
    problems.unless(
        !moved || former.secret.is_none() || draft.client_secret.is_some(),
        "client_secret",
        "none",
        "the secret, given once more where issuer changes",
    );
    if former.enabled && !draft.enabled {
        let others = !owner.settings.sso_only || any_enabled(services, account, Some(name)).await?;
        problems.unless(others, "enabled", draft.enabled, LAST);
    }
    problems.finish()?;

    let seals = draft.client_secret.is_some();
    let secret = if seals {
        sealed_secret::seal(
            services,
            &secret::place(account, name),
            draft.client_secret.as_ref(),
        )?
    } else {
        former.secret.clone()
    };
    let changed = SsoConnection {
        enabled: draft.enabled,
        configuration: draft.configuration,
        secret,
        updated_at: account::after(services, former.updated_at),
        ..former.clone()
    };
    let (before, after) = (recorded(&former), recorded(&changed));
    if before == after && !seals {
        return Ok(former);
    }
    let mut detail = difference(&before, &after);
    if let Value::Object(members) = &mut detail {
        members.insert("name".to_owned(), name.as_str().into());
        if seals {
            members.insert("secret_changed".to_owned(), true.into());
        }
    }
    let event = by.did(account, "sso.updated", None, detail);
    let (clock, entropy, stored) = (services.clock.clone(), services.entropy.clone(), changed.clone());
    let read_at = former.updated_at;
    // Whoever came by what it was, comes anew by what it is.
    let ends = !changed.enabled || proves_by(&former) != proves_by(&changed);
    let written = services.db.transaction(move |tx| {
        Box::pin(async move {
            if store::sso_connections::update(tx, &stored, read_at).await? == 0 {
                return Err(store::Error::Stale);
            }
            if seals {
                store::sso_connections::update_secret(tx, &stored).await?;
            }
            if ends {
                end_all(tx, &stored.account_id, &stored.name).await?;
            }
            store::audit::insert(tx, &event, &clock, &entropy).await
        })
    });
    written.await.map_err(stale).map_err(overtaken(read))?;
    Ok(changed)
}

/// Deletes a connection, and its secret for ever.
pub async fn delete(services: &Services, by: &By, account: &AccountId, name: &SsoName) -> Result<()> {
    delete_read(services, by, account, name, None).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn delete_read(
    services: &Services,
    by: &By,
    account: &AccountId,
    name: &SsoName,
    read: Option<Timestamp>,
) -> Result<()> {
    let owner = account::row(services, account).await?;
    let former = find(services, account, name).await?;
    unchanged(read, former.updated_at)?;
    if former.enabled && owner.settings.sso_only && !any_enabled(services, account, Some(name)).await? {
        let mut problems = Problems::default();
        problems.push("enabled", None, LAST);
        problems.finish()?;
    }
    let event = by.did(account, "sso.deleted", None, json!({"name": name}));
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let (owner, name, read_at) = (account.clone(), name.clone(), former.updated_at);
    let written = services.db.transaction(move |tx| {
        Box::pin(async move {
            if store::sso_connections::delete(tx, &owner, &name, read_at).await? == 0 {
                return Err(store::Error::Stale);
            }
            end_all(tx, &owner, &name).await?;
            store::audit::insert(tx, &event, &clock, &entropy).await
        })
    });
    written.await.map_err(stale).map_err(overtaken(read))
}

/// Ends what hangs on a connection: sessions, browsers on their way, tickets (SEC-105).
async fn end_all(tx: &mut Tx<'_>, account: &AccountId, name: &SsoName) -> store::Result<()> {
    store::login_sessions::delete_of_sso(tx, account, name).await?;
    store::sso_attempts::delete_all(tx, account, name)
        .await
        .map(|_| ())
}

/// Who vouches for users, by what, and for which.
fn proves_by(connection: &SsoConnection) -> impl PartialEq {
    let fields = connection.configuration.clone();
    let issuer = (fields.issuer, fields.client_id, fields.entity_id);
    (issuer, fields.certificates, fields.algorithms, fields.claim)
}

const LAST: &str =
    "a connection that is enabled, as long as the account's sso_only is on and there is no other";

fn stale(error: store::Error) -> Error {
    match error {
        store::Error::Stale => Error::Changed,
        error => error.into(),
    }
}

/// A connection as the record of changes tells of it: never its secret.
fn recorded(connection: &SsoConnection) -> Value {
    json!({
        "name": connection.name,
        "kind": connection.kind,
        "enabled": connection.enabled,
        "configuration": connection.configuration,
        "has_secret": connection.secret.is_some(),
    })
}

fn unknown(name: &SsoName) -> Error {
    Error::NotFound {
        what: "connection",
        id: name.to_string(),
    }
}
