use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Global, Outcome, block_on};
use crate::base::Clock;
use crate::config::Settings;
use crate::store::Connect;
use crate::store::backup;

/// Copy an embedded database to a file, as it is at one moment, while it is being served.
///
/// The copy is a database that `serve` opens as it is, given the same sealing key, which is in no backup: keep a copy of
/// that as well, elsewhere. A file that is there already isn't written over. PostgreSQL is backed up with pg_dump.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write, readable by its owner alone.
    file: PathBuf,
}

/// Put a copy of an embedded database in its place, while no server works with it.
///
/// The database that was there is kept beside it, with `.replaced` after its name. A copy of an older version is brought up to
/// date when the server starts. What the copy can't know to have been used or ended since ends with it. PostgreSQL's copies are
/// put back with pg_restore; `--in-place` does the rest there.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The file that `signet backup` wrote.
    #[arg(required_unless_present = "in_place")]
    file: Option<PathBuf>,
    /// The database is PostgreSQL's, and pg_restore has just put it back: end what the copy can't know to have ended, before
    /// the first server starts.
    #[arg(long, conflicts_with = "file")]
    in_place: bool,
}

fn connect(settings: &Settings) -> Connect {
    Connect {
        url: settings.database.url.expose().to_owned(),
        connections: settings.database.connections,
    }
}

impl Backup {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let connect = connect(&global.settings()?);
        let bytes = block_on(async { Ok(backup::back_up(&connect, &self.file).await?) })?;
        let file = self.file.display().to_string();
        global.output().show(&json!({"file": file, "bytes": bytes}), || {
            format!("The database is copied to {file} ({bytes} bytes). The sealing key isn't in it.")
        })
    }
}

impl Restore {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let connect = connect(&global.settings()?);
        let now = Clock::default().now();
        let Some(file) = self.file else {
            block_on(async { Ok(backup::end_in_place(&connect, now).await?) })?;
            return global.output().show(&json!({"in_place": true}), || {
                "Sessions, tokens and codes of the copy are ended, and proofs from before this moment count as used.".to_owned()
            });
        };
        let replaced = block_on(async { Ok(backup::restore(&connect, &file, now).await?) })?;
        let file = file.display().to_string();
        let replaced = replaced.map(|path| path.display().to_string());
        global
            .output()
            .show(&json!({"restored": file, "replaced": replaced}), || {
                let kept = replaced
                    .map(|path| format!(" What was there is {path} now."))
                    .unwrap_or_default();
                format!("The database is {file} again.{kept}")
            })
    }
}
