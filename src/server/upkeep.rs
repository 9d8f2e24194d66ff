use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Figures;
use crate::http::RateLimits;

/// Keeps memory bounded until `stop`: figures are sorted into their buckets, quiet addresses are forgotten.
pub fn keep_up(limits: Arc<RateLimits>, figures: Figures, stop: CancellationToken) {
    tokio::spawn(async move {
        let (mut often, mut seldom) = (interval(Duration::from_secs(5)), interval(Duration::from_mins(1)));
        often.set_missed_tick_behavior(MissedTickBehavior::Delay);
        seldom.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = often.tick() => figures.tidy(),
                _ = seldom.tick() => limits.forget_quiet(),
            }
        }
    });
}
