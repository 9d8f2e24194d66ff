use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use metrics::gauge;

use crate::base::Clock;
use crate::store::{self, Db};

/// The furthest that this node's clock and the database's may be apart.
const FURTHEST: Duration = Duration::from_secs(5);

/// Why this node's time can't be relied on.
#[derive(Debug, thiserror::Error)]
pub enum WrongTime {
    /// It is not the database's, which all nodes share.
    #[error("this node's clock is {} s away from the database's", .0.as_secs())]
    Skewed(Duration),
    /// The database can't be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Compares this node's clock with the database's (SEC-172). SQLite runs in this process, and by its clock.
#[derive(Debug)]
pub struct ClockSkew {
    db: Db,
    clock: Clock,
    told: AtomicBool,
}

impl ClockSkew {
    pub(super) const fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            told: AtomicBool::new(false),
        }
    }

    /// An error where the clocks are too far apart; the log tells of it once, and once when they agree again.
    pub async fn check(&self) -> Result<(), WrongTime> {
        let skew = self.measure().await?;
        gauge!("signet_clock_skew_seconds").set(skew.as_secs_f64());
        if skew > FURTHEST {
            if !self.told.swap(true, Ordering::Relaxed) {
                let seconds = skew.as_secs();
                tracing::error!(target: "audit", event = "clock.skew", seconds, "this node's clock is not the database's");
            }
            return Err(WrongTime::Skewed(skew));
        }
        if self.told.swap(false, Ordering::Relaxed) {
            tracing::info!("this node's clock is the database's again");
        }
        Ok(())
    }

    /// How far they are apart at the least: the database looked at its clock at some time between question and answer.
    async fn measure(&self) -> store::Result<Duration> {
        let asked = self.clock.now();
        let Some(theirs) = self.db.time().await? else {
            return Ok(Duration::ZERO);
        };
        let answered = self.clock.now();
        Ok(asked.since(theirs).max(theirs.since(answered)))
    }
}
