//! What the commands on accounts, clients and keys share.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::Args;
use serde_json::json;

use super::{Global, Outcome, block_on, open_services, output};
use crate::base::id::AccountId;
use crate::config::Settings;
use crate::context::Services;
use crate::directory::{self, Assignment, Error, Problem};
use crate::model::{Account, Refusal};

/// Which account a command means.
#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// The account; the default account where none is named.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
}

impl Whose {
    /// The account.
    pub(crate) async fn find(&self, services: &Services) -> directory::Result<Account> {
        directory::account::find(services, self.account.as_ref()).await
    }

    /// Does something there, and tells of it.
    pub(crate) fn run<T>(
        &self,
        global: &Global,
        work: impl AsyncFnOnce(&Services, Account) -> directory::Result<T>,
        tell: impl FnOnce(T) -> Outcome,
    ) -> Outcome {
        run(
            global,
            async |services| work(services, self.find(services).await?).await,
            tell,
        )
    }
}

/// Something that is named, and what is to be changed of it.
#[derive(Debug, Args)]
pub(crate) struct Update<N: Args, W: Args> {
    #[command(flatten)]
    pub(crate) named: N,
    #[command(flatten)]
    pub(crate) wishes: W,
}

/// How many rows are read at once.
pub(crate) const PAGE: i64 = 200;

/// All that is listed page by page: `page` reads what follows the last one.
pub(crate) async fn every<T>(
    page: impl AsyncFn(Option<&T>) -> directory::Result<Vec<T>>,
) -> directory::Result<Vec<T>> {
    let mut all = Vec::new();
    loop {
        let next = page(all.last()).await?;
        if next.is_empty() {
            return Ok(all);
        }
        all.extend(next);
    }
}

/// Settings by their keys.
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// Set a key; may be given several times, and wins over other flags. `--help` lists the keys.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<Assignment>,
}

impl Set {
    /// What flags said, then what was set by keys.
    pub(crate) fn after(self, flags: Vec<Assignment>) -> Vec<Assignment> {
        flags.into_iter().chain(self.set).collect()
    }
}

/// Gathers flags that stand for keys.
#[derive(Debug, Default)]
pub(crate) struct Flags(pub(crate) Vec<Assignment>);

impl Flags {
    /// A flag with a value.
    pub(crate) fn text(&mut self, key: &str, value: Option<impl ToString>) {
        self.0
            .extend(value.map(|value| Assignment::text(key, value.to_string())));
    }

    /// A flag that may be given several times; given never, it leaves the key as it is.
    pub(crate) fn list(&mut self, key: &str, values: Vec<String>) {
        if !values.is_empty() {
            self.0.push(Assignment::list(key, values));
        }
    }

    /// A flag that names an image file.
    pub(crate) fn logo(&mut self, key: &str, file: Option<&Path>) -> anyhow::Result<()> {
        if let Some(file) = file {
            let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
            let url = directory::logo(&bytes).map_err(|problem| anyhow!("--logo: {}", problem.allowed))?;
            self.0.push(Assignment::text(key, url));
        }
        Ok(())
    }
}

/// A logo's file.
#[derive(Debug, Args)]
pub(crate) struct Logo {
    /// An image file for pages: PNG, JPEG or WebP, at most 256 KiB and 1024 × 1024 pixels.
    #[arg(long = "logo", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// The keys of `--set`, for a command's long help.
pub(crate) fn help(keys: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    let rows = keys.map(|(name, allowed)| [format!("  {name}"), allowed.to_owned()]);
    format!("Keys of --set:\n{}", output::table(["  key", "allowed"], rows))
}

/// Runs a command's work on the open house, and tells what came of it.
pub(crate) fn run<T>(
    global: &Global,
    work: impl AsyncFnOnce(&Services) -> directory::Result<T>,
    tell: impl FnOnce(T) -> Outcome,
) -> Outcome {
    run_with(global, global.settings()?, work, tell)
}

/// The same with settings that flags of the command's own have changed.
pub(crate) fn run_with<T>(
    global: &Global,
    settings: Settings,
    work: impl AsyncFnOnce(&Services) -> directory::Result<T>,
    tell: impl FnOnce(T) -> Outcome,
) -> Outcome {
    let done = block_on(async {
        let services = open_services(settings).await?;
        let done = work(&services).await;
        services.db.close().await;
        Ok(done)
    })?;
    match done {
        Ok(done) => tell(done),
        Err(error) => told(global, error),
    }
}

/// Why the directory did nothing, as a command tells it. Compiled once, whatever the command is.
fn told(global: &Global, error: Error) -> Outcome {
    match error {
        Error::Invalid(problems) => refuse(
            global,
            &problems,
            |Problem { key, found, allowed }| json!({"key": key, "found": found, "allowed": allowed}),
        ),
        Error::Refused(refusals) => refuse(
            global,
            &refusals,
            |Refusal { key, reason }| json!({"key": key, "reason": reason}),
        ),
        Error::NoDefaultAccount => Err(anyhow!(
            "there is no default account; make one with `signet account create`, or name one with --account"
        )),
        error => Err(error.into()),
    }
}

/// What was given can't be used: wrong usage, of which all is told.
fn refuse<T: std::fmt::Display>(
    global: &Global,
    problems: &[T],
    document: impl Fn(&T) -> serde_json::Value,
) -> Outcome {
    let mut error = std::io::stderr().lock();
    for problem in problems {
        let _ = writeln!(error, "signet: {problem}");
    }
    if global.output().is_json() {
        let problems: Vec<_> = problems.iter().map(document).collect();
        output::print(&json!({"error": "wrong usage", "problems": problems}).to_string())?;
    }
    Ok(ExitCode::from(2))
}

/// Two columns without headings: what it is, and its value; what has none is left out.
pub(crate) fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let facts: Vec<(&str, String)> = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let width = facts
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let lines: Vec<String> = facts
        .iter()
        .map(|(name, value)| format!("  {name:width$}  {value}\n"))
        .collect();
    lines.concat()
}

/// The value of a setting for people: lists with commas, nothing for what is missing.
pub(crate) fn shown(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.len() > 120 => format!("({} bytes)", text.len()),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
