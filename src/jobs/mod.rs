//! Work that nobody asks for, done now and then; most of it by one node at a time.
//!
//! Each job runs in a task of its own: one that fails or panics is told in the log, the figures and the readiness report,
//! tries again at its next turn, and stops neither the others nor the server (SEC-176). To add a job: its file, and a variant of [`Job`].

pub mod app_keys;
pub mod cleanup;
pub mod erasure;
pub mod inactive_users;
mod lease;
pub mod logout;
pub mod mail;
pub mod rotation;
pub mod sealing_key;
pub mod signed_windows;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use metrics::{describe_counter, describe_gauge};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use lease::Lease;
pub use turns::Turn;

use crate::base::id;
use crate::config::Settings;
use crate::context::{FRESH, Services, WrongTime};
use crate::store;
use turns::Turns;

/// The jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Removes what has expired (SEC-173).
    Cleanup,
    /// Removes what deleted accounts leave behind (SEC-178).
    Erasure,
    /// Takes signing keys on to their next step.
    Rotation,
    /// Learns of another sealing key (SEC-150).
    SealingKey,
    /// Tells clients that a session has ended.
    Logout,
    /// Sends mail.
    Mail,
    /// Writes down when API keys were used.
    AppKeys,
    /// Writes down how much was signed for programs.
    SignedWindows,
    /// Switches off users who haven't logged in for too long.
    InactiveUsers,
}

impl Job {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Cleanup,
        Self::Erasure,
        Self::Rotation,
        Self::SealingKey,
        Self::Logout,
        Self::Mail,
        Self::AppKeys,
        Self::SignedWindows,
        Self::InactiveUsers,
    ];

    /// Its name in the log, in the figures and of its lease.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cleanup => "cleanup",
            Self::Erasure => "erasure",
            Self::Rotation => "rotation",
            Self::SealingKey => "sealing_key",
            Self::Logout => "logout",
            Self::Mail => "mail",
            Self::AppKeys => "app_keys",
            Self::SignedWindows => "signed_windows",
            Self::InactiveUsers => "inactive_users",
        }
    }

    /// How long it rests between two turns.
    fn every(self, settings: &Settings) -> Duration {
        match self {
            Self::Cleanup | Self::Erasure | Self::AppKeys => Duration::from_mins(1),
            // Where keys live for seconds, they are looked at more often.
            Self::Rotation => (settings.keys.rotation.publish_ahead.get() / 8).min(Duration::from_secs(5)),
            Self::SealingKey | Self::SignedWindows => FRESH,
            Self::Logout | Self::Mail => Duration::from_secs(1),
            Self::InactiveUsers => Duration::from_mins(10),
        }
    }

    /// One turn of this node. Jobs and their leases act by time: while this node's is wrong, none of them does (SEC-172).
    pub async fn turn(
        self,
        services: &Arc<Services>,
        node: &str,
        stop: &CancellationToken,
    ) -> store::Result<Turn> {
        match services.clock_skew.check().await {
            Ok(()) => {}
            Err(WrongTime::Skewed(_)) => return Ok(Turn::Skipped),
            Err(WrongTime::Store(error)) => return Err(error),
        }
        let lease = Lease::new(self.name(), node, self.every(&services.settings));
        self.run(services, &lease, stop).await.map(|()| Turn::Taken)
    }

    async fn run(
        self,
        services: &Arc<Services>,
        lease: &Lease,
        stop: &CancellationToken,
    ) -> store::Result<()> {
        match self {
            Self::Cleanup => cleanup::run(services, lease, stop).await.map(|_| ()),
            Self::Erasure => erasure::run(services, lease, stop).await,
            Self::Rotation => rotation::run(services, stop).await,
            Self::SealingKey => sealing_key::run(services).await,
            Self::Logout => logout::run(services, stop).await,
            Self::Mail => mail::run(services, stop).await,
            Self::AppKeys => app_keys::run(services).await,
            Self::SignedWindows => signed_windows::run(services).await,
            Self::InactiveUsers => inactive_users::run(services, lease, stop).await,
        }
    }
}

/// The jobs as they run.
#[derive(Debug)]
pub struct Jobs {
    tasks: JoinSet<()>,
}

impl Jobs {
    /// Waits until each has ended its turn, after `stop` was given.
    pub async fn finished(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts all jobs. They stop at `stop`, at the next point where nothing is half done.
pub fn start(services: &Arc<Services>, stop: &CancellationToken) -> Jobs {
    describe();
    // Who this process is among the nodes, for its lifetime.
    let node: Arc<str> = id::fresh(&services.clock, &services.entropy).into();
    let mut tasks = JoinSet::new();
    for job in Job::ALL {
        let (services, stop, node) = (Arc::clone(services), stop.clone(), Arc::clone(&node));
        let turns = Turns {
            name: job.name(),
            every: job.every(&services.settings),
            stop: stop.clone(),
            degraded: services.degraded.clone(),
        };
        tasks.spawn(turns.keep(move || {
            let (services, stop, node) = (Arc::clone(&services), stop.clone(), Arc::clone(&node));
            async move { job.turn(&services, &node, &stop).await }
        }));
    }
    Jobs { tasks }
}

fn describe() {
    describe_counter!(
        "signet_job_turns_total",
        "Turns of background jobs, by job and outcome"
    );
    describe_gauge!(
        "signet_job_failing",
        "1 while a background job's last turn failed, by job"
    );
    describe_counter!(
        "signet_logout_notices_total",
        "Clients that were to be told of a logout, by outcome"
    );
    describe_counter!("signet_mails_total", "Mails that were to be sent, by outcome");
    describe_counter!(
        "signet_cleanup_rows_total",
        "Expired rows that were removed, by table"
    );
    describe_gauge!(
        "signet_cleanup_lag_seconds",
        "How long the oldest expired row has been waiting to be removed, by table"
    );
}
