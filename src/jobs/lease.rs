use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Services;
use crate::store;

/// How long others may write between two batches.
const PAUSE: Duration = Duration::from_millis(20);

/// The right of one node to do a job. It runs out by itself, so that a node that dies leaves it to another.
#[derive(Clone, Debug)]
pub struct Lease {
    job: &'static str,
    node: String,
    lasts: Duration,
}

impl Lease {
    /// The lease of `job`, which takes a turn `every` so often: whoever has it keeps it from turn to turn.
    pub fn new(job: &'static str, node: &str, every: Duration) -> Self {
        Self {
            job,
            node: node.to_owned(),
            lasts: every * 2 + Duration::from_mins(1),
        }
    }

    /// Lets others write for a moment between two batches, and tells whether the next one may follow: nobody wants the
    /// job to stop, and this node still has it.
    pub(super) async fn go_on(&self, services: &Services, stop: &CancellationToken) -> store::Result<bool> {
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(false),
            () = tokio::time::sleep(PAUSE) => {}
        }
        self.hold(services).await
    }

    /// Takes the lease, or keeps it; tells whether this node has it.
    pub async fn hold(&self, services: &Services) -> store::Result<bool> {
        let now = services.clock.now();
        store::leases::claim(&services.db, self.job, &self.node, now, now + self.lasts).await
    }
}
