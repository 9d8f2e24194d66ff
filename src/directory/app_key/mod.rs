//! API keys: made, changed, switched off and given new secrets by an account's administrators; never deleted (section
//! 8.1 of the platform contract).

mod check;
mod document;
mod draft;
mod reach;
mod values;

use std::time::Duration;

use serde_json::{Value, json};

pub use document::{document, made_document};
pub use draft::Draft;
pub use reach::may_give;
pub use values::Values;

use super::difference::{difference, kept};
use super::error::{Problems, overtaken, unchanged};
use super::{By, Error, Result, account};
use crate::base::Timestamp;
use crate::base::id::{AccountId, AppKeyId};
use crate::config::Period;
use crate::context::Services;
use crate::model::app_key::{AppKey, AppKeyPair, AppKeySettings, MOST};
use crate::store;

/// The longest that former secrets may go on working beside their successors.
pub const LONGEST_OVERLAP: Duration = Duration::from_hours(30 * 24);

/// A key that was made, or was given new secrets.
#[derive(Debug)]
pub struct Made {
    /// The key.
    pub key: AppKey,
    /// Its four values. This is the only time that they can be seen.
    pub values: Values,
    /// How long the former ones go on working; none where there are none, or they stopped.
    pub former_until: Option<Timestamp>,
}

/// The key of that name in that account.
pub async fn find(services: &Services, account: &AccountId, app_key: &AppKeyId) -> Result<AppKey> {
    store::app_keys::find(&services.db, account, app_key)
        .await?
        .ok_or_else(|| Error::NotFound {
            what: "app key",
            id: app_key.to_string(),
        })
}

/// All of an account's, in the order of their making.
pub async fn list(services: &Services, account: &AccountId) -> Result<Vec<AppKey>> {
    Ok(store::app_keys::list(&services.db, account).await?)
}

/// The pairs of a key that work: when each was made, and when it ends. The newest comes first.
pub async fn pairs(services: &Services, key: &AppKey) -> Result<Vec<(Timestamp, Option<Timestamp>)>> {
    let pairs =
        store::app_key_secrets::list(&services.db, &key.account_id, &key.app_key, services.clock.now())
            .await?;
    Ok(pairs
        .iter()
        .map(|pair| (pair.created_at, pair.expires_at))
        .collect())
}

/// Makes a key.
pub async fn create(services: &Services, by: &By, account: &AccountId, draft: Draft) -> Result<Made> {
    account::row(services, account).await?;
    let now = services.clock.now();
    check::check(&draft, now)?;
    let key = AppKey {
        account_id: account.clone(),
        app_key: AppKeyId::fresh(&services.entropy),
        enabled: draft.enabled,
        settings: draft.settings,
        created_at: now,
        updated_at: now,
        last_used_at: None,
    };
    let (values, pair) = values::fresh(services, &key, now)?;
    let detail = kept(&recorded(&key));
    let event = by.did(account, "app_key.created", None, detail);
    let (clock, entropy, stored) = (services.clock.clone(), services.entropy.clone(), key.clone());
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if !store::app_keys::insert(tx, &stored).await? {
                    return Ok(false);
                }
                store::app_key_secrets::insert(tx, &stored.account_id, &stored.app_key, &pair).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await
        .map_err(|error| match error {
            store::Error::Taken(_) => Error::Changed,
            error => error.into(),
        })?;
    if !written {
        let mut problems = Problems::default();
        problems.push(
            "app_key",
            None,
            format!(
                "{MOST} in one account, which has them; none can be deleted, but an old one can be used anew"
            ),
        );
        problems.finish()?;
    }
    services.forget();
    Ok(Made {
        key,
        values,
        former_until: None,
    })
}

