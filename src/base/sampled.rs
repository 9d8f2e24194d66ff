use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use metrics::counter;

use super::Timestamp;

/// The most lines of one kind a minute.
const A_MINUTE: u64 = 10;

/// Something that strangers can make us log: the first few of a minute are told, the rest counted (SEC-162).
#[derive(Debug)]
pub struct Sampled {
    event: &'static str,
    minute: AtomicI64,
    count: AtomicU64,
}

impl Sampled {
    /// Of the event of that name, by which what isn't told is counted.
    pub const fn new(event: &'static str) -> Self {
        Self {
            event,
            minute: AtomicI64::new(0),
            count: AtomicU64::new(0),
        }
    }

    /// Tells it, or counts it. `tell` gets how many weren't told in the minute before.
    pub fn tell(&self, now: Timestamp, tell: impl FnOnce(u64)) {
        let minute = now.seconds().div_euclid(60);
        let lost = if self.minute.swap(minute, Ordering::Relaxed) == minute {
            0
        } else {
            self.count.swap(0, Ordering::Relaxed).saturating_sub(A_MINUTE)
        };
        if self.count.fetch_add(1, Ordering::Relaxed) < A_MINUTE {
            tell(lost);
        } else {
            counter!("signet_log_events_dropped_total", "event" => self.event).increment(1);
        }
    }
}
