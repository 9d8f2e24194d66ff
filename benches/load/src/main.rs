//! Measures Signet beside a peer. `scripts/bench` builds what this needs, keeps it on its core, and tells more.

mod bound;
mod browser;
mod clock;
mod contestant;
mod cookies;
mod curve;
mod form;
mod gateway;
mod goals;
mod http;
mod load;
mod machine;
mod peer;
mod people;
mod process;
mod prover;
mod report;
mod rows;
mod scenario;
mod signet;
mod storm;
mod target;
mod visitor;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use crate::contestant::Contestant;
use crate::load::Span;
use crate::report::Report;
use crate::scenario::Scenario;

/// Measures Signet and a peer on the same machine in the same run.
#[derive(Debug, Parser)]
struct Arguments {
    /// Signet, built for release; left out, it isn't measured.
    #[arg(long, value_name = "FILE")]
    signet: Option<PathBuf>,
    /// The folder of the peer (benches/peer), with what it depends on installed; left out, no peer is measured.
    #[arg(long, value_name = "FOLDER")]
    peer: Option<PathBuf>,
    /// Where databases and logs go for the time of the run: on a disk like the one of a real database.
    #[arg(long, value_name = "FOLDER", default_value = "target")]
    data: PathBuf,
    /// Connections that ask at once, each with a browser, a session and a consumer of its own.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// How long each round counts.
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// How long each round runs before it counts.
    #[arg(long, default_value_t = 2.0, value_name = "SECONDS")]
    warm_up: f64,
    /// Rounds of each scenario, ours and the peer's in turn; the middle one is reported.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only these.
    #[arg(long, value_enum, value_delimiter = ',')]
    scenarios: Option<Vec<Scenario>>,
    /// Signet alone, while its tables grow to these numbers of consumers, with a refresh family for each tenth.
    #[arg(long, value_name = "CONSUMERS", value_delimiter = ',', num_args = 0.., default_missing_values = curve::STEPS)]
    curve: Option<Vec<u64>>,
    /// Signet alone: logins by API key, reads by bearer and by signature, and the Domain API.
    #[arg(long)]
    gateway: bool,
    /// Signet alone: the Users API while an account grows to these numbers of users.
    #[arg(long, value_name = "USERS", value_delimiter = ',', num_args = 0.., default_missing_values = gateway::STEPS)]
    users_curve: Option<Vec<u64>>,
    /// Signet alone: what one account's storm costs another account.
    #[arg(long)]
    storm: bool,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// The document whose table is replaced.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Only print how many RS256 signatures a second this core makes.
    #[arg(long, hide = true)]
    only_bound: bool,
}

// One thread: the load has one core.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let seconds = |seconds| Duration::try_from_secs_f64(seconds).context("not a time");
    let span = Span {
        warm_up: seconds(arguments.warm_up)?,
        counted: seconds(arguments.seconds)?,
    };
    ensure!(
        span.counted >= Duration::from_millis(100) && arguments.rounds > 0,
        "too short to say anything"
    );
    if arguments.only_bound {
        return print(&serde_json::to_string(&bound::sign_for(span.counted)?)?);
    }
    if let Some(steps) = &arguments.curve {
        return curve(&arguments, steps, span).await;
    }
    if arguments.gateway || arguments.users_curve.is_some() {
        return of_gateway(&arguments, span).await;
    }
    if arguments.storm {
        return storm(&arguments, span).await;
    }
    let report = run(&arguments, span).await?;
    if arguments.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        print(&report.markdown())?;
    }
    arguments
        .write
        .iter()
        .try_for_each(|document| report.write_into(document))
}

