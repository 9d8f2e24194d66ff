//! Accounts: made with a signing key of their own, changed as a whole, never made twice under one id.

mod check;
mod document;
mod draft;

use jose::{Algorithm, RsaBits};
use serde_json::{Value, json};

pub(super) use check::{id_token_ttl, longest_id_token, rsa_bits, signed_with};
pub use document::document;
pub use draft::Draft;

use super::difference::{difference, kept};
use super::error::{self, Problems};
use super::{By, Error, Result, sso};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::model::{Account, AccountStatus};
use crate::store::accounts::AccountRow;
use crate::store::{self, Tx};

/// An account that was made, and its first key, which signs.
#[derive(Debug)]
pub struct Created {
    /// The account.
    pub account: Account,
    /// Its key: RS256 with 2048 bits, the only kind that the messaging platform takes.
    pub key: SigningKey,
}

/// The account of that id; without one, the default account.
pub async fn find(services: &Services, account: Option<&AccountId>) -> Result<Account> {
    let row = match account {
        Some(id) => row(services, id).await?,
        None => store::accounts::find_default(&services.db)
            .await?
            .ok_or(Error::NoDefaultAccount)?,
    };
    Ok(services.accounts.account(row))
}

/// At most `limit` accounts after `after`, by their ids.
pub async fn list(services: &Services, after: Option<&AccountId>, limit: i64) -> Result<Vec<Account>> {
    let rows = store::accounts::list(&services.db, after, limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| services.accounts.account(row))
        .collect())
}

/// Makes an account, with a key to sign with. The first one is the default account, which is served at the public URL
/// itself. An account without a name is called by its id.
pub async fn create(services: &Services, by: &By, account: AccountId, mut draft: Draft) -> Result<Created> {
    if draft.settings.display_name.is_empty() {
        account.as_str().clone_into(&mut draft.settings.display_name);
    }
    check::check(&draft, &[Algorithm::RS256], &services.settings)?;
    if draft.settings.sso_only {
        let mut problems = Problems::default();
        problems.push("sso_only", None, draft::SSO_ONLY);
        problems.finish()?;
    }
    if store::accounts::find(&services.db, &account).await?.is_some() {
        return Err(taken(&account));
    }
    let now = services.clock.now();
    let key = first_key(services, &account, rsa_bits(&draft.settings), now).await?;
    // Two that are made at the same moment can't both be the first: the one that comes too late is not.
    let created = match insert(services, by, &account, &draft, &key).await {
        Err(Error::Store(store::Error::Taken(constraint))) if constraint.contains("default") => {
            insert(services, by, &account, &draft, &key).await
        }
        done => done,
    };
    let row = created.map_err(|error| explain(error, &account, &draft))?;
    services.forget();
    super::key::advance_decryption(services, by, &row).await?;
    Ok(Created {
        account: services.accounts.account(row),
        key,
    })
}

async fn insert(
    services: &Services,
    by: &By,
    account: &AccountId,
    draft: &Draft,
    key: &SigningKey,
) -> Result<AccountRow> {
    let first = store::accounts::find_default(&services.db).await?.is_none();
    let row = AccountRow {
        account_id: account.clone(),
        is_default: first,
        issuer: draft.issuer.clone(),
        status: draft.status,
        settings: draft.settings.clone(),
        created_at: key.created_at,
        updated_at: key.created_at,
    };
    let made = by.did(account, "account.created", None, kept(&recorded(draft)));
    let generated = by.did(
        account,
        "key.generated",
        None,
        json!({"kid": key.kid, "alg": key.alg, "state": key.state}),
    );
    let (clock, entropy, stored, key) = (
        services.clock.clone(),
        services.entropy.clone(),
        row.clone(),
        key.clone(),
    );
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                store::accounts::insert(tx, &stored).await?;
                store::signing_keys::insert(tx, &key).await?;
                store::audit::insert(tx, &made, &clock, &entropy).await?;
                store::audit::insert(tx, &generated, &clock, &entropy).await
            })
        })
        .await?;
    Ok(row)
}

/// A key that signs from `now` on: nobody has read the set of an account that isn't there yet.
async fn first_key(
    services: &Services,
    account: &AccountId,
    bits: RsaBits,
    now: Timestamp,
) -> Result<SigningKey> {
    let mut key = super::key::make(services, account, Algorithm::RS256, bits, now).await?;
    key.state = KeyState::Active;
    key.activate_at = Some(now);
    key.activated_at = Some(now);
    Ok(key)
}

/// Lets `edit` change the account, and writes what comes of it.
pub async fn update<F>(services: &Services, by: &By, account: &AccountId, edit: F) -> Result<Account>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    update_read(services, by, account, None, edit).await
}

