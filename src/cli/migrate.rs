use clap::Args;
use serde_json::json;

use super::{Global, Outcome, block_on, connect};
use crate::store;

/// Bring the database to this version.
///
/// `serve` does it too, unless told not to. Any number of nodes may do it at the same time; a database that is newer
/// than this program is left alone.
#[derive(Debug, Args)]
pub(crate) struct Migrate {}

pub(crate) fn run(global: &Global) -> Outcome {
    let settings = global.settings()?;
    let (version, kind) = block_on(async {
        let db = connect(&settings).await?;
        let version = store::migrate(&db).await?;
        db.close().await;
        Ok((version, db.kind()))
    })?;
    global
        .output()
        .show(&json!({"schema_version": version, "database": kind}), || {
            format!("The {kind} database is at version {version}.")
        })
}
