//! Removes what deleted accounts leave behind, in batches that hold up nobody (SEC-178).

use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::Lease;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::model::audit::AuditEvent;
use crate::store;
use crate::store::erasure::{ERASED, erase_consumers};
use crate::store::retention::BATCH;

/// How long an account has been deleted before its rows are: no node writes any more by then.
const REST: Duration = Duration::from_mins(1);

/// One turn over all deleted accounts that have left something, if this node has the lease.
///
/// What goes wrong with one leaves the others their turn, and is the result.
pub async fn run(services: &Services, lease: &Lease, stop: &CancellationToken) -> store::Result<()> {
    let before = services.clock.now() - REST;
    let mut failed = None;
    for account in store::accounts::list_unerased(&services.db, before).await? {
        if stop.is_cancelled() || !lease.hold(services).await? {
            break;
        }
        let erased = erase(services, lease, stop, &account).await;
        if !matches!(erased, Ok(true)) {
            tracing::warn!(target: "audit", event = "privacy.delete_pending", %account, "a deleted account's data is not all gone");
        }
        failed = failed.or(erased.err());
    }
    failed.map_or(Ok(()), Err)
}

/// Tells whether nothing is left.
async fn erase(
    services: &Services,
    lease: &Lease,
    stop: &CancellationToken,
    account: &AccountId,
) -> store::Result<bool> {
    for table in ERASED {
        while table.erase(&services.db, account).await? == BATCH {
            if !lease.go_on(services, stop).await? {
                return Ok(false);
            }
        }
    }
    let mut after = None;
    loop {
        after = erase_consumers(&services.db, account, after.as_ref(), services.clock.now()).await?;
        if after.is_none() {
            break;
        }
        if !lease.go_on(services, stop).await? {
            return Ok(false);
        }
    }
    finish(services, account).await?;
    Ok(true)
}

/// What the account was set to goes last, as the sign that nothing is left, and the record says so.
async fn finish(services: &Services, account: &AccountId) -> store::Result<()> {
    let (account, clock, entropy) = (account.clone(), services.clock.clone(), services.entropy.clone());
    let event = AuditEvent::by_system(&account, "account.erased", Value::Null);
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if store::accounts::erase(tx, &account).await? == 1 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(())
            })
        })
        .await
}
