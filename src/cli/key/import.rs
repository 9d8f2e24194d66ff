use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::Args;
use jose::Algorithm;
use zeroize::Zeroizing;

use crate::base::Timestamp;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::directory::By;
use crate::directory::key;

/// The most that a file with one key has.
const LARGEST: u64 = 64 * 1024;

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
        let content = self.read()?;
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

    fn read(&self) -> anyhow::Result<Zeroizing<Vec<u8>>> {
        let shown = self.file.display().to_string();
        let source: Box<dyn std::io::Read> = if shown == "-" {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(std::fs::File::open(&self.file).with_context(|| shown.clone())?)
        };
        let mut content = Zeroizing::new(Vec::new());
        source
            .take(LARGEST + 1)
            .read_to_end(&mut content)
            .with_context(|| shown.clone())?;
        ensure!(
            content.len() as u64 <= LARGEST,
            "{shown}: more than {LARGEST} bytes are no key"
        );
        Ok(content)
    }
}
