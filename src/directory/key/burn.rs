//! A key that somebody else may have: unpublished at once, and what it signed counts no more (SEC-017).

use serde_json::json;

use super::overview::held_by;
use super::{find, publish};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::context::Services;
use crate::directory::{By, Error, Result, account};
use crate::model::Client;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store::tokens::{Living, SignedFor, SignedPlace};
use crate::store::{self, accounts::AccountRow};

/// What a key's burning touches.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// The key.
    pub key: SigningKey,
    /// What it signed that still lives.
    pub living: Living,
    /// The clients that hold on to it: on their platform, another key must be pasted.
    pub held_by: Vec<ClientId>,
}

/// A key that was burnt.
#[derive(Clone, Debug)]
pub struct Burnt {
    /// What that touched.
    pub exposure: Exposure,
    /// The key that signs instead: a new one, or none where the burnt key did not sign.
    pub successor: Option<SigningKey>,
}

/// What burning a key would touch. Nothing is changed.
pub async fn exposure(services: &Services, account: &AccountId, kid: &KeyId) -> Result<Exposure> {
    account::row(services, account).await?;
    let key = find(services, account, kid).await?;
    Ok(Exposure {
        living: store::tokens::count_signed(&services.db, account, kid, services.clock.now()).await?,
        held_by: held_by(services, account, kid).await?,
        key,
    })
}

/// Burns a key. Where it signs, a new key signs from this instant on. Sessions and refresh tokens stay: who holds one
/// gets new tokens. Every node knows within five seconds.
pub async fn burn(services: &Services, by: &By, account: &AccountId, kid: &KeyId) -> Result<Burnt> {
    let owner = account::row(services, account).await?;
    let exposure = exposure(services, account, kid).await?;
    if exposure.key.state == KeyState::Retired {
        return Err(Error::NotFound {
            what: "published signing key",
            id: kid.to_string(),
        });
    }
    // Changed between being read and being written: a rotation, or a client. What is burnt must be, so it is read anew.
    for _ in 0..5 {
        let key = find(services, account, kid).await?;
        let burnt = write(services, by, &owner, &key).await;
        services.forget();
        match burnt {
            Err(Error::Changed) => {}
            other => {
                return other.map(|successor| Burnt { exposure, successor });
            }
        }
    }
    Err(Error::Changed)
}

async fn write(
    services: &Services,
    by: &By,
    owner: &AccountRow,
    key: &SigningKey,
) -> Result<Option<SigningKey>> {
    let account = owner.account_id.clone();
    let now = services.clock.now();
    let successor = if key.state == KeyState::Active {
        let bits = account::rsa_bits(&owner.settings);
        let mut made = publish::make(services, &account, key.alg, bits, now).await?;
        made.state = KeyState::Active;
        made.activate_at = Some(now);
        made.activated_at = Some(now);
        Some(made)
    } else {
        None
    };
    let signs = match &successor {
        Some(made) => Some(made.kid.clone()),
        None => store::signing_keys::list_published(&services.db, &account)
            .await?
            .into_iter()
            .find(|other| other.state == KeyState::Active && other.alg == key.alg)
            .map(|other| other.kid),
    };
    // Who held on to it must paste another key; until then it signs with the one that is to be pasted.
    let held = store::clients::list_holding(&services.db, &account, &key.kid).await?;
    let moved: Vec<(Client, Timestamp)> = held
        .into_iter()
        .map(|mut client| {
            let former = client.updated_at;
            client.settings.pasted_key.clone_from(&signs);
            client.updated_at = account::after(services, former);
            (client, former)
        })
        .collect();
    let event = by.did(
        &account,
        "keys.revoked",
        None,
        json!({"kid": key.kid, "alg": key.alg, "state": key.state, "successor": successor.as_ref().map(|it| &it.kid),
               "pasted_at": moved.iter().map(|(client, _)| &client.client_id).collect::<Vec<_>>()}),
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let (burnt, made) = (key.clone(), successor.clone());
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if !store::signing_keys::burn(tx, &account, &burnt.kid, burnt.state, now).await? {
                    return Ok(false);
                }
                if let Some(made) = &made {
                    store::signing_keys::insert(tx, made).await?;
                }
                for (client, former) in &moved {
                    if store::clients::update(tx, client, *former).await? == 0 {
                        return Err(store::Error::Stale);
                    }
                }
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await;
    match written {
        Ok(true) => Ok(successor),
        Ok(false) | Err(store::Error::Stale) => Err(Error::Changed),
        Err(error) => Err(error.into()),
    }
}

/// For whom a key signed what still lives: a page of the list that a platform has to purge, after the one that ended with
/// `after`.
pub async fn signed_for(
    services: &Services,
    account: &AccountId,
    kid: &KeyId,
    after: Option<&SignedPlace>,
    limit: i64,
) -> Result<Vec<SignedFor>> {
    let now = services.clock.now();
    Ok(store::tokens::list_signed(&services.db, account, kid, now, after, limit).await?)
}