async fn run(arguments: &Arguments, span: Span) -> Result<Report> {
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&arguments.data)?;
    let machine = machine::look(folder.path())?;
    let own = std::env::current_exe()?;
    let (bound, bound_loaded) = bound::measure(&own, span.counted)?;
    note(&format!(
        "the bound: {}",
        serde_json::to_string(&[bound, bound_loaded])?
    ))?;

    let mut contestants = start(arguments, folder.path()).await?;
    let scenarios = arguments.scenarios.as_deref().unwrap_or(&Scenario::ALL);
    for scenario in scenarios {
        for _ in 0..arguments.rounds {
            for contestant in &mut contestants {
                let name = contestant.name.clone();
                let measurement = contestant.round(*scenario, span).await?;
                let figures = serde_json::to_string(measurement)?;
                note(&format!("{name}: {}: {figures}", scenario.title()))?;
            }
        }
    }

    let (mut ours, mut peer) = (None, None);
    for contestant in contestants {
        let findings = contestant.finish()?;
        if findings.name.starts_with("Signet") {
            &mut ours
        } else {
            &mut peer
        }
        .replace(findings);
    }
    Ok(Report {
        machine,
        connections: arguments.connections,
        seconds: arguments.seconds,
        rounds: arguments.rounds,
        bound,
        bound_loaded,
        ours,
        peer,
    })
}

async fn curve(arguments: &Arguments, steps: &[u64], span: Span) -> Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&arguments.data)?;
    let binary = arguments
        .signet
        .as_deref()
        .context("the curve is Signet's own: give --signet")?;
    let mut contestant = Contestant::start(signet::prepare(binary, folder.path())?).await?;
    contestant.welcome(arguments.connections).await?;
    let database = folder.path().join(signet::DATABASE);
    let scenarios = arguments.scenarios.as_deref().unwrap_or(&curve::SCENARIOS);
    let curve = curve::measure(
        &mut contestant,
        &database,
        steps,
        scenarios,
        span,
        arguments.rounds,
        note,
    )
    .await?;
    if arguments.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&curve)?))
    } else {
        print(&curve::markdown(&curve))
    }
}

async fn of_gateway(arguments: &Arguments, span: Span) -> Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&arguments.data)?;
    let binary = arguments
        .signet
        .as_deref()
        .context("the gateway is Signet's own: give --signet")?;
    let (commands, launch) = signet::empty(binary, folder.path())?;
    let mut gateway = gateway::Gateway::start(launch, &commands, arguments.connections).await?;
    let mut rows = Vec::new();
    if arguments.gateway {
        rows.extend(gateway.calls(span, arguments.rounds).await?);
    }
    if let Some(steps) = &arguments.users_curve {
        rows.extend(gateway.curve(steps, span, arguments.rounds).await?);
    }
    if arguments.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&rows)?))
    } else {
        print(&gateway::markdown(&rows))
    }
}

async fn storm(arguments: &Arguments, span: Span) -> Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(&arguments.data)?;
    let binary = arguments
        .signet
        .as_deref()
        .context("accounts are Signet's own: give --signet")?;
    let (commands, launch) = signet::empty(binary, folder.path())?;
    let load = (arguments.connections, arguments.rounds);
    let rows = storm::run(launch, &commands, load, span).await?;
    if arguments.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&rows)?))
    } else {
        print(&storm::markdown(&rows, arguments.connections))
    }
}

async fn start(arguments: &Arguments, folder: &Path) -> Result<Vec<Contestant>> {
    let mut prepared = Vec::new();
    if let Some(binary) = &arguments.signet {
        prepared.push(signet::prepare(binary, folder)?);
    }
    if let Some(home) = &arguments.peer {
        prepared.push(peer::prepare(home, folder)?);
    }
    ensure!(
        !prepared.is_empty(),
        "nothing to measure: give --signet, --peer or both"
    );
    let mut contestants = Vec::new();
    for prepared in prepared {
        let mut contestant = Contestant::start(prepared).await?;
        contestant.welcome(arguments.connections).await?;
        contestants.push(contestant);
    }
    Ok(contestants)
}

fn print(text: &str) -> Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn note(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "{line}")?)
}
