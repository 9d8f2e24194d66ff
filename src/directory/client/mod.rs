//! Clients: made, changed and taken away by an account's administrators.

mod authentication;
mod check;
mod document;
mod draft;
mod encryption;
mod keys;
mod registered;
mod renewal;
mod requests;
mod secret;
mod sector;
mod tokens;

use serde_json::Value;

pub use document::{document, written_document};
pub use draft::Draft;
pub(super) use draft::grant_types;
pub(super) use renewal::renewal;
pub use renewal::{Renewed, may_not_renew_until, renew, take_back};
pub use secret::{LONGEST_OVERLAP, Rotated, rotate};

use check::Circumstances;

use super::difference::{difference, kept};
use super::error::{held, overtaken, unchanged};
use super::{By, Error, Problem, Result, account};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Clock, Digest, Entropy, OneTime, Timestamp};
use crate::context::Services;
use crate::model::audit::AuditEvent;
use crate::model::client::ClientSecret;
use crate::model::registration::{InitialAccessToken, RegistrationToken};
use crate::model::{Client, ClientSettings};
use crate::store::{self, Tx};

/// A client that was made or changed.
#[derive(Debug)]
pub struct Written {
    /// The client.
    pub client: Client,
    /// A secret that was made with it. This is the only time that it can be seen.
    pub secret: Option<OneTime<ClientSecret>>,
}

/// The client of that id in that account.
pub async fn find(services: &Services, account: &AccountId, client: &ClientId) -> Result<Client> {
    store::clients::find(&services.db, account, client)
        .await?
        .ok_or_else(|| unknown(client))
}

/// At most `limit` clients of an account after `after`, by their ids.
pub async fn list(
    services: &Services,
    account: &AccountId,
    after: Option<&ClientId>,
    limit: i64,
) -> Result<Vec<Client>> {
    Ok(store::clients::list(&services.db, account, after, limit).await?)
}

/// Makes a client, under an id of its own where none is wished for. One without a name is called by its id.
pub async fn create(
    services: &Services,
    by: &By,
    account: &AccountId,
    id: Option<ClientId>,
    draft: Draft,
) -> Result<Written> {
    create_with(services, by, account, id, draft, Pass::default()).await
}

/// An id that a path of the admin API can name (SEC-159: a path has no `%2F`). Clients that have another one already keep it.
fn nameable(id: ClientId) -> Result<ClientId> {
    if !id.as_str().contains('/') && !matches!(id.as_str(), "." | "..") {
        return Ok(id);
    }
    Err(Error::Invalid(vec![Problem {
        key: "client_id".to_owned(),
        found: Some(id.to_string()),
        allowed: "letters, digits and any of . _ ~ : @ -, without a slash".to_owned(),
    }]))
}

/// What a client that registers itself has, and what it gets beside its secret.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::directory) struct Pass {
    /// The token that lets it, used up with the registration.
    pub(in crate::directory) initial: Option<Digest<InitialAccessToken>>,
    /// The token by which it is to manage itself.
    pub(in crate::directory) management: Option<Digest<RegistrationToken>>,
}

impl Pass {
    async fn write(self, tx: &mut Tx<'_>, client: &Client) -> store::Result<bool> {
        let (account, now) = (&client.account_id, client.created_at);
        if let Some(initial) = self.initial
            && !store::initial_access_tokens::take(tx, account, initial, now).await?
        {
            return Ok(false);
        }
        store::clients::insert(tx, client).await?;
        if let Some(token) = self.management {
            store::registration_tokens::insert(tx, account, &client.client_id, token, now).await?;
        }
        Ok(true)
    }
}

/// The same for a client that registers itself.
pub(in crate::directory) async fn create_with(
    services: &Services,
    by: &By,
    account: &AccountId,
    id: Option<ClientId>,
    mut draft: Draft,
    pass: Pass,
) -> Result<Written> {
    let id = match id {
        Some(id) => nameable(id)?,
        None => ClientId::fresh(&services.clock, &services.entropy),
    };
    if draft.settings.client_name.is_empty() {
        draft.settings.client_name = id
            .as_str()
            .chars()
            .take(oauth::ClientMetadata::MAX_TEXT)
            .collect();
    }
    let settings = Box::pin(checked(services, account, &draft)).await?;
    let now = services.clock.now();
    let (secrets, secret) = secret::follow(&draft, None, &services.entropy, now);
    let client = Client {
        account_id: account.clone(),
        client_id: id,
        enabled: draft.enabled,
        platform: draft.platform,
        settings,
        secrets,
        created_at: now,
        updated_at: now,
    };
    let event = by.did(
        account,
        "client.created",
        Some(&client.client_id),
        kept(&recorded(draft.enabled, draft.platform, &client.settings)),
    );
    let kept_secret = secret::Kept::of(services, None, &client, secret.as_ref())?;
    let (clock, entropy, stored) = (services.clock.clone(), services.entropy.clone(), client.clone());
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if !pass.write(tx, &stored).await? {
                    return Ok(false);
                }
                if let Some(kept) = &kept_secret {
                    kept.write(tx, &stored).await?;
                }
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await
        .map_err(|error| match error {
            store::Error::Taken(_) => Error::Taken {
                what: "client",
                id: client.client_id.to_string(),
            },
            error => error.into(),
        })?;
    if !written {
        return Err(Error::NoInitialAccessToken);
    }
    services.forget();
    Ok(Written { client, secret })
}

