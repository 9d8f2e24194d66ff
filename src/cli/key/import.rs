use std::path::PathBuf;

use clap::Args;
use jose::Algorithm;

use super::file;
use crate::base::Timestamp;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::directory::By;
use crate::directory::key;

/// Publish a private key that was made elsewhere as pending: PKCS#8, PKCS#1 or SEC 1 in PEM, or a JWK.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The file; `-` for standard input.
    file: PathBuf,
    #[command(flatten)]
    whose: Whose,
    /// What it is to sign with, where the kind of key leaves a choice: RS256 or PS256.
    #[arg(long)]
    alg: Option<Algorithm>,
}

impl Import {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let content = file::read(&self.file)?;
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                key::import(services, &By::command(), &account.account_id, self.alg, content).await
            },
            |key| {
                global.output().show(&key::document(&key), || {
                    let next = match key.activate_at {
                        Some(at) => format!("It begins to sign at {}", Timestamp::to_rfc3339(at)),
                        None => "It begins to sign when `signet key rotate` is told to".to_owned(),
                    };
                    format!(
                        "The {} key {} is published, and doesn't sign yet.\n{next}.",
                        key.alg, key.kid
                    )
                })
            },
        )
    }
}
