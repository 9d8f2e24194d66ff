//! Removes what has expired, in batches that hold up nobody (SEC-173).

use metrics::{counter, gauge};
use tokio_util::sync::CancellationToken;

use super::Lease;
use crate::context::Services;
use crate::store;
use crate::store::retention::{BATCH, RETENTION, Retention};

/// One turn over all tables, if this node has the lease; how many rows it removed, or none where another node is at it.
///
/// What goes wrong with one table leaves the others their turn, and is the result.
pub async fn run(services: &Services, lease: &Lease, stop: &CancellationToken) -> store::Result<Option<u64>> {
    let (mut removed, mut failed) = (0, None);
    for retention in RETENTION {
        if stop.is_cancelled() {
            break;
        }
        if !lease.hold(services).await? {
            return Ok(None);
        }
        match clean(services, lease, stop, retention).await {
            Ok(rows) => removed += rows,
            Err(error) => {
                tracing::error!(table = retention.table, %error, "expired rows stay");
                failed.get_or_insert(error);
            }
        }
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(Some(removed)),
    }
}

async fn clean(
    services: &Services,
    lease: &Lease,
    stop: &CancellationToken,
    retention: &Retention,
) -> store::Result<u64> {
    let now = services.clock.now();
    let lag = retention.lag(&services.db, now).await?;
    gauge!("signet_cleanup_lag_seconds", "table" => retention.table).set(lag.as_secs_f64());
    let mut removed = 0;
    loop {
        let rows = retention.purge(&services.db, now).await?;
        counter!("signet_cleanup_rows_total", "table" => retention.table).increment(rows);
        removed += rows;
        if rows < BATCH || !lease.go_on(services, stop).await? {
            break;
        }
    }
    if removed > 0 {
        tracing::debug!(table = retention.table, removed, "expired rows removed");
    }
    Ok(removed)
}
