//! The same scenarios again while the tables grow: what a row costs that nobody asks for.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::contestant::Contestant;
use crate::load::{Measurement, Span, middle};
use crate::report::grouped;
use crate::rows;
use crate::scenario::Scenario;

/// What reads or writes a table that grows.
pub(crate) const SCENARIOS: [Scenario; 4] = [
    Scenario::Refresh,
    Scenario::Userinfo,
    Scenario::Introspection,
    Scenario::Code,
];
/// Consumers at each step, as the command line has them.
pub(crate) const STEPS: [&str; 5] = ["1000", "10000", "100000", "1000000", "10000000"];
/// A row may cost so much more among many than among few.
const GOAL: f64 = 1.3;

/// One step.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    /// Rows of `consumers`.
    consumers: u64,
    /// Families of refresh tokens.
    families: u64,
    /// Of the database, in bytes.
    size: u64,
    scenarios: Vec<(Scenario, Measurement)>,
}

/// Measures at each size, in rising order.
pub(crate) async fn measure(
    contestant: &mut Contestant,
    database: &Path,
    steps: &[u64],
    scenarios: &[Scenario],
    span: Span,
    rounds: usize,
    note: impl Fn(&str) -> Result<()>,
) -> Result<Vec<Step>> {
    // Each scenario once, so that every table has a row to copy.
    for scenario in scenarios {
        contestant.round(*scenario, span).await?;
    }
    let mut curve = Vec::new();
    for consumers in steps {
        contestant.restart(rows::grow(database, *consumers)).await?;
        let mut found = Vec::new();
        for scenario in scenarios {
            let mut all = Vec::new();
            for _ in 0..rounds {
                all.push(contestant.round(*scenario, span).await?.clone());
            }
            let middle = middle(all).context("no round")?;
            note(&format!(
                "{consumers}: {}: {}",
                scenario.title(),
                serde_json::to_string(&middle)?
            ))?;
            found.push((*scenario, middle));
        }
        curve.push(Step {
            consumers: *consumers,
            families: rows::families(database).await?,
            size: std::fs::metadata(database)?.len(),
            scenarios: found,
        });
    }
    Ok(curve)
}

/// The table, and what was missed.
pub(crate) fn markdown(curve: &[Step]) -> String {
    let Some(first) = curve.first() else {
        return String::new();
    };
    let mut text = "| consumers | refresh families | database |".to_owned();
    for (scenario, _) in &first.scenarios {
        let _ = write!(text, " {} |", scenario.title());
    }
    let _ = writeln!(text, "\n|{}", "--:|".repeat(3 + first.scenarios.len()));
    let mut missed = String::new();
    for step in curve {
        let _ = write!(
            text,
            "| {} | {} | {} MB |",
            grouped(as_f64(step.consumers)),
            grouped(as_f64(step.families)),
            grouped(as_f64(step.size) / 1e6),
        );
        for ((scenario, here), (_, few)) in step.scenarios.iter().zip(&first.scenarios) {
            let ratio = few.per_second / here.per_second;
            let _ = write!(
                text,
                " {} a second, {:.0} µs (× {ratio:.2}) |",
                grouped(here.per_second),
                here.server_us
            );
            if ratio > GOAL {
                let _ = writeln!(
                    missed,
                    "- The {} among {} consumers: {ratio:.2} times what it costs among {}; the goal is {GOAL}.",
                    scenario.title(),
                    grouped(as_f64(step.consumers)),
                    grouped(as_f64(first.consumers)),
                );
            }
        }
        text.push('\n');
    }
    if missed.is_empty() {
        format!("{text}\nNo step costs more than {GOAL} times the first.\n")
    } else {
        format!("{text}\nNot reached:\n\n{missed}")
    }
}

#[expect(clippy::cast_precision_loss, reason = "for people, in a few digits")]
fn as_f64(number: u64) -> f64 {
    number as f64
}
