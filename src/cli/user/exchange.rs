use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::{Global, Outcome, Whose, shared};
use crate::cli::WholeFile;
use crate::cli::table::{self, Report};
use crate::context::Services;
use crate::directory::By;
use crate::directory::consumer::import::Format;
use crate::directory::table::{Event, Told};
use crate::directory::user::{self, ExportError, ImportOptions, ImportSummary};

const AFTER_HELP: &str = "\
A row of headings names the columns: loginName, fullName, nickname, email, userTypeId, isEnabled,
profileIds, maxChats, maxAsyncChats, skillIds, lobIds, memberOf, managerOf, permissionGroups, pid,
employeeId, description, mobileNumber, pictureUrl, isApiUser, allowedAppKeys, changePwdNextLogin,
passwordSh (in plain) and passwordHash, as the Users API names them. loginName is needed; lists
have semicolons between their numbers; an empty cell says nothing. An apostrophe before = + - @ is
taken away again.

All rows are imported, or, if one is refused, none: each is told with its line and the reason.
Exit status: 0 all rows are in, 1 some were refused, or it couldn't be done.";

/// Import users from CSV: all of them, or none.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Import {
    /// The file; `-` is standard input.
    file: PathBuf,
    #[command(flatten)]
    whose: Whose,
    /// Lay a row over the user who has its login name already, instead of refusing it.
    #[arg(long)]
    update: bool,
    /// Check everything, against the account's users too, and import nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write each refused row to a file, as a JSON line with `line`, `key` and `reason`.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let (source, _, length) = table::open(&self.file, Some(Format::Csv))?;
        let report = Report::open(self.report.as_deref(), length, global.output().is_json())?;
        let report = Arc::new(report);
        let hearing = Arc::clone(&report);
        let told: Told = Arc::new(move |event: Event<'_>| hearing.tell(&event));
        let options = ImportOptions {
            update: self.update,
            dry_run: self.dry_run,
        };
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                Ok(user::import(services, &By::command(), &account, source, options, told).await)
            },
            |summary| {
                report.finish()?;
                let summary = summary?;
                let document = json!({"dry_run": self.dry_run, "summary": summary});
                global.output().show(&document, || text(&summary))?;
                Ok(if summary.refused == 0 {
                    ExitCode::SUCCESS
                } else {
                    ExitCode::FAILURE
                })
            },
        )
    }
}

fn text(summary: &ImportSummary) -> String {
    let verdict = match (summary.written, summary.refused) {
        (true, _) => "Imported.",
        (false, 0) => "Nothing was imported; an import would do this:",
        (false, _) => "Nothing was imported, since rows were refused; without them:",
    };
    format!(
        "{verdict}\n  read      {}\n  created   {}\n  updated   {}\n  refused   {}",
        summary.read, summary.created, summary.updated, summary.refused
    )
}

/// Export an account's users as CSV: what `import` takes.
///
/// A value that a spreadsheet would take for a formula gets an apostrophe before it; `import` takes it away again.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file, readable by its owner alone; without it, or with `-`, standard output.
    file: Option<PathBuf>,
    #[command(flatten)]
    whose: Whose,
    /// Write the hashes of passwords as well: whoever has them can guess at the passwords.
    #[arg(long)]
    password_hashes: bool,
}

impl Export {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let file = self.file.as_deref().filter(|file| *file != Path::new("-"));
        let quiet = file.is_none() || global.output().is_json();
        let bar = table::bar(None, "{spinner} {pos} users", quiet);
        let Some(file) = file else {
            let out = BufWriter::new(std::io::stdout().lock());
            return self.write(global, &bar, out, |_, exported| match exported {
                Err(ExportError::Io(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
                exported => exported.map(|_| ExitCode::SUCCESS).map_err(Into::into),
            });
        };
        let out = WholeFile::begin(file)?;
        self.write(global, &bar, out, |out, exported| {
            let exported = exported?;
            out.keep()?;
            let shown = file.display().to_string();
            global
                .output()
                .show(&json!({"exported": exported, "file": shown}), || {
                    format!("Exported {exported} users to {shown}.")
                })
        })
    }

    fn write<W: Write>(
        &self,
        global: &Global,
        bar: &ProgressBar,
        mut out: W,
        tell: impl FnOnce(W, Result<u64, ExportError>) -> Outcome,
    ) -> Outcome {
        let exported = async |services: &Services| {
            let account = self.whose.find(services).await?.account_id;
            let told = |count| bar.set_position(count);
            let by = By::command();
            let exported = user::export(services, &by, &account, self.password_hashes, &mut out, told).await;
            Ok((out, exported))
        };
        shared::run(global, exported, |(out, exported)| {
            bar.finish_and_clear();
            tell(out, exported)
        })
    }
}
