use std::fmt::Display;
use std::time::Duration;

use metrics::{counter, gauge};
use tokio_util::sync::CancellationToken;

use crate::context::Degraded;

/// How a turn went that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It was taken.
    Taken,
    /// This node's time can't be relied on: it was left out.
    Skipped,
}

/// A job's turns, one after the other.
pub(super) struct Turns {
    pub(super) name: &'static str,
    pub(super) every: Duration,
    pub(super) stop: CancellationToken,
    /// Where it is told that a turn failed.
    pub(super) degraded: Degraded,
}

impl Turns {
    /// Rests, takes a turn, and so on until the stop. A turn is a task of its own, so that a panic ends that turn alone.
    pub(super) async fn keep<F, E>(self, mut turn: impl FnMut() -> F)
    where
        F: Future<Output = Result<Turn, E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        while self.rest().await {
            let ended = tokio::spawn(turn()).await;
            let outcome = match &ended {
                Ok(Ok(Turn::Taken)) => "done",
                Ok(Ok(Turn::Skipped)) => "skipped",
                Ok(Err(error)) => {
                    tracing::error!(job = self.name, %error, "background job failed");
                    "failed"
                }
                Err(error) if error.is_panic() => {
                    tracing::error!(target: "audit", event = "internal.panic", job = self.name, "background job panicked");
                    "panicked"
                }
                Err(_) => return,
            };
            counter!("signet_job_turns_total", "job" => self.name, "outcome" => outcome).increment(1);
            // What wasn't tried is as it was.
            if outcome != "skipped" {
                let works = outcome == "done";
                self.degraded.note(self.name, works);
                gauge!("signet_job_failing", "job" => self.name).set(if works { 0.0 } else { 1.0 });
            }
        }
    }

    /// Tells whether there is another turn.
    async fn rest(&self) -> bool {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            () = tokio::time::sleep(self.every) => true,
        }
    }
}

#[cfg(test)]
mod tests;
