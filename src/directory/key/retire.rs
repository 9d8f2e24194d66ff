//! A key's end: unpublished, its private half destroyed, its public half kept for the record.

use std::time::Duration;

use serde_json::json;

use super::find;
use super::overview::held_by;
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::context::{FRESH, Services};
use crate::directory::{By, Error, Result, account};
use crate::keys::Plan;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store::tokens::Living;
use crate::store::{self, accounts::AccountRow};

/// What came of asking for a key's end.
#[derive(Clone, Debug)]
pub enum Retirement {
    /// It is retired.
    Retired(SigningKey),
    /// It is needed.
    Refused(Needed),
}

/// What a key is needed for.
#[derive(Clone, Debug)]
pub enum Needed {
    /// It signs; the next one must take over first.
    Signs,
    /// Tokens that it signed are alive.
    Tokens(Living),
    /// Clients hold on to it: their platform has it pasted.
    Clients(Vec<ClientId>),
    /// Some node may have signed with it a moment ago: ask again then.
    Until(Timestamp),
}

/// How long a node may go on with a key that has stopped: as long as it may remember, and a moment for the request that
/// is under way.
const ECHO: Duration = FRESH.saturating_add(Duration::from_secs(1));

/// Retires a key that nothing needs any more. A pending key never signed and can always go.
pub async fn retire(services: &Services, by: &By, account: &AccountId, kid: &KeyId) -> Result<Retirement> {
    let owner = account::row(services, account).await?;
    let key = find(services, account, kid).await?;
    let now = services.clock.now();
    if let Some(needed) = needed(services, &key, now).await? {
        return Ok(Retirement::Refused(needed));
    }
    if write(services, by, &owner, kid, now).await? {
        return Ok(Retirement::Retired(find(services, account, kid).await?));
    }
    // It was free a moment ago.
    match needed_now(services, account, kid, now).await? {
        Some(needed) => Ok(Retirement::Refused(needed)),
        None => Err(Error::Changed),
    }
}

/// Retires a key whose time has come, unless something needs it still: then it has another turn (SEC-013).
pub(super) async fn when_quiet(
    services: &Services,
    by: &By,
    owner: &AccountRow,
    kid: &KeyId,
) -> Result<bool> {
    let plan = Plan::of(&owner.settings, &services.settings.keys.rotation);
    let now = services.clock.now();
    write(services, by, owner, kid, now - plan.margin()).await
}

/// Retires it if no token that it signed lives after `alive_after`.
async fn write(
    services: &Services,
    by: &By,
    owner: &AccountRow,
    kid: &KeyId,
    alive_after: Timestamp,
) -> Result<bool> {
    let event = by.did(&owner.account_id, "key.retired", None, json!({"kid": kid}));
    let (clock, entropy, now) = (
        services.clock.clone(),
        services.entropy.clone(),
        services.clock.now(),
    );
    let (account, kid) = (owner.account_id.clone(), kid.clone());
    let retired = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let quiet_since = now - ECHO;
                let met =
                    store::signing_keys::retire(tx, &account, &kid, now, quiet_since, alive_after).await?;
                if met {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(met)
            })
        })
        .await?;
    if retired {
        services.forget();
    }
    Ok(retired)
}

async fn needed_now(
    services: &Services,
    account: &AccountId,
    kid: &KeyId,
    now: Timestamp,
) -> Result<Option<Needed>> {
    let key = find(services, account, kid).await?;
    needed(services, &key, now).await
}

async fn needed(services: &Services, key: &SigningKey, now: Timestamp) -> Result<Option<Needed>> {
    match key.state {
        KeyState::Active => return Ok(Some(Needed::Signs)),
        KeyState::Retired => {
            return Err(Error::NotFound {
                what: "published signing key",
                id: key.kid.to_string(),
            });
        }
        KeyState::Pending | KeyState::Retiring => {}
    }
    let account = &key.account_id;
    let clients = held_by(services, account, &key.kid).await?;
    if !clients.is_empty() {
        return Ok(Some(Needed::Clients(clients)));
    }
    let living = store::tokens::count_signed(&services.db, account, &key.kid, now).await?;
    if living.tokens > 0 {
        return Ok(Some(Needed::Tokens(living)));
    }
    let quiet = key.stopped_at.map(|stopped| stopped + ECHO);
    Ok(quiet.filter(|quiet| *quiet > now).map(Needed::Until))
}
