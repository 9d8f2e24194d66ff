use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::{Global, Outcome, Whose, shared};
use crate::cli::WholeFile;
use crate::cli::table::{self, FileFormat};
use crate::context::Services;
use crate::directory::By;
use crate::directory::consumer::export::{self, Options};
use crate::directory::consumer::import::Format;

/// Export an account's consumers: what `import` takes.
///
/// In CSV, a value that a spreadsheet would take for a formula gets an apostrophe before it; `import` takes it away again.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file, readable by its owner alone; without it, or with `-`, standard output.
    file: Option<PathBuf>,
    #[command(flatten)]
    whose: Whose,
    /// What to write; without it, the file's name tells, and otherwise it is JSON lines.
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// Write the hashes of passwords as well: whoever has them can guess at the passwords.
    #[arg(long)]
    password_hashes: bool,
}

impl Export {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let file = self.file.as_deref().filter(|file| *file != Path::new("-"));
        let is_csv = file
            .and_then(Path::extension)
            .is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        let by_name = if is_csv { Format::Csv } else { Format::JsonLines };
        let format = self.format.map_or(by_name, Format::from);
        let bar = table::bar(
            None,
            "{spinner} {pos} consumers",
            file.is_none() || global.output().is_json(),
        );
        let Some(file) = file else {
            let out = BufWriter::new(std::io::stdout().lock());
            return self.write(global, format, &bar, out, |_, exported| match exported {
                Err(export::Error::Io(error)) if error.kind() == ErrorKind::BrokenPipe => {
                    Ok(ExitCode::SUCCESS)
                }
                exported => exported.map(|_| ExitCode::SUCCESS).map_err(Into::into),
            });
        };
        let out = WholeFile::begin(file)?;
        self.write(global, format, &bar, out, |out, exported| {
            let exported = exported?;
            out.keep()?;
            let shown = file.display().to_string();
            global
                .output()
                .show(&json!({"exported": exported, "file": shown}), || {
                    format!("Exported {exported} consumers to {shown}.")
                })
        })
    }

    fn write<W: Write>(
        &self,
        global: &Global,
        format: Format,
        bar: &ProgressBar,
        mut out: W,
        tell: impl FnOnce(W, Result<u64, export::Error>) -> Outcome,
    ) -> Outcome {
        let exported = async |services: &Services| {
            let account = self.whose.find(services).await?.account_id;
            let options = Options {
                format,
                password_hashes: self.password_hashes,
            };
            let told = |count| bar.set_position(count);
            let by = By::command();
            let exported = export::run(services, &by, &account, options, &mut out, told).await;
            Ok((out, exported))
        };
        shared::run(global, exported, |(out, exported)| {
            bar.finish_and_clear();
            tell(out, exported)
        })
    }
}
