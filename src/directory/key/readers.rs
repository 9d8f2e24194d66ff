//! Who verifies with an account's keys, and who of them has not seen a new one yet.

use std::collections::BTreeSet;
use std::fmt;

use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::context::Services;
use crate::directory::{Result, account};
use crate::keys::Plan;
use crate::model::jwks_reader::JwksReader;
use crate::model::signing_key::SigningKey;
use crate::store::{self, accounts::AccountRow, jwks_readers::MOST_UNREGISTERED};

/// Somebody who has not seen a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lacking {
    /// A registered verifier, none of whose machines has fetched it.
    Verifier(ClientId),
    /// A machine that may still use a copy of the set without it.
    Copy {
        /// Where it read it from.
        address: String,
        /// What it calls itself.
        user_agent: String,
        /// Until when.
        until: Timestamp,
    },
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verifier(client) => write!(f, "client {client}"),
            Self::Copy {
                address,
                user_agent,
                until,
            } => write!(f, "{address} ({user_agent}), whose copy lasts until {until}"),
        }
    }
}

/// Whether a pending key may sign.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Who has not seen it.
    pub lacking: Vec<Lacking>,
    /// From when on every node publishes it.
    pub published_everywhere_at: Timestamp,
    /// Nobody is known to have seen it: until then somebody may use a copy that we don't know of.
    pub unknown_copies_until: Option<Timestamp>,
    /// From when on it may sign whoever has seen it: it was published for long enough.
    pub waits_until: Timestamp,
}

impl Readiness {
    /// How it stands with a pending key at `now`: `verifiers` are the clients that are registered as verifiers, `readers`
    /// all who have fetched the set.
    pub fn of(
        key: &SigningKey,
        plan: &Plan,
        verifiers: &BTreeSet<ClientId>,
        readers: &[JwksReader],
        now: Timestamp,
    ) -> Self {
        let unregistered = readers.iter().filter(|reader| reader.client_id.is_none()).count();
        let known = readers.iter().any(|reader| reader.knows(&key.kid)) && unregistered < MOST_UNREGISTERED;
        // From then on no answer is on its way that lacks it: the key was written down in time, and so is who is answered.
        let everywhere = key.created_at + plan.ring_lasts() + plan.slack() * 2;
        Self {
            lacking: lacking(verifiers, readers, &key.kid, now),
            published_everywhere_at: everywhere,
            unknown_copies_until: (!known).then_some(everywhere + plan.longest_copy()),
            waits_until: key.created_at + plan.publish_ahead,
        }
    }

    /// Whether it may sign at `now`.
    pub fn is_ready(&self, now: Timestamp) -> bool {
        now >= self.waits_until
            || (now >= self.published_everywhere_at
                && self.lacking.is_empty()
                && self.unknown_copies_until.is_none_or(|until| now >= until))
    }
}

/// All who read the account's set.
pub async fn list(services: &Services, account: &AccountId) -> Result<Vec<JwksReader>> {
    account::row(services, account).await?;
    Ok(store::jwks_readers::list(&services.db, account).await?)
}

/// Who has not seen a pending key.
pub(super) async fn readiness(
    services: &Services,
    owner: &AccountRow,
    key: &SigningKey,
) -> Result<Readiness> {
    let account = &owner.account_id;
    let plan = Plan::of(&owner.settings, &services.settings.keys.rotation);
    let readers = store::jwks_readers::list(&services.db, account).await?;
    let mut verifiers: BTreeSet<ClientId> = store::clients::list_jwks_readers(&services.db, account)
        .await?
        .into_iter()
        .map(|verifier| verifier.client_id)
        .collect();
    // Who proved to be a client and isn't one any more is waited for no longer.
    for client in readers.iter().filter_map(|reader| reader.client_id.as_ref()) {
        let found = store::clients::find(&services.db, account, client).await?;
        if found.is_some_and(|client| client.enabled) {
            verifiers.insert(client.clone());
        }
    }
    Ok(Readiness::of(
        key,
        &plan,
        &verifiers,
        &readers,
        services.clock.now(),
    ))
}

fn lacking(
    verifiers: &BTreeSet<ClientId>,
    readers: &[JwksReader],
    kid: &KeyId,
    now: Timestamp,
) -> Vec<Lacking> {
    let have = |client: &ClientId| {
        readers
            .iter()
            .any(|reader| reader.client_id.as_ref() == Some(client) && reader.knows(kid))
    };
    let machines = readers.iter().filter_map(|reader| {
        let until = reader.lacks_until(kid).filter(|until| *until > now)?;
        Some(Lacking::Copy {
            address: reader.address.clone(),
            user_agent: reader.user_agent.clone(),
            until,
        })
    });
    let mut all: Vec<Lacking> = verifiers
        .iter()
        .filter(|client| !have(client))
        .map(|client| Lacking::Verifier(client.clone()))
        .chain(machines)
        .collect();
    all.sort();
    all
}
