use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Global, Outcome, Whose, shared};
use crate::cli::WholeFile;
use crate::context::Services;
use crate::directory::By;
use crate::directory::audit;

/// Export a whole record as JSON lines: what `verify` follows, and others can.
///
/// The file is its owner's alone, and appears whole or not at all. That it was exported is recorded, too.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    whose: Whose,
}

impl Export {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let mut out = WholeFile::begin(&self.file)?;
        let exported = async |services: &Services| {
            let realm = self.whose.find(services).await?;
            let exported = audit::export(services, &By::command(), &realm, &mut out).await;
            Ok((out, exported))
        };
        shared::run(global, exported, |(out, exported)| {
            let exported = exported?;
            out.keep()?;
            let file = self.file.display().to_string();
            let audit::Exported { rows, head } = exported;
            global
                .output()
                .show(&json!({"exported": rows, "head": head, "file": file}), || {
                    format!(
                        "Exported {rows} rows to {file}.\nThe head is {}:{}",
                        head.seq, head.hash
                    )
                })
        })
    }
}
