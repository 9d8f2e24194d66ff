//! One of the two that are measured: how it starts, and, once it runs, who visits it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::load::{Measurement, Span, measure, middle};
use crate::process::{Launch, Memory, Server};
use crate::scenario::Scenario;
use crate::target::{Setup, Target};
use crate::visitor::Visitor;

/// Starts that are timed; the median counts.
const STARTS: usize = 5;

/// A server that is set up, and doesn't run yet.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// As the tables call it.
    pub(crate) name: String,
    /// How it starts.
    pub(crate) launch: Launch,
    /// Whom it knows.
    pub(crate) setup: Setup,
}

/// A server that runs, with visitors who have signed in.
#[derive(Debug)]
pub(crate) struct Contestant {
    pub(crate) name: String,
    launch: Launch,
    server: Server,
    target: Arc<Target>,
    visitors: Vec<Visitor>,
    ready_after: Duration,
    after_start: Memory,
    after_sign_in: Memory,
    rounds: Vec<(Scenario, Measurement)>,
}

/// All that was found out about one of them.
#[derive(Debug, Serialize)]
pub(crate) struct Findings {
    /// As the tables call it.
    pub(crate) name: String,
    /// Median of the starts, in milliseconds.
    pub(crate) ready_ms: f64,
    /// Before the first visitor.
    pub(crate) after_start: Memory,
    /// When all visitors had signed in.
    pub(crate) after_sign_in: Memory,
    /// After the last one.
    pub(crate) at_the_end: Memory,
    /// The middle round of each scenario.
    pub(crate) scenarios: Vec<(Scenario, Measurement)>,
}

impl Contestant {
    /// Starts it, several times to see how long that takes.
    pub(crate) async fn start(prepared: Prepared) -> Result<Self> {
        let Prepared { name, launch, setup } = prepared;
        let mut server = launch.start()?;
        let mut times = vec![server.ready_after];
        while times.len() < STARTS {
            drop(server);
            server = launch.start()?;
            times.push(server.ready_after);
        }
        times.sort_unstable();
        let ready_after = times.get(STARTS / 2).copied().unwrap_or_default();
        let target = Target::discover(setup)
            .await
            .with_context(|| format!("{name} tells no metadata"))?;
        Ok(Self {
            after_start: server.memory()?,
            after_sign_in: server.memory()?,
            name,
            launch,
            server,
            target: Arc::new(target),
            visitors: Vec::new(),
            ready_after,
            rounds: Vec::new(),
        })
    }

    /// Lets so many visitors sign in, one after another.
    pub(crate) async fn welcome(&mut self, visitors: usize) -> Result<()> {
        for index in 0..visitors {
            let visitor = Visitor::sign_in(&self.target, index)
                .await
                .with_context(|| format!("visitor {index} of {}", self.name))?;
            self.visitors.push(visitor);
        }
        self.after_sign_in = self.server.memory()?;
        Ok(())
    }

    /// Ends the server, works at what it left behind, and starts it again. Its visitors stay signed in.
    pub(crate) async fn restart(&mut self, work: impl Future<Output = Result<()>>) -> Result<()> {
        self.server.stop();
        work.await?;
        self.server = self.launch.start()?;
        Ok(())
    }

    /// Measures one round.
    pub(crate) async fn round(&mut self, scenario: Scenario, span: Span) -> Result<&Measurement> {
        let measurement = measure(&mut self.visitors, scenario, span, &self.server)
            .await
            .with_context(|| self.name.clone())?;
        self.rounds.push((scenario, measurement));
        self.rounds
            .last()
            .map(|(_, measurement)| measurement)
            .context("a round was just added")
    }

    /// Ends it.
    pub(crate) fn finish(self) -> Result<Findings> {
        let of = |wanted: Scenario| {
            let rounds = self.rounds.iter().filter(|(scenario, _)| *scenario == wanted);
            let middle = middle(rounds.map(|(_, measurement)| measurement.clone()).collect())?;
            Some((wanted, middle))
        };
        Ok(Findings {
            ready_ms: self.ready_after.as_secs_f64() * 1e3,
            after_start: self.after_start,
            after_sign_in: self.after_sign_in,
            at_the_end: self.server.memory()?,
            scenarios: Scenario::ALL.into_iter().filter_map(of).collect(),
            name: self.name,
        })
    }
}
