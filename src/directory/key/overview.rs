//! An account's keys with all that somebody wants to know of them.

use std::collections::BTreeSet;

use super::super::{Result, account};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::context::Services;
use crate::keys::Plan;
use crate::model::jwks_reader::JwksReader;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store;
use crate::store::tokens::Living;

/// A key, and how it is used.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The key.
    pub key: SigningKey,
    /// Its next state, and when it is planned for; none where nothing is.
    pub next: Option<(KeyState, Timestamp)>,
    /// What it signed that still lives.
    pub living: Living,
    /// The clients that hold on to it: their platform has it pasted.
    pub held_by: Vec<ClientId>,
    /// Who has fetched it.
    pub readers: Vec<JwksReader>,
}

impl Overview {
    /// Who has fetched it, for people: registered ones by name, the others by their number; nothing where nobody has.
    pub fn readers_in_short(&self) -> String {
        let clients: BTreeSet<&str> = self
            .readers
            .iter()
            .filter_map(|reader| Some(reader.client_id.as_ref()?.as_str()))
            .collect();
        let others = self
            .readers
            .iter()
            .filter(|reader| reader.client_id.is_none())
            .count();
        let mut all: Vec<String> = clients.into_iter().map(str::to_owned).collect();
        if others > 0 {
            all.push(format!("{others} unregistered"));
        }
        all.join(", ")
    }
}

/// All keys of an account, oldest first, retired ones among them.
pub async fn overview(services: &Services, account: &AccountId) -> Result<Vec<Overview>> {
    let owner = account::row(services, account).await?;
    let plan = Plan::of(&owner.settings, &services.settings.keys.rotation);
    let now = services.clock.now();
    let readers = store::jwks_readers::list(&services.db, account).await?;
    let mut all = Vec::new();
    let keys = store::signing_keys::list(&services.db, account).await?;
    for key in &keys {
        all.push(Overview {
            next: next(key, &keys, &plan),
            living: store::tokens::count_signed(&services.db, account, &key.kid, now).await?,
            held_by: held_by(services, account, &key.kid).await?,
            readers: readers
                .iter()
                .filter(|reader| reader.knows(&key.kid))
                .cloned()
                .collect(),
            key: key.clone(),
        });
    }
    Ok(all)
}

/// The clients that hold on to a key.
pub(super) async fn held_by(services: &Services, account: &AccountId, kid: &KeyId) -> Result<Vec<ClientId>> {
    let clients = store::clients::list_holding(&services.db, account, kid).await?;
    Ok(clients.into_iter().map(|client| client.client_id).collect())
}

fn next(key: &SigningKey, keys: &[SigningKey], plan: &Plan) -> Option<(KeyState, Timestamp)> {
    match key.state {
        KeyState::Pending => Some((KeyState::Active, plan.begins(key, keys)?)),
        KeyState::Active => Some((KeyState::Retiring, key.activated_at? + plan.every?)),
        KeyState::Retiring => Some((KeyState::Retired, key.retire_at?)),
        KeyState::Retired => None,
    }
}
