//! The figures as a table, and where it is kept.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::bound::Bound;
use crate::contestant::Findings;
use crate::goals;
use crate::load::Measurement;
use crate::machine::Machine;
use crate::scenario::Scenario;

/// Between these two lines of the document, the tables are replaced.
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// All that was found out.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    /// Connections that asked at once.
    pub(crate) connections: usize,
    /// How long each round counted, in seconds, and how many there were.
    pub(crate) seconds: f64,
    pub(crate) rounds: usize,
    /// RS256 signatures of the server's core while the other rests.
    pub(crate) bound: Bound,
    /// The same while the other signs too.
    pub(crate) bound_loaded: Bound,
    pub(crate) ours: Option<Findings>,
    pub(crate) peer: Option<Findings>,
}

impl Report {
    /// As Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        let machine = &self.machine;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "Measured on {} with `scripts/bench --write`, on {} cores of an {} (Linux {}): the server on one core, the load on another, \
             {} connections, the middle of {} rounds of {} s.\n",
            machine.date,
            machine.cores,
            machine.processor,
            machine.kernel,
            self.connections,
            self.rounds,
            self.seconds,
        );
        let _ = writeln!(
            text,
            "The bound: **{} RS256 signatures a second** of the server's core ({:.0} µs each); {} while the other core signs too. A durable \
             write of 4 KiB takes {:.0} µs.\n",
            grouped(self.bound.per_second),
            1e6 / self.bound.per_second,
            grouped(self.bound_loaded.per_second),
            machine.durable_write_us,
        );
        self.rates(&mut text);
        self.rest(&mut text);
        let missed = goals::missed(self);
        if missed.is_empty() {
            text.push_str("\nEvery goal was reached.\n");
        } else {
            text.push_str("\nNot reached:\n\n");
            for goal in missed {
                let _ = writeln!(text, "- {goal}");
            }
        }
        text
    }

    fn rates(&self, text: &mut String) {
        let name = |findings: &Option<Findings>| {
            findings
                .as_ref()
                .map_or_else(|| "–".to_owned(), |it| it.name.clone())
        };
        let (ours, peer) = (name(&self.ours), name(&self.peer));
        let _ = writeln!(
            text,
            "| a second (p50, p99 in ms; µs of the server's core) | {ours} | {peer} | ratio | of the bound |\n|---|--:|--:|--:|--:|"
        );
        for scenario in Scenario::ALL {
            let (ours, peer) = (
                find(self.ours.as_ref(), scenario),
                find(self.peer.as_ref(), scenario),
            );
            if ours.or(peer).is_none() {
                continue;
            }
            let ratio = ours
                .zip(peer)
                .map(|(ours, peer)| format!("{:.1}", ours.per_second / peer.per_second));
            let share = ours
                .filter(|_| scenario.signs())
                .map(|ours| format!("{:.0} %", ours.per_second / self.bound.per_second * 100.0));
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                scenario.title(),
                rate(ours),
                rate(peer),
                ratio.unwrap_or_default(),
                share.unwrap_or_default(),
            );
        }
    }

    fn rest(&self, text: &mut String) {
        let mut row = |title: &str, value: &dyn Fn(&Findings) -> String| {
            let cell = |findings: Option<&Findings>| findings.map_or_else(|| "–".to_owned(), value);
            let (ours, peer) = (cell(self.ours.as_ref()), cell(self.peer.as_ref()));
            let _ = writeln!(text, "| {title} | {ours} | {peer} | | |");
        };
        row("resident after start, MB", &|it| {
            format!("{:.0}", megabytes(it.after_start.resident))
        });
        row("resident at its peak, MB", &|it| {
            format!("{:.0}", megabytes(it.at_the_end.peak))
        });
        row("from start to ready, ms", &|it| format!("{:.0}", it.ready_ms));
        row("errors", &|it| {
            let errors: u64 = it
                .scenarios
                .iter()
                .map(|(_, measurement)| measurement.errors)
                .sum();
            errors.to_string()
        });
    }

    /// Replaces the tables of the document.
    pub(crate) fn write_into(&self, document: &Path) -> Result<()> {
        let text =
            fs::read_to_string(document).with_context(|| format!("cannot read {}", document.display()))?;
        let (before, rest) = text
            .split_once(BEGIN)
            .context("the document has no place for the tables")?;
        let (_, after) = rest
            .split_once(END)
            .context("the place for the tables doesn't end")?;
        let text = format!("{before}{BEGIN}\n\n{}\n{END}{after}", self.markdown());
        fs::write(document, text).with_context(|| format!("cannot write {}", document.display()))
    }
}

fn find(findings: Option<&Findings>, wanted: Scenario) -> Option<&Measurement> {
    let mut scenarios = findings?.scenarios.iter();
    scenarios.find_map(|(scenario, measurement)| (*scenario == wanted).then_some(measurement))
}

fn rate(measurement: Option<&Measurement>) -> String {
    measurement.map_or_else(
        || "–".to_owned(),
        |it| {
            format!(
                "{} ({:.1}, {:.1}; {:.0})",
                grouped(it.per_second),
                it.p50_ms,
                it.p99_ms,
                it.server_us
            )
        },
    )
}

/// From KiB.
#[expect(clippy::cast_precision_loss, reason = "no machine has 2^52 KiB")]
pub(crate) fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}

/// A whole number with a comma before each group of three digits.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
