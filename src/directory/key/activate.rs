//! A pending key takes over: in one transaction it begins to sign and the active one stops.

use serde_json::json;

use super::readers::{self, Readiness};
use super::{generate, publish};
use crate::base::id::{AccountId, KeyId};
use crate::context::Services;
use crate::directory::{By, Result, account};
use crate::keys::Plan;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store::{self, accounts::AccountRow};

/// What came of asking for a rotation.
#[derive(Clone, Debug)]
pub enum Rotation {
    /// The key signs.
    Activated {
        /// The key, as it is now.
        key: SigningKey,
        /// The one that it took over from.
        former: Option<KeyId>,
    },
    /// The key is published and waits: somebody has not seen it.
    Waiting {
        /// The pending key.
        key: SigningKey,
        /// Who is waited for, and until when at most.
        readiness: Readiness,
    },
}

/// Rotates an account's key of an algorithm, the default one where none is named: the key that waits, or a new one,
/// begins to sign as soon as everybody who verifies has it (SEC-013). `force` doesn't ask them.
pub async fn rotate(
    services: &Services,
    by: &By,
    account: &AccountId,
    algorithm: Option<jose::Algorithm>,
    force: bool,
) -> Result<Rotation> {
    let owner = account::row(services, account).await?;
    let key = generate(services, by, account, algorithm, None).await?.key;
    let readiness = readers::readiness(services, &owner, &key).await?;
    if !force && !readiness.is_ready(services.clock.now()) {
        return Ok(Rotation::Waiting { key, readiness });
    }
    let unseen: Vec<String> = readiness.lacking.iter().map(ToString::to_string).collect();
    let former = activate(
        services,
        by,
        &owner,
        &key,
        json!({"forced": force, "unseen_by": unseen}),
    )
    .await?;
    let key = store::signing_keys::find(&services.db, account, &key.kid)
        .await?
        .unwrap_or(key);
    Ok(Rotation::Activated { key, former })
}

/// Lets the pending key sign and the active one of its algorithm stop; the latter's id. Where another node was first, its
/// work stands and nothing is written.
pub(super) async fn activate(
    services: &Services,
    by: &By,
    owner: &AccountRow,
    pending: &SigningKey,
    mut detail: serde_json::Value,
) -> Result<Option<KeyId>> {
    let account = owner.account_id.clone();
    let plan = Plan::of(&owner.settings, &services.settings.keys.rotation);
    let keys = store::signing_keys::list_published(&services.db, &account).await?;
    let former = keys
        .into_iter()
        .find(|key| key.state == KeyState::Active && key.alg == pending.alg)
        .map(|key| key.kid);
    if let Some(members) = detail.as_object_mut() {
        members.insert("kid".to_owned(), json!(pending.kid));
        members.insert("former".to_owned(), json!(former));
    }
    let event = by.did(&account, "key.activated", None, detail);
    let (clock, entropy, now) = (
        services.clock.clone(),
        services.entropy.clone(),
        services.clock.now(),
    );
    let (kid, alg) = (pending.kid.clone(), pending.alg);
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if !store::signing_keys::is_pending(tx, &account, &kid).await? {
                    return Ok(());
                }
                store::signing_keys::stop_active(tx, &account, alg, now, now + plan.keep_after).await?;
                // One never stops without the other's beginning.
                if !store::signing_keys::start_pending(tx, &account, &kid, now).await? {
                    return Err(store::Error::Fault(format!("key {kid} is not pending any more")));
                }
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await?;
    services.forget();
    Ok(former)
}

/// Takes every step of an account's keys that is due, in order (SEC-170): any number of nodes may do so at once.
pub async fn advance(services: &Services, account: &AccountId) -> Result<usize> {
    let owner = account::row(services, account).await?;
    let plan = Plan::of(&owner.settings, &services.settings.keys.rotation);
    let keys = store::signing_keys::list_published(&services.db, account).await?;
    let steps = crate::keys::rotation::due(&keys, &plan, services.clock.now());
    let by = By::system();
    for step in &steps {
        use crate::keys::rotation::Step;
        match step {
            Step::Publish { alg, .. } => {
                let bits = account::rsa_bits(&owner.settings);
                let key = publish::make(services, account, *alg, bits, services.clock.now()).await?;
                publish::publish(services, &by, &owner, key, "key.generated").await?;
            }
            Step::Activate { kid } => {
                if let Some(key) = keys.iter().find(|key| key.kid == *kid) {
                    activate(services, &by, &owner, key, json!({"forced": false})).await?;
                }
            }
            Step::Retire { kid } => {
                super::retire::when_quiet(services, &by, &owner, kid).await?;
            }
        }
    }
    let decryption = super::advance_decryption(services, &by, &owner).await?;
    Ok(steps.len() + decryption)
}
