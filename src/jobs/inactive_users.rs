//! Switches off users who haven't logged in for as long as their account allows.

use tokio_util::sync::CancellationToken;

use super::Lease;
use crate::context::Services;
use crate::directory::user;
use crate::store;

/// One turn over all accounts, if this node has the lease. What goes wrong with one leaves the others their turn, and is the
/// result.
pub async fn run(services: &Services, lease: &Lease, stop: &CancellationToken) -> store::Result<()> {
    let mut failed = None;
    for account in store::accounts::list_ids(&services.db).await? {
        if stop.is_cancelled() || !lease.hold(services).await? {
            break;
        }
        match user::switch_off_inactive(services, &account).await {
            Ok(0) => {}
            Ok(users) => {
                tracing::info!(target: "audit", event = "users.inactive", %account, users, "switched off");
            }
            Err(error) => {
                tracing::error!(%account, %error, "inactive users stay as they are");
                failed.get_or_insert_with(|| store::Error::Fault(error.to_string()));
            }
        }
    }
    failed.map_or(Ok(()), Err)
}
