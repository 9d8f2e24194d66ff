use std::net::IpAddr;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{FRESH, Tenant, fresh};
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::base::{Cache, Timestamp, hex};
use crate::model::jwks_reader::JwksReader;
use crate::store::clients::Verifier;
use crate::store::{self, Db};

/// How long somebody is remembered who doesn't come back.
const REMEMBERED: Duration = Duration::from_hours(24 * 30);
/// How much of a `User-Agent` is kept.
const USER_AGENT: usize = 200;

/// Who reads the JWK sets: written down when somebody comes for the first time or is given other keys than before, and now
/// and then besides, so that a reading costs nothing.
#[derive(Debug)]
pub struct JwksReaders {
    db: Db,
    verifiers: Cache<AccountId, Vec<Verifier>>,
    written: Cache<(AccountId, String), Written>,
}

/// What was written down of a reader last.
#[derive(Debug)]
struct Written {
    etag: String,
    at: Timestamp,
    copy_until: Timestamp,
}

/// Somebody who reads a set now.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The client that they proved to be, if they did.
    pub client: Option<ClientId>,
    /// Where they read from.
    pub address: IpAddr,
    /// What they call themselves.
    pub user_agent: &'a str,
    /// When.
    pub now: Timestamp,
    /// How long they may use what they get.
    pub copy_lasts: Duration,
}

impl JwksReaders {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            verifiers: fresh(10_000),
            written: fresh(100_000),
        }
    }

    /// Notes that somebody is given an account's set.
    pub async fn note(&self, tenant: &Tenant, reading: Reading<'_>) -> Result<(), store::Error> {
        let account = &tenant.account.account_id;
        let client = match &reading.client {
            Some(client) => Some(client.clone()),
            None => self.registered(account, &reading).await?,
        };
        let user_agent: String = reading.user_agent.chars().take(USER_AGENT).collect();
        let reader = name(client.as_ref(), reading.address, &user_agent);
        let key = (account.clone(), reader);
        // The same reader of the same set is written down as seldom as its copy allows.
        let quiet = FRESH.min(reading.copy_lasts);
        let known = self.written.get(&key).is_some_and(|written| {
            written.etag == tenant.ring.etag
                && reading.now < written.at + quiet
                && reading.now + reading.copy_lasts <= written.copy_until
        });
        if known {
            return Ok(());
        }
        // Until it is written down again it may fetch once more; and it counts from when it gets the answer.
        let copy_until = reading.now + reading.copy_lasts + quiet + tenant.plan.slack();
        let kids = tenant.ring.published().iter();
        let row = JwksReader {
            account_id: account.clone(),
            reader: key.1.clone(),
            client_id: client,
            address: reading.address.to_string(),
            user_agent,
            kids: kids
                .filter_map(|public| KeyId::parse(public.kid()).ok())
                .collect(),
            seen_at: reading.now,
            copy_until,
            stale_until: None,
            expires_at: reading.now + REMEMBERED,
        };
        store::jwks_readers::upsert(&self.db, &row).await?;
        self.written.insert(
            key,
            Written {
                etag: tenant.ring.etag.clone(),
                at: reading.now,
                copy_until,
            },
        );
        Ok(())
    }

    /// The verifier that registered that address, or what the reader calls itself, or both.
    async fn registered(
        &self,
        account: &AccountId,
        reading: &Reading<'_>,
    ) -> Result<Option<ClientId>, store::Error> {
        let verifiers = match self.verifiers.get(account) {
            Some(verifiers) => verifiers,
            None => self.verifiers.insert(
                account.clone(),
                store::clients::list_jwks_readers(&self.db, account).await?,
            ),
        };
        Ok(verifiers
            .iter()
            .find(|verifier| is(verifier, reading))
            .map(|verifier| verifier.client_id.clone()))
    }

    pub(super) fn forget(&self) {
        self.verifiers.clear();
    }
}

fn is(verifier: &Verifier, reading: &Reading<'_>) -> bool {
    let address = reading.address.to_canonical();
    let (addresses, agents) = (&verifier.addresses, &verifier.user_agents);
    (addresses.is_empty() || addresses.iter().any(|network| network.contains(&address)))
        && (agents.is_empty() || agents.iter().any(|agent| reading.user_agent.starts_with(agent)))
}

/// One name for the same reader on every node.
fn name(client: Option<&ClientId>, address: IpAddr, user_agent: &str) -> String {
    let mut hash = Sha256::new();
    for part in [
        client.map_or("", ClientId::as_str),
        &address.to_string(),
        user_agent,
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())
}