/// The same; with `read`, only while the account's last change is that one.
pub async fn update_read<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    read: Option<Timestamp>,
    edit: F,
) -> Result<Account>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    let former = row(services, account).await?;
    error::unchanged(read, former.updated_at)?;
    let before = Draft::from(&former);
    let mut draft = before.clone();
    edit(&mut draft)?;
    check::check(
        &draft,
        &algorithms(&store::signing_keys::list_published(&services.db, account).await?),
        &services.settings,
    )?;
    if draft == before {
        return Ok(services.accounts.account(former));
    }
    if draft.settings.sso_only && !before.settings.sso_only {
        let mut problems = Problems::default();
        let has_another = sso::any_enabled(services, account, None).await?;
        problems.unless(has_another, "sso_only", true, draft::SSO_ONLY);
        problems.finish()?;
    }
    let event = match (before.status, draft.status) {
        (AccountStatus::Active, AccountStatus::Suspended) => "account.suspended",
        (AccountStatus::Suspended, AccountStatus::Active) => "account.resumed",
        _ => "account.updated",
    };
    let row = AccountRow {
        issuer: draft.issuer.clone(),
        status: draft.status,
        settings: draft.settings.clone(),
        updated_at: after(services, former.updated_at),
        ..former.clone()
    };
    let changed = difference(&recorded(&before), &recorded(&draft));
    write(services, by, &former, row.clone(), event, changed, |_, _| {
        Box::pin(async { Ok(()) })
    })
    .await
    .map_err(|error| error::overtaken(read)(explain(error, account, &draft)))?;
    if before.settings.features != draft.settings.features {
        super::key::advance_decryption(services, by, &row).await?;
    }
    Ok(services.accounts.account(row))
}

/// Deletes an account: its id stays taken, its private keys are destroyed, and from then on its sessions, tokens and
/// clients are unknown (SEC-140).
pub async fn delete(services: &Services, by: &By, account: &AccountId) -> Result<()> {
    delete_read(services, by, account, None).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn delete_read(
    services: &Services,
    by: &By,
    account: &AccountId,
    read: Option<Timestamp>,
) -> Result<()> {
    let former = row(services, account).await?;
    error::unchanged(read, former.updated_at)?;
    let row = AccountRow {
        is_default: false,
        status: AccountStatus::Deleted,
        updated_at: after(services, former.updated_at),
        ..former.clone()
    };
    write(
        services,
        by,
        &former,
        row,
        "account.deleted",
        Value::Null,
        |tx, row| {
            Box::pin(async move {
                store::decryption_keys::delete_all(tx, &row.account_id).await?;
                store::signing_keys::retire_all(tx, &row.account_id, row.updated_at)
                    .await
                    .map(|_| ())
            })
        },
    )
    .await
    .map_err(error::overtaken(read))?;
    // The mark alone ends them; the rows follow, without holding up anybody else's writes.
    let now = services.clock.now();
    while store::sessions::end_of_account(&services.db, account, now).await? == store::retention::BATCH {}
    while store::tokens::revoke_of_account(&services.db, account, now).await? == store::retention::BATCH {}
    services.forget();
    Ok(())
}

type Step<'t> = std::pin::Pin<Box<dyn Future<Output = store::Result<()>> + Send + 't>>;

/// Writes a changed account, what else belongs to the change, and the record of it.
async fn write(
    services: &Services,
    by: &By,
    former: &AccountRow,
    row: AccountRow,
    event: &'static str,
    detail: Value,
    also: for<'t> fn(&'t mut Tx<'_>, &'t AccountRow) -> Step<'t>,
) -> Result<()> {
    let event = by.did(&row.account_id, event, None, detail);
    let (clock, entropy, read_at) = (
        services.clock.clone(),
        services.entropy.clone(),
        former.updated_at,
    );
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if store::accounts::update(tx, &row, read_at).await? == 0 {
                    return Ok(false);
                }
                also(tx, &row).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await?;
    services.forget();
    if written { Ok(()) } else { Err(Error::Changed) }
}

/// The account, unless it is deleted.
pub(super) async fn row(services: &Services, account: &AccountId) -> Result<AccountRow> {
    store::accounts::find(&services.db, account)
        .await?
        .filter(|row| row.status != AccountStatus::Deleted)
        .ok_or_else(|| Error::NotFound {
            what: "account",
            id: account.to_string(),
        })
}

/// The algorithms that an account's active keys sign with.
pub(super) fn algorithms(published: &[SigningKey]) -> Vec<Algorithm> {
    published
        .iter()
        .filter(|key| key.state == KeyState::Active)
        .map(|key| key.alg)
        .collect()
}

/// Now, and later than the last change, so that two changes are never taken for one.
pub(super) fn after(services: &Services, last: Timestamp) -> Timestamp {
    services
        .clock
        .now()
        .max(last + std::time::Duration::from_millis(1))
}

fn recorded(draft: &Draft) -> Value {
    serde_json::to_value(draft).unwrap_or_default()
}

fn taken(account: &AccountId) -> Error {
    Error::Taken {
        what: "account",
        id: account.to_string(),
    }
}

/// What a value that is taken means here.
fn explain(error: Error, account: &AccountId, draft: &Draft) -> Error {
    match error {
        Error::Store(store::Error::Taken(constraint)) if constraint.contains("issuer") => {
            let mut problems = error::Problems::default();
            problems.unless(
                false,
                "issuer",
                draft.issuer.as_deref().unwrap_or_default(),
                "an origin that no other account has, or had when it was deleted",
            );
            problems.finish().err().unwrap_or(Error::Changed)
        }
        Error::Store(store::Error::Taken(_)) => taken(account),
        error => error,
    }
}
