//! `signet consumer import`: the command around [`crate::directory::consumer::import`].

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use passwords::FirebaseProject;
use serde::Deserialize;
use serde_json::json;

use super::{Global, Outcome, Whose, shared};
use crate::cli::table::{self, FileFormat, Report};
use crate::directory::By;
use crate::directory::consumer::import::{self, Event, Format, OnDuplicate, Options, Summary};

const AFTER_HELP: &str = "\
CSV has a row of headings: sub, username, status, password, password_hash, any standard claim
(email, name, …), address.country and its like, customerInfo.ctype, personalInfo.contacts.0.email
and their like, or customerInfo and personalInfo as JSON. An empty cell says nothing. An apostrophe
before = + - @ is taken away again.

JSON lines hold one object a line, with the same members; standard claims stand at the top. Users
as other products export them are taken as well:
  Keycloak   jq -c '.users[]' realm-users.json
  Auth0      the export job's file, or the one with hashes from its support
  Firebase   jq -c '.users[]' users.json, with --firebase FILE for the project's hash parameters
  Django     jq -c '.[]' of dumpdata auth.user

password_hash takes PHC strings (argon2, pbkdf2, scrypt), bcrypt, and Django's and Keycloak's
notations. Such a hash is replaced by argon2id when its owner logs in. A password in plain is
hashed here, which takes some 25 ms of a core each.

Rows go in batches of 500: a kill leaves whole rows, and the same file can be imported again.
Exit status: 0 all rows are in, 1 some were refused (they are listed), or it couldn't be done.";

/// Import consumers from CSV or JSON lines.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Import {
    /// The file; `-` is standard input.
    file: PathBuf,
    #[command(flatten)]
    whose: Whose,
    /// What the file is; without it, its name or its first character tells.
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// What to do with a consumer who is there already, and differs from the row. One who is just the same is left
    /// alone in any case.
    #[arg(long, value_enum, value_name = "WHAT", default_value = "refuse")]
    on_duplicate: Duplicates,
    /// Import nothing if a single row is refused. It is one transaction, and holds up other writers of a SQLite
    /// database as long as it lasts.
    #[arg(long)]
    all_or_nothing: bool,
    /// Check everything, against the database too, and import nothing; also one transaction.
    #[arg(long)]
    dry_run: bool,
    /// Write each refused row to a file, as a JSON line with `line`, `key` and `reason`.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The hash parameters of a Firebase project, as JSON: `base64_signer_key`, `base64_salt_separator`, `rounds`,
    /// `mem_cost`.
    #[arg(long, value_name = "FILE")]
    firebase: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Duplicates {
    /// Refuse the row.
    Refuse,
    /// Leave the consumer as they are.
    Skip,
    /// Lay the row over the consumer.
    Update,
}

impl Import {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let (source, format, length) = table::open(&self.file, self.format.map(Format::from))?;
        let firebase = self.firebase.as_deref().map(firebase).transpose()?;
        let quiet = global.output().is_json();
        let report = Arc::new(Report::open(self.report.as_deref(), length, quiet)?);
        let options = Options {
            format,
            on_duplicate: match self.on_duplicate {
                Duplicates::Refuse => OnDuplicate::Refuse,
                Duplicates::Skip => OnDuplicate::Skip,
                Duplicates::Update => OnDuplicate::Update,
            },
            all_or_nothing: self.all_or_nothing,
            dry_run: self.dry_run,
            firebase,
        };
        let told = Arc::clone(&report);
        let told: import::Told = Arc::new(move |event: Event<'_>| told.tell(&event));
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                Ok(import::run(services, &By::command(), &account, source, options, told).await)
            },
            |summary| {
                report.finish()?;
                let summary = summary?;
                let document = json!({"dry_run": self.dry_run, "summary": summary});
                global.output().show(&document, || text(&summary, self.dry_run))?;
                Ok(if summary.refused == 0 {
                    ExitCode::SUCCESS
                } else {
                    ExitCode::FAILURE
                })
            },
        )
    }
}

fn text(summary: &Summary, dry_run: bool) -> String {
    let Summary {
        read,
        created,
        updated,
        unchanged,
        skipped,
        refused,
        warnings,
        ..
    } = summary;
    let verdict = match (summary.written, dry_run) {
        (true, _) => "Imported.",
        (false, true) => "Nothing was imported; an import would do this:",
        (false, false) => "Nothing was imported, since rows were refused; without that:",
    };
    let mut text = format!(
        "{verdict}\n  read      {read}\n  created   {created}\n  updated   {updated}\n  unchanged {unchanged}\n  skipped   \
         {skipped}\n  refused   {refused}\n  remarks   {warnings}"
    );
    if !summary.ignored.is_empty() {
        let names: Vec<String> = summary
            .ignored
            .iter()
            .map(|(name, rows)| format!("{name} ({rows})"))
            .collect();
        let _ = write!(text, "\nIgnored, as it says nothing to us: {}", names.join(", "));
    }
    text
}

/// The parameters as Firebase's console shows them.
#[derive(Deserialize)]
struct FirebaseParameters {
    base64_signer_key: String,
    base64_salt_separator: String,
    rounds: u32,
    mem_cost: u32,
}

fn firebase(file: &std::path::Path) -> anyhow::Result<FirebaseProject> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("--firebase {shown}"))?;
    let FirebaseParameters { base64_signer_key, base64_salt_separator, rounds, mem_cost } =
        // Without serde's words, which may quote the key.
        serde_json::from_str(&text).map_err(|error| {
            anyhow::anyhow!("--firebase {shown}: line {}: expected base64_signer_key, base64_salt_separator, rounds and mem_cost", error.line())
        })?;
    FirebaseProject::new(&base64_signer_key, &base64_salt_separator, rounds, mem_cost)
        .with_context(|| format!("--firebase {shown}"))
}
