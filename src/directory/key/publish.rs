//! A new key: made or brought along, published as pending, not signing yet.

use jose::{Algorithm, RsaBits};
use serde_json::json;

use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::{By, Result, account};
use crate::keys::{self, Plan};
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store::{self, accounts::AccountRow};

/// The pending key of an algorithm, and whether it waited already.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The key.
    pub key: SigningKey,
    /// It was there before; none was made.
    pub waited: bool,
}

/// Makes a key and publishes it. Where one of its algorithm waits already, that is the pending key: there is never a
/// second (SEC-014). Without an algorithm it is the account's default, and without a length the account's.
pub async fn generate(
    services: &Services,
    by: &By,
    account: &AccountId,
    algorithm: Option<Algorithm>,
    bits: Option<RsaBits>,
) -> Result<Pending> {
    let owner = account::row(services, account).await?;
    let algorithm = algorithm.unwrap_or(owner.settings.default_alg);
    if let Some(key) = pending(services, account, algorithm).await? {
        return Ok(Pending { key, waited: true });
    }
    let bits = bits.unwrap_or_else(|| account::rsa_bits(&owner.settings));
    let key = make(services, account, algorithm, bits, services.clock.now()).await?;
    publish(services, by, &owner, key, "key.generated").await
}

/// Publishes a key as pending, with a time to begin by the account's plan. Two that do it at once publish one.
///
/// The key counts from here on, not from when somebody began to make it, which takes a while: until it is written down no
/// verifier can see it.
pub(super) async fn publish(
    services: &Services,
    by: &By,
    owner: &AccountRow,
    key: SigningKey,
    event: &'static str,
) -> Result<Pending> {
    let (account, alg) = (&owner.account_id, key.alg);
    let plan = Plan::of(&owner.settings, &services.settings.keys.rotation);
    let keys = store::signing_keys::list_published(&services.db, account).await?;
    let active = keys
        .into_iter()
        .find(|known| known.state == KeyState::Active && known.alg == alg);
    let (clock, entropy, by, realm) = (
        services.clock.clone(),
        services.entropy.clone(),
        by.clone(),
        account.clone(),
    );
    let mut key = key;
    let inserted = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                key.created_at = clock.now();
                key.activate_at = plan.activation(active.as_ref(), key.created_at);
                store::signing_keys::insert(tx, &key).await?;
                let activate_at = key.activate_at.map(Timestamp::to_rfc3339);
                let detail =
                    json!({"kid": key.kid, "alg": key.alg, "state": key.state, "activate_at": activate_at});
                let event = by.did(&realm, event, None, detail);
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                // The record's turn may have been long in coming, and nobody sees the key before the end.
                key.created_at = clock.now();
                key.activate_at = plan.activation(active.as_ref(), key.created_at);
                store::signing_keys::publish_anew(tx, &key).await?;
                Ok(key)
            })
        })
        .await;
    services.forget();
    match inserted {
        Ok(key) => Ok(Pending { key, waited: false }),
        Err(store::Error::Taken(constraint)) => match pending(services, account, alg).await? {
            Some(first) => Ok(Pending {
                key: first,
                waited: true,
            }),
            None => Err(store::Error::Taken(constraint).into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// The key of that algorithm that waits.
pub(super) async fn pending(
    services: &Services,
    account: &AccountId,
    algorithm: Algorithm,
) -> Result<Option<SigningKey>> {
    let keys = store::signing_keys::list_published(&services.db, account).await?;
    Ok(keys
        .into_iter()
        .find(|key| key.state == KeyState::Pending && key.alg == algorithm))
}

/// Makes a key, away from the threads that serve requests.
pub(in crate::directory) async fn make(
    services: &Services,
    account: &AccountId,
    algorithm: Algorithm,
    bits: RsaBits,
    now: Timestamp,
) -> Result<SigningKey> {
    let (account, sealer) = (account.clone(), services.sealer.clone());
    let made =
        tokio::task::spawn_blocking(move || keys::new_signing_key(&account, algorithm, bits, &sealer, now));
    let made = made
        .await
        .map_err(|error| store::Error::Fault(error.to_string()))?;
    Ok(made?)
}
