use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use jose::Algorithm;
use serde_json::json;

use super::WAITS;
use crate::base::id::AccountId;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::context::Services;
use crate::directory::key::{self, Readiness, Rotation};
use crate::directory::{self, By};
use crate::model::signing_key::SigningKey;

/// Let the pending key sign, a new one where none waits, as soon as everybody who verifies has seen it.
///
/// Without --force it exits with 3 while a registered verifier has not seen the key, or somebody may still use a copy of
/// the JWK set without it, until the key was published for keys.rotation.publish_ahead. The key stays published
/// meanwhile: run it again later.
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    whose: Whose,
    /// The algorithm whose key is rotated; the account's default where none is named.
    #[arg(long)]
    alg: Option<Algorithm>,
    /// Don't wait for anybody: tokens of the new key fail where it has not been seen.
    #[arg(long)]
    force: bool,
}

impl Rotate {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                self.rotate(services, &account.account_id).await
            },
            |rotation| match rotation {
                Rotation::Activated { key, former } => {
                    let document = json!({"rotated": true, "key": key::document(&key), "former": former});
                    global.output().show(&document, || match former {
                        Some(former) => {
                            format!("{} signs. {former} stays published and signs no more.", key.kid)
                        }
                        None => format!("{} signs.", key.kid),
                    })
                }
                Rotation::Waiting { key, readiness } => waiting(global, &key, &readiness),
            },
        )
    }

    /// The moments until all nodes publish a key that was made just now are waited for here.
    async fn rotate(&self, services: &Services, account: &AccountId) -> directory::Result<Rotation> {
        let by = By::command();
        let first = key::rotate(services, &by, account, self.alg, self.force).await?;
        let Rotation::Waiting { readiness, .. } = &first else {
            return Ok(first);
        };
        let now = services.clock.now();
        let left = readiness.published_everywhere_at.since(now);
        let enough = !readiness.lacking.is_empty() || left > Duration::from_secs(6);
        if enough || !readiness.is_ready(now + left) {
            return Ok(first);
        }
        tokio::time::sleep(left).await;
        key::rotate(services, &by, account, self.alg, self.force).await
    }
}

fn waiting(global: &Global, pending: &SigningKey, readiness: &Readiness) -> Outcome {
    let until = readiness.waits_until;
    let mut document = readiness.document();
    if let Some(members) = document.as_object_mut() {
        members.insert("rotated".to_owned(), false.into());
        members.insert("key".to_owned(), key::document(pending));
    }
    global.output().show(&document, || {
        let mut lines = vec![format!("{} is published and waits. It has not been seen by:", pending.kid)];
        lines.extend(readiness.lacking.iter().map(|lacking| format!("  {lacking}")));
        if let (true, Some(until)) = (readiness.lacking.is_empty(), readiness.unknown_copies_until) {
            lines.push(format!(
                "  anybody yet; copies of the key set that were given out before it last until {until}"
            ));
        }
        lines.push(format!(
            "Run this again later: it rotates once all have seen it, and whoever has from {until} on. With --force it \
             rotates now, and tokens fail where the key has not been seen."
        ));
        lines.join("\n")
    })?;
    Ok(ExitCode::from(WAITS))
}
