//! Takes signing keys on to their next step. Every node does, without asking the others: whoever comes second finds the
//! step taken (SEC-014).

use tokio_util::sync::CancellationToken;

use crate::context::Services;
use crate::directory::key;
use crate::store;

/// One turn over all accounts. What goes wrong with one account leaves the others their turn, and is the result.
pub async fn run(services: &Services, stop: &CancellationToken) -> store::Result<()> {
    let mut failed = None;
    for account in store::accounts::list_ids(&services.db).await? {
        if stop.is_cancelled() {
            break;
        }
        if let Err(error) = key::advance(services, &account).await {
            tracing::error!(target: "audit", event = "keys.rotation_refused", %account, %error, "keys stay as they are");
            failed.get_or_insert_with(|| store::Error::Fault(error.to_string()));
        }
    }
    failed.map_or(Ok(()), Err)
}