/// Lets `edit` change a key, and writes what comes of it.
pub async fn update<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    app_key: &AppKeyId,
    edit: F,
) -> Result<AppKey>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    update_read(services, by, account, app_key, None, edit).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn update_read<F>(
    services: &Services,
    by: &By,
    account: &AccountId,
    app_key: &AppKeyId,
    read: Option<Timestamp>,
    edit: F,
) -> Result<AppKey>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    let former = find(services, account, app_key).await?;
    unchanged(read, former.updated_at)?;
    let mut draft = Draft::from(&former);
    edit(&mut draft)?;
    let now = account::after(services, former.updated_at);
    check::check(&draft, now)?;
    let key = AppKey {
        enabled: draft.enabled,
        settings: draft.settings,
        updated_at: now,
        ..former.clone()
    };
    let event = match (former.enabled, key.enabled) {
        (true, false) => "app_key.disabled",
        (false, true) => "app_key.enabled",
        (true, true) | (false, false) => "app_key.updated",
    };
    let (before, after) = (recorded(&former), recorded(&key));
    if before == after {
        return Ok(former);
    }
    let mut detail = difference(&before, &after);
    if let Value::Object(members) = &mut detail {
        members.insert("app_key".to_owned(), json!(key.app_key));
    }
    let written = write(services, by, &former, &key, None, event, detail);
    written.await.map_err(overtaken(read))?;
    Ok(key)
}

/// Lets a key be used, or not any more: on every node within five seconds.
pub async fn set_enabled(
    services: &Services,
    by: &By,
    account: &AccountId,
    app_key: &AppKeyId,
    enabled: bool,
) -> Result<AppKey> {
    update(services, by, account, app_key, |draft| {
        draft.enabled = enabled;
        Ok(())
    })
    .await
}

/// Gives a key a new secret, access token and access token secret; what requests call it stays. Its newest former ones go
/// on working for `keep_old`, all others stop at once (SEC-124).
pub async fn rotate(
    services: &Services,
    by: &By,
    account: &AccountId,
    app_key: &AppKeyId,
    keep_old: Duration,
) -> Result<Made> {
    let mut problems = Problems::default();
    problems.unless(
        keep_old <= LONGEST_OVERLAP,
        "keep_old",
        Period::seconds(keep_old.as_secs()),
        "at most 30d",
    );
    problems.finish()?;
    let former = find(services, account, app_key).await?;
    let now = account::after(services, former.updated_at);
    let key = AppKey {
        updated_at: now,
        ..former.clone()
    };
    let (values, pair) = values::fresh(services, &key, now)?;
    let end = now + keep_old;
    let former_until = (!keep_old.is_zero()).then_some(end);
    let detail = json!({"app_key": key.app_key, "former_until": former_until.map(Timestamp::to_rfc3339)});
    write(
        services,
        by,
        &former,
        &key,
        Some((pair, end)),
        "app_key.rotated",
        detail,
    )
    .await?;
    Ok(Made {
        key,
        values,
        former_until,
    })
}

/// Writes a changed key and the record of it; `next` is a new pair, and when the former one ends.
async fn write(
    services: &Services,
    by: &By,
    former: &AppKey,
    key: &AppKey,
    next: Option<(AppKeyPair, Timestamp)>,
    event: &'static str,
    detail: Value,
) -> Result<()> {
    let event = by.did(&key.account_id, event, None, detail);
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let (stored, read_at) = (key.clone(), former.updated_at);
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if store::app_keys::update(tx, &stored, read_at).await? == 0 {
                    return Ok(false);
                }
                if let Some((pair, end)) = &next {
                    let (account, app_key) = (&stored.account_id, &stored.app_key);
                    store::app_key_secrets::end(tx, account, app_key, *end).await?;
                    store::app_key_secrets::insert(tx, account, app_key, pair).await?;
                }
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await?;
    services.forget();
    if written { Ok(()) } else { Err(Error::Changed) }
}

/// A key as the record of changes tells of it: never a secret.
fn recorded(key: &AppKey) -> Value {
    let AppKeySettings {
        application_name,
        developer_name,
        description,
        privileges,
        ip,
        require_body_hash,
        hmac_sha1,
        expires_at,
    } = &key.settings;
    json!({
        "app_key": key.app_key,
        "enabled": key.enabled,
        "application_name": application_name,
        "developer_name": developer_name,
        "description": description,
        "privileges": privileges,
        "ip": ip,
        "require_body_hash": require_body_hash,
        "hmac_sha1": hmac_sha1,
        "expires_at": expires_at.map(Timestamp::to_rfc3339),
    })
}
