//! The life of the keys that clients encrypt their request objects to (docs/decisions/0041): a new one is published in the
//! place of the old one, which decrypts what is on its way for a while, and is destroyed then.

use jose::{KeyManagement, RsaBits};
use serde_json::json;

use crate::base::id::{AccountId, KeyId};
use crate::context::Services;
use crate::directory::{By, Result, account};
use crate::keys::{self, DecryptionStep, Plan};
use crate::model::DecryptionKey;
use crate::store::{self, accounts::AccountRow};

/// An account's keys, newest first.
pub async fn decryption_keys(services: &Services, account: &AccountId) -> Result<Vec<DecryptionKey>> {
    account::row(services, account).await?;
    Ok(store::decryption_keys::list(&services.db, account).await?)
}

/// Takes every step that is due, in order; how many there were. Any number of nodes may do so at once: whoever comes second
/// changes nothing.
pub(in crate::directory) async fn advance(services: &Services, by: &By, owner: &AccountRow) -> Result<usize> {
    let plan = Plan::of(&owner.settings, &services.settings.keys.rotation);
    let keys = store::decryption_keys::list(&services.db, &owner.account_id).await?;
    let steps = keys::due_decryption(
        &keys,
        owner.settings.features.encrypted_request_objects,
        plan.every,
        plan.keep_after,
        services.clock.now(),
    );
    for step in &steps {
        match step {
            DecryptionStep::Publish { alg, former } => {
                publish(services, by, owner, *alg, former.clone(), false).await?;
            }
            DecryptionStep::Withdraw { kid } => withdraw(services, by, &owner.account_id, kid).await?,
            DecryptionStep::Destroy { kid } => destroy(services, by, &owner.account_id, kid).await?,
        }
    }
    if !steps.is_empty() {
        services.forget();
    }
    Ok(steps.len())
}

/// Replaces the published keys at once, each by a new one. `burn` destroys the former ones, and those from before: what was
/// encrypted to them is refused from then on. The new ones; none where the account takes no encrypted request objects.
pub async fn rotate_decryption(
    services: &Services,
    by: &By,
    account: &AccountId,
    burn: bool,
) -> Result<Vec<DecryptionKey>> {
    let owner = account::row(services, account).await?;
    let keys = store::decryption_keys::list(&services.db, account).await?;
    if owner.settings.features.encrypted_request_objects {
        for alg in KeyManagement::ALL {
            let former = keys
                .iter()
                .find(|key| key.alg == alg && key.replaced_at.is_none());
            publish(services, by, &owner, alg, former.map(|key| key.kid.clone()), burn).await?;
        }
    }
    if burn {
        for key in keys.iter().filter(|key| key.replaced_at.is_some()) {
            destroy(services, by, account, &key.kid).await?;
        }
    }
    services.forget();
    let keys = store::decryption_keys::list(&services.db, account).await?;
    Ok(keys.into_iter().filter(|key| key.replaced_at.is_none()).collect())
}

/// Makes a key and publishes it in the place of `former`. Where another node was first, its key stands.
async fn publish(
    services: &Services,
    by: &By,
    owner: &AccountRow,
    alg: KeyManagement,
    former: Option<KeyId>,
    burn: bool,
) -> Result<()> {
    let account = owner.account_id.clone();
    let key = make(services, &account, alg, account::rsa_bits(&owner.settings)).await?;
    let event = by.did(
        &account,
        "key.generated",
        None,
        json!({"kid": key.kid, "alg": alg.as_str(), "use": "enc", "former": former, "burnt": burn}),
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let inserted = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if let Some(former) = &former {
                    store::decryption_keys::replace(tx, &account, former, key.created_at).await?;
                    if burn {
                        store::decryption_keys::delete_replaced(tx, &account, former).await?;
                    }
                }
                store::decryption_keys::insert(tx, &key).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await;
    match inserted {
        Ok(()) | Err(store::Error::Taken(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn make(
    services: &Services,
    account: &AccountId,
    alg: KeyManagement,
    bits: RsaBits,
) -> Result<DecryptionKey> {
    let (account, sealer, now) = (account.clone(), services.sealer.clone(), services.clock.now());
    let made =
        tokio::task::spawn_blocking(move || keys::new_decryption_key(&account, alg, bits, &sealer, now));
    let made = made
        .await
        .map_err(|error| store::Error::Fault(error.to_string()))?;
    Ok(made?)
}

async fn withdraw(services: &Services, by: &By, account: &AccountId, kid: &KeyId) -> Result<()> {
    let event = by.did(account, "key.withdrawn", None, json!({"kid": kid, "use": "enc"}));
    let (clock, entropy, now) = (
        services.clock.clone(),
        services.entropy.clone(),
        services.clock.now(),
    );
    let (account, kid) = (account.clone(), kid.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if store::decryption_keys::replace(tx, &account, &kid, now).await? {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

async fn destroy(services: &Services, by: &By, account: &AccountId, kid: &KeyId) -> Result<()> {
    let event = by.did(account, "key.retired", None, json!({"kid": kid, "use": "enc"}));
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let (account, kid) = (account.clone(), kid.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if store::decryption_keys::delete_replaced(tx, &account, &kid).await? {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}