/// Lets `edit` change a client, and writes what comes of it: all of it is checked as at its making (SEC-063). A client
/// that begins to need a secret gets one; one that needs none any more loses those it has.
pub async fn update<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    client: &ClientId,
    edit: F,
) -> Result<Written>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    update_read(services, by, account, client, None, edit).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn update_read<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    client: &ClientId,
    read: Option<Timestamp>,
    edit: F,
) -> Result<Written>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    update_with(services, by, (account, client), read, None, edit).await
}

/// The exchange of a client's token for its next one (SEC-063).
#[derive(Clone, Copy, Debug)]
pub(in crate::directory) struct Rotation {
    /// The token that was shown.
    pub(in crate::directory) used: Digest<RegistrationToken>,
    /// The one that takes its place.
    pub(in crate::directory) next: Digest<RegistrationToken>,
}

impl Rotation {
    /// [`store::Error::Stale`] where it was used meanwhile: then nothing of the transaction counts.
    pub(in crate::directory) async fn write(
        self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        client: &ClientId,
        now: Timestamp,
    ) -> store::Result<()> {
        let Self { used, next } = self;
        if store::registration_tokens::rotate(tx, account, client, used, next, now).await? {
            Ok(())
        } else {
            Err(store::Error::Stale)
        }
    }
}

/// The same for a client that changes itself: its token is exchanged in the very transaction, or nothing is written.
pub(in crate::directory) async fn update_with<F>(
    services: &Services,
    by: &By,
    (account, client): (&AccountId, &ClientId),
    read: Option<Timestamp>,
    rotation: Option<Rotation>,
    edit: F,
) -> Result<Written>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    let former = find(services, account, client).await?;
    unchanged(read, former.updated_at)?;
    let mut draft = Draft::from(&former);
    edit(&mut draft)?;
    let settings = Box::pin(checked(services, account, &draft)).await?;
    let before = recorded(former.enabled, former.platform, &former.settings);
    let changed = recorded(draft.enabled, draft.platform, &settings);
    if before == changed {
        if let Some(rotation) = rotation {
            let (owner, id, now) = (account.clone(), client.clone(), services.clock.now());
            let db = &services.db;
            db.transaction(move |tx| Box::pin(async move { rotation.write(tx, &owner, &id, now).await }))
                .await?;
        }
        return Ok(Written {
            client: former,
            secret: None,
        });
    }
    let now = account::after(services, former.updated_at);
    let (secrets, secret) = secret::follow(&draft, Some(&former), &services.entropy, now);
    let client = Client {
        enabled: draft.enabled,
        platform: draft.platform,
        settings,
        secrets,
        updated_at: now,
        ..former.clone()
    };
    let kept_secret = secret::Kept::of(services, Some(&former), &client, secret.as_ref())?;
    let client = Box::pin(write(
        services,
        by,
        &former,
        client,
        kept_secret,
        rotation,
        difference(&before, &changed),
    ))
    .await
    .map_err(|error| match error {
        // Whoever uses up a token with it is told of that by another error.
        Error::Changed => overtaken(read)(error),
        error => error,
    })?;
    Ok(Written { client, secret })
}

/// Deletes a client, and takes back its tokens and what consumers allowed it.
pub async fn delete(services: &Services, by: &By, account: &AccountId, client: &ClientId) -> Result<()> {
    delete_read(services, by, account, client, None).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn delete_read(
    services: &Services,
    by: &By,
    account: &AccountId,
    client: &ClientId,
    read: Option<Timestamp>,
) -> Result<()> {
    account::row(services, account).await?;
    unchanged(read, find(services, account, client).await?.updated_at)?;
    let event = by.did(account, "client.deleted", Some(client), Value::Null);
    let (clock, entropy, now) = (
        services.clock.clone(),
        services.entropy.clone(),
        services.clock.now(),
    );
    let (owner, id) = (account.clone(), client.clone());
    let met = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if let Some(read) = read {
                    held(store::clients::hold(tx, &owner, &id, read).await?)?;
                }
                let met = store::clients::delete(tx, &owner, &id, now).await?;
                if met > 0 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(met)
            })
        })
        .await
        .map_err(|error| overtaken(read)(error.into()))?;
    services.forget();
    if met > 0 { Ok(()) } else { Err(unknown(client)) }
}

