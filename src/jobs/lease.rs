use std::time::Duration;

use crate::context::Services;
use crate::store;

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

    /// Takes the lease, or keeps it; tells whether this node has it.
    pub async fn hold(&self, services: &Services) -> store::Result<bool> {
        let now = services.clock.now();
        store::leases::claim(&services.db, self.job, &self.node, now, now + self.lasts).await
    }
}
