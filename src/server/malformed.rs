use std::net::IpAddr;

use crate::base::{Clock, Sampled};

/// Tells of peers that send what is no HTTP, or a flood of what asks for nothing (SEC-158): each is counted, the first
/// few of a minute are logged.
#[derive(Debug)]
pub(super) struct Malformed {
    sampled: Sampled,
    clock: Clock,
}

impl Malformed {
    pub(super) const fn new() -> Self {
        Self {
            sampled: Sampled::new("http.malformed"),
            clock: Clock::System,
        }
    }

    /// `peer` is whoever holds the connection: what isn't HTTP can't say for whom it comes.
    pub(super) fn tell(&self, peer: IpAddr, reason: &'static str) {
        super::metrics::malformed(reason);
        self.sampled.tell(self.clock.now(), |lost| {
            tracing::warn!(
                target: "audit", event = "http.malformed", ip = %peer, outcome = "refused", reason, lost,
                "what came is no HTTP, or too much of it"
            );
        });
    }
}
