//! The command line: a file per command.
//!
//! Text for people, with `--json` one document for programs, on stdout; logs and errors on stderr. Exit status: 0
//! done, 1 failed, 2 wrong usage. To add a command: its file, and a variant of [`Command`].

mod account;
mod admin;
mod app_key;
mod audit;
mod backup;
mod claims;
mod client;
mod config;
mod connect;
mod connector;
mod consumer;
mod demo;
mod directory;
mod doctor;
mod gateway;
mod health;
mod key;
mod migrate;
mod open;
mod openapi;
mod output;
mod password;
mod serve;
mod sso;
mod table;
mod user;
mod verifier_test;
mod whole_file;

use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

pub(crate) use open::{connect, open_database, open_services};
pub(crate) use output::Output;
pub(crate) use whole_file::WholeFile;

use crate::config::{Loaded, Settings, Sources};

const AFTER_HELP: &str = "\
Settings come from signet.toml (or --config FILE), then from environment variables such as
SIGNET_SERVER__PUBLIC_URL, then from flags; later wins. Without any, one account is served on
http://localhost:8080 with sqlite://data/signet.db. `signet config schema` lists them all.";

/// A brand's identity provider and authentication gateway.
#[derive(Debug, Parser)]
#[command(name = "signet", version, about, after_help = AFTER_HELP, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The configuration file, instead of signet.toml in the working directory.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON document for programs, instead of text for people.
    #[arg(long, global = true)]
    json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    #[command(subcommand)]
    Config(config::Config),
    Health(health::Health),
    Doctor(doctor::Doctor),
    #[command(subcommand)]
    Account(account::Accounts),
    #[command(subcommand)]
    Client(client::Clients),
    #[command(subcommand)]
    Consumer(consumer::Consumers),
    Connect(Box<connect::Connect>),
    #[command(subcommand)]
    Connector(connector::Connectors),
    #[command(subcommand)]
    User(user::Users),
    #[command(subcommand)]
    Sso(sso::Sso),
    #[command(subcommand)]
    Claims(claims::Claims),
    #[command(subcommand)]
    Key(key::Keys),
    VerifierTest(verifier_test::VerifierTest),
    #[command(subcommand)]
    AppKey(app_key::AppKeys),
    #[command(subcommand)]
    Gateway(gateway::Gateway),
    #[command(subcommand)]
    Admin(admin::Admins),
    #[command(subcommand)]
    Audit(audit::Audit),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    Backup(backup::Backup),
    Restore(backup::Restore),
}

/// How a command ended. An error is told, and the status is 1.
pub(crate) type Outcome = anyhow::Result<ExitCode>;

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let CommandLine { global, command } = CommandLine::parse();
    let outcome = match command {
        Command::Demo(demo) => demo.run(&global),
        Command::Serve(serve) => serve.run(&global),
        Command::Migrate(migrate::Migrate {}) => migrate::run(&global),
        Command::Config(config) => config.run(&global),
        Command::Health(health::Health {}) => health::run(&global),
        Command::Doctor(doctor) => doctor.run(&global),
        Command::Account(accounts) => accounts.run(&global),
        Command::Client(clients) => clients.run(&global),
        Command::Consumer(consumers) => consumers.run(&global),
        Command::Connect(connect) => connect.run(&global),
        Command::Connector(connectors) => connectors.run(&global),
        Command::User(users) => users.run(&global),
        Command::Sso(sso) => sso.run(&global),
        Command::Claims(claims) => claims.run(&global),
        Command::Key(keys) => keys.run(&global),
        Command::VerifierTest(test) => test.run(&global),
        Command::AppKey(keys) => keys.run(&global),
        Command::Gateway(gateway) => gateway.run(&global),
        Command::Admin(admins) => admins.run(&global),
        Command::Audit(audit) => audit.run(&global),
        Command::OpenApi(openapi::OpenApi {}) => openapi::run(&global),
        Command::Backup(backup) => backup.run(&global),
        Command::Restore(restore) => restore.run(&global),
    };
    outcome.unwrap_or_else(|error| global.output().failure(&error))
}

impl Global {
    /// The layers of settings, for a command that adds flags of its own.
    pub(crate) fn sources(&self) -> Sources {
        Sources::of_process(self.config.clone())
    }

    /// The settings, with where each comes from.
    pub(crate) fn load(&self) -> anyhow::Result<Loaded> {
        Ok(crate::config::load(&self.sources())?)
    }

    /// The settings.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        Ok(self.load()?.settings)
    }

    /// Where the command's answer goes.
    pub(crate) const fn output(&self) -> Output {
        Output::new(self.json)
    }
}

/// Runs a command's asynchronous part.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut done = None;
    run(Box::pin(async { done = Some(work.await) }))?;
    done.context("the command was left before its end")?
}

/// Compiled once, whatever is to be done.
fn run(work: Pin<Box<dyn Future<Output = ()> + '_>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work);
    Ok(())
}
