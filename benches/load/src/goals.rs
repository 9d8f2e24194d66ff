//! What is to be reached, and what wasn't. Nothing fails because of it: figures depend on the machine, and are looked at.

use crate::contestant::Findings;
use crate::load::Measurement;
use crate::report::{Report, grouped, megabytes};
use crate::scenario::Scenario;

/// The code flow, as a share of the bound.
const SHARE_OF_BOUND: f64 = 0.7;
/// Ours to the peer's, where a signature bounds both.
const RATIO_SIGNED: f64 = 2.0;
/// Ours to the peer's, where none does.
const RATIO_UNSIGNED: f64 = 5.0;
/// In milliseconds.
const P99: f64 = 25.0;
/// In MB.
const RESIDENT: f64 = 40.0;
/// In MB.
const PEAK: f64 = 80.0;
/// In milliseconds.
const READY: f64 = 150.0;

/// A sentence for each goal that was missed, with what the figures say about why.
pub(crate) fn missed(report: &Report) -> Vec<String> {
    let Some(ours) = &report.ours else {
        return vec!["Signet was not measured.".to_owned()];
    };
    let mut missed = Vec::new();
    rates(report, ours, &mut missed);
    if let Some(peer) = &report.peer {
        ratios(ours, peer, &mut missed);
    }
    let signed_in = format!(
        "{:.0} of them were reached when the visitors had signed in, each with a password hash of 19 MiB",
        megabytes(ours.after_sign_in.peak)
    );
    let program = format!(
        "{:.0} of them are the program's own file",
        megabytes(ours.after_start.file)
    );
    for (what, found, goal, unit, why) in [
        (
            "Resident after start",
            megabytes(ours.after_start.resident),
            RESIDENT,
            "MB",
            program.as_str(),
        ),
        (
            "Resident at its peak",
            megabytes(ours.at_the_end.peak),
            PEAK,
            "MB",
            signed_in.as_str(),
        ),
        (
            "Ready after",
            ours.ready_ms,
            READY,
            "ms",
            "the median of the starts",
        ),
    ] {
        if found > goal {
            missed.push(format!(
                "{what}: {found:.0} {unit}; the goal is {goal:.0}. ({why})"
            ));
        }
    }
    missed
}

fn rates(report: &Report, ours: &Findings, missed: &mut Vec<String>) {
    for (scenario, measurement) in &ours.scenarios {
        let title = scenario.title();
        if *scenario == Scenario::Code {
            let share = measurement.per_second / report.bound.per_second;
            if share < SHARE_OF_BOUND {
                let signature = report.bound.processor_us;
                missed.push(format!(
                    "The {title}: {:.0} % of the bound, {:.0} % of it under load; the goal is {:.0} %. Each takes {:.0} µs of the \
                     server's core, {signature:.0} of them for the signature; the core was busy for {:.0} % of the time.",
                    share * 100.0,
                    measurement.per_second / report.bound_loaded.per_second * 100.0,
                    SHARE_OF_BOUND * 100.0,
                    measurement.server_us,
                    measurement.server_busy * 100.0,
                ));
            }
        }
        if measurement.p99_ms >= P99 {
            missed.push(format!(
                "The {title}: p99 {:.1} ms; the goal is below {P99:.0}. At {} a second, {} connections that share one core wait \
                 {:.1} ms each on average.",
                measurement.p99_ms,
                grouped(measurement.per_second),
                report.connections,
                f64::from(u32::try_from(report.connections).unwrap_or(u32::MAX)) / measurement.per_second * 1e3,
            ));
        }
        if let Some(error) = &measurement.first_error {
            missed.push(format!(
                "The {title}: {} errors, the first: {error}",
                measurement.errors
            ));
        }
    }
}

fn ratios(ours: &Findings, peer: &Findings, missed: &mut Vec<String>) {
    for (scenario, measurement) in &ours.scenarios {
        let Some((_, theirs)) = peer.scenarios.iter().find(|(other, _)| other == scenario) else {
            continue;
        };
        let ratio = measurement.per_second / theirs.per_second;
        let goal = if scenario.signs() {
            RATIO_SIGNED
        } else {
            RATIO_UNSIGNED
        };
        if ratio < goal {
            missed.push(format!(
                "The {}: {ratio:.1} times the peer's rate ({} to {}); the goal is {goal:.0}. {}",
                scenario.title(),
                grouped(measurement.per_second),
                grouped(theirs.per_second),
                why(ours, *scenario, measurement),
            ));
        }
    }
}

/// What the figures say about where the time goes.
fn why(ours: &Findings, scenario: Scenario, measurement: &Measurement) -> String {
    let least = ours
        .scenarios
        .iter()
        .map(|(_, other)| other.server_us)
        .fold(f64::INFINITY, f64::min);
    let spent = format!("Each takes {:.0} µs of the server's core", measurement.server_us);
    let least = if measurement.server_us > least {
        format!("; a request that looks nothing up takes {least:.0}")
    } else {
        ", as any request does that looks nothing up".to_owned()
    };
    let idle = (1.0 - measurement.server_busy).max(0.0) * 100.0;
    let commits = if scenario.commits() {
        format!(
            "; for {idle:.0} % of the time the core waits, for the disk among others, where the peer keeps all in memory"
        )
    } else {
        String::new()
    };
    format!("{spent}{least}{commits}.")
}
