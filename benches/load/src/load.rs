//! Many visitors at once, each waiting for its answer before it asks again.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::clock;
use crate::process::Server;

/// No answer takes as long as this.
const PATIENCE: Duration = Duration::from_secs(10);
/// After an error: the load must not become a loop of failing connects.
const PAUSE: Duration = Duration::from_millis(20);

/// For how long to ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Before anything counts.
    pub(crate) warm_up: Duration,
    /// While it counts.
    pub(crate) counted: Duration,
}

/// What one measurement found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measurement {
    /// Times that the scenario was done, a second.
    pub(crate) per_second: f64,
    /// Median of how long it took, in milliseconds.
    pub(crate) p50_ms: f64,
    /// What 99 of 100 took at most, in milliseconds.
    pub(crate) p99_ms: f64,
    /// Wrong answers, broken connections, time-outs; those of the warm-up too.
    pub(crate) errors: u64,
    /// The first of them.
    pub(crate) first_error: Option<String>,
    /// Processor time that the server took for each, in microseconds.
    pub(crate) server_us: f64,
    /// How busy the server kept its core, from 0 to 1.
    pub(crate) server_busy: f64,
}

#[derive(Debug, Default)]
struct Tally {
    micros: Vec<u32>,
    errors: u64,
    first_error: Option<String>,
}

/// Somebody who asks a server.
pub(crate) trait Asks: Send + 'static {
    /// What can be asked.
    type What: Copy + Display + Send + 'static;

    /// Asks once, and looks at the answer.
    fn ask(&mut self, what: Self::What) -> impl Future<Output = Result<()>> + Send;

    /// Closes the connection; the next question opens another.
    fn leave(&mut self);
}

/// Lets all visitors ask at once.
pub(crate) async fn measure<V: Asks>(
    visitors: &mut Vec<V>,
    what: V::What,
    span: Span,
    server: &Server,
) -> Result<Measurement> {
    let begin = clock::now() + span.warm_up;
    let end = begin + span.counted;
    let tasks: Vec<_> = visitors
        .drain(..)
        .map(|visitor| tokio::spawn(visit(visitor, what, begin, end)))
        .collect();

    tokio::time::sleep_until(begin.into()).await;
    let (cpu_begin, clock_begin) = (server.processor_time()?, clock::now());
    tokio::time::sleep_until(end.into()).await;
    let (cpu, elapsed) = (
        server.processor_time()?.saturating_sub(cpu_begin),
        clock::since(clock_begin),
    );

    let mut all = Tally::default();
    for task in tasks {
        let (visitor, tally) = task.await.context("a visitor broke down")?;
        visitors.push(visitor);
        all.micros.extend(tally.micros);
        all.errors += tally.errors;
        all.first_error = all.first_error.or(tally.first_error);
    }
    if all.micros.is_empty() {
        let reason = all.first_error.as_deref().unwrap_or("no answer came in time");
        bail!("{what}: nothing succeeded: {reason}");
    }
    all.micros.sort_unstable();
    let count = as_f64(all.micros.len());
    Ok(Measurement {
        per_second: count / span.counted.as_secs_f64(),
        p50_ms: percentile(&all.micros, 50),
        p99_ms: percentile(&all.micros, 99),
        errors: all.errors,
        first_error: all.first_error,
        server_us: cpu.as_secs_f64() * 1e6 / count,
        server_busy: cpu.as_secs_f64() / elapsed.as_secs_f64(),
    })
}

async fn visit<V: Asks>(mut visitor: V, what: V::What, begin: Instant, end: Instant) -> (V, Tally) {
    let mut tally = Tally::default();
    loop {
        let asked = clock::now();
        if asked >= end {
            break;
        }
        let outcome = tokio::time::timeout(PATIENCE, visitor.ask(what)).await;
        let answered = clock::now();
        match outcome {
            Ok(Ok(())) if answered >= begin && answered < end => {
                let micros = (answered - asked).as_micros();
                tally.micros.push(micros.try_into().unwrap_or(u32::MAX));
            }
            Ok(Ok(())) => {}
            failed => {
                let reason = match failed {
                    Ok(Err(error)) => format!("{error:#}"),
                    _ => "no answer in time".to_owned(),
                };
                tally.errors += 1;
                tally.first_error.get_or_insert(reason);
                visitor.leave();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    visitor.leave();
    (visitor, tally)
}

/// Of sorted microseconds, in milliseconds.
fn percentile(sorted: &[u32], percent: usize) -> f64 {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    f64::from(sorted.get(at).copied().unwrap_or_default()) / 1e3
}

/// Counts of a benchmark are far below the point from which a float skips whole numbers.
#[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
pub(crate) fn as_f64(count: usize) -> f64 {
    count as f64
}

/// The round in the middle by rate, with the errors of all of them.
pub(crate) fn middle(mut rounds: Vec<Measurement>) -> Option<Measurement> {
    let errors = rounds.iter().map(|round| round.errors).sum();
    let first_error = rounds.iter().find_map(|round| round.first_error.clone());
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let at = rounds.len().checked_sub(1)? / 2;
    let round = rounds.into_iter().nth(at)?;
    Some(Measurement {
        errors,
        first_error,
        ..round
    })
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
