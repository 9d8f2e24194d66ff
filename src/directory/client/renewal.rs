//! Another secret for a client of the platform's, while the former one is still pasted somewhere: not twice within a day, and
//! taken back where it never arrived.

use std::time::Duration;

use serde_json::json;

use super::secret::{Kept, Rotated, former_until, rotation};
use super::{Change, find};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId};
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::{By, Error, Result, account};
use crate::model::Client;
use crate::model::client::StoredSecret;

/// How long the former secret goes on working: as long as it may take until the new one is pasted everywhere.
const KEEP_OLD: Duration = Duration::from_hours(24);

/// A client's new secret, and what it had before.
#[derive(Debug)]
pub struct Renewed {
    former: Client,
    /// What there is now.
    pub rotated: Rotated,
}

/// Until when a client's former secret works. Another new one before then would end it at once, wherever it is still pasted.
pub fn may_not_renew_until(services: &Services, client: &Client) -> Option<Timestamp> {
    former_until(client, services.clock.now())
}

/// Another secret for a client as it was read, and what is to be written of it. The former one works for another day, and
/// until then there is no other.
pub(in crate::directory) fn renewal(
    services: &Services,
    by: &By,
    former: &Client,
) -> Result<(Rotated, Change)> {
    let mut problems = Problems::default();
    if let Some(until) = may_not_renew_until(services, former) {
        let until = until.to_rfc3339();
        problems.push(
            "clientSecret",
            None,
            format!("another one from {until}: until then the former one still works"),
        );
    }
    problems.finish()?;
    rotation(services, by, former, KEEP_OLD)
}

/// Gives a client a new secret, as [`renewal`] has it.
pub async fn renew(services: &Services, by: &By, account: &AccountId, client: &ClientId) -> Result<Renewed> {
    account::row(services, account).await?;
    let former = find(services, account, client).await?;
    let (rotated, change) = renewal(services, by, &former)?;
    change.commit(services, None).await?;
    Ok(Renewed { former, rotated })
}

/// Takes a new secret back that nobody got: the former one alone counts, as before. [`Error::Changed`] where the client's
/// secrets were changed since; what else was changed of it stays.
pub async fn take_back(services: &Services, by: &By, renewed: &Renewed) -> Result<()> {
    let Renewed { former, rotated } = renewed;
    let now = find(services, &former.account_id, &former.client_id).await?;
    if !same(&now.secrets, &rotated.client.secrets) {
        return Err(Error::Changed);
    }
    let client = Client {
        secrets: former.secrets.clone(),
        updated_at: account::after(services, now.updated_at),
        ..now.clone()
    };
    let (account, id) = (&client.account_id, Some(&client.client_id));
    let change = Change {
        event: by.did(account, "client.secret_rotated", id, json!({"taken_back": true})),
        read_at: now.updated_at,
        kept_secret: Kept::of(services, Some(&now), &client, None)?,
        client,
    };
    change.commit(services, None).await
}

fn same(some: &[StoredSecret], others: &[StoredSecret]) -> bool {
    let facts = |it: &StoredSecret| (it.digest, it.expires_at);
    some.iter().map(facts).eq(others.iter().map(facts))
}