/// Whether requests without a client id can no longer mean this client, since another of the same flow can be meant as
/// well (section 1.3 of the platform contract).
pub async fn is_ambiguous(services: &Services, client: &Client) -> Result<bool> {
    let meant =
        |client: &Client| client.enabled && client.platform && client.settings.leniency.default_client;
    if !meant(client) {
        return Ok(false);
    }
    let others = store::clients::list_platform(&services.db, &client.account_id).await?;
    Ok(others.iter().any(|other| {
        other.client_id != client.client_id
            && meant(other)
            && client
                .settings
                .response_types
                .iter()
                .any(|kind| other.settings.response_types.contains(kind))
    }))
}

/// Checks a draft against its account, which must be there.
async fn checked(services: &Services, account: &AccountId, draft: &Draft) -> Result<ClientSettings> {
    let owner = services.accounts.account(account::row(services, account).await?);
    let issuers = services.accounts.issuers().await?;
    let published = store::signing_keys::list_published(&services.db, account).await?;
    let algorithms = account::algorithms(&published);
    let settings = check::check(
        draft,
        &Circumstances {
            server: &services.settings,
            account,
            issuer: &owner.issuer,
            issuers: &issuers,
            outbound: &services.outbound,
            algorithms: &algorithms,
            takes_encrypted: owner.settings.features.encrypted_request_objects,
            published: &published,
        },
    )?;
    Box::pin(sector::check(
        &settings,
        owner.settings.subject_type,
        &services.outbound,
    ))
    .await?;
    Ok(settings)
}

/// A changed client that is to be written.
pub(in crate::directory) struct Change {
    /// As it is to be.
    client: Client,
    /// When it was last changed.
    read_at: Timestamp,
    kept_secret: Option<secret::Kept>,
    event: AuditEvent,
}

impl Change {
    /// Writes it and the record of it; false, and nothing, where somebody changed it since it was read.
    pub(in crate::directory) async fn write(
        &self,
        tx: &mut Tx<'_>,
        clock: &Clock,
        entropy: &Entropy,
    ) -> store::Result<bool> {
        if store::clients::update(tx, &self.client, self.read_at).await? == 0 {
            return Ok(false);
        }
        if let Some(kept) = &self.kept_secret {
            kept.write(tx, &self.client).await?;
        }
        store::audit::insert(tx, &self.event, clock, entropy).await?;
        Ok(true)
    }

    /// The same in a transaction of its own, with the exchange of a registration token if there is one.
    /// [`Error::Changed`] where somebody changed the client since it was read.
    async fn commit(self, services: &Services, rotation: Option<Rotation>) -> Result<()> {
        let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
        let written = services
            .db
            .transaction(move |tx| {
                Box::pin(async move {
                    if !self.write(tx, &clock, &entropy).await? {
                        return Ok(false);
                    }
                    if let Some(rotation) = rotation {
                        let Client {
                            account_id,
                            client_id,
                            updated_at,
                            ..
                        } = &self.client;
                        rotation.write(tx, account_id, client_id, *updated_at).await?;
                    }
                    Ok(true)
                })
            })
            .await?;
        services.forget();
        if written { Ok(()) } else { Err(Error::Changed) }
    }
}

/// Writes a changed client and the record of it.
async fn write(
    services: &Services,
    by: &By,
    former: &Client,
    client: Client,
    kept_secret: Option<secret::Kept>,
    rotation: Option<Rotation>,
    detail: Value,
) -> Result<Client> {
    let change = Change {
        event: by.did(
            &client.account_id,
            "client.updated",
            Some(&client.client_id),
            detail,
        ),
        read_at: former.updated_at,
        kept_secret,
        client: client.clone(),
    };
    change.commit(services, rotation).await?;
    Ok(client)
}

/// A client as the record of changes tells of it: one level, by the names of the keys.
fn recorded(enabled: bool, platform: bool, settings: &ClientSettings) -> Value {
    let mut members = serde_json::to_value(settings).unwrap_or_default();
    if let Value::Object(members) = &mut members {
        members.insert("enabled".to_owned(), enabled.into());
        members.insert("platform".to_owned(), platform.into());
    }
    members
}

fn unknown(client: &ClientId) -> Error {
    Error::NotFound {
        what: "client",
        id: client.to_string(),
    }
}
