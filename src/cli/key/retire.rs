use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::WAITS;
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::context::Services;
use crate::directory::key::{self, Needed, Retirement};
use crate::directory::{self, By};

/// Unpublish a key that has stopped signing, and destroy its private half. Exits with 3 while something needs it: a token
/// that it signed and that lives, or a client whose platform has it pasted.
#[derive(Debug, Args)]
pub(crate) struct Retire {
    /// The key.
    #[arg(allow_hyphen_values = true)]
    kid: KeyId,
    #[command(flatten)]
    whose: Whose,
}

impl Retire {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                self.retire(services, &account.account_id).await
            },
            |retirement| match retirement {
                Retirement::Retired(key) => global
                    .output()
                    .show(&json!({"retired": true, "key": key::document(&key)}), || {
                        format!("{} is retired: unpublished, its private half destroyed.", key.kid)
                    }),
                Retirement::Refused(needed) => refused(global, &self.kid, &needed),
            },
        )
    }

    /// The moments in which some node may still sign with the key are waited for here.
    async fn retire(&self, services: &Services, account: &AccountId) -> directory::Result<Retirement> {
        let by = By::command();
        let first = key::retire(services, &by, account, &self.kid).await?;
        let Retirement::Refused(Needed::Until(quiet)) = first else {
            return Ok(first);
        };
        tokio::time::sleep(quiet.since(services.clock.now())).await;
        key::retire(services, &by, account, &self.kid).await
    }
}

fn refused(global: &Global, kid: &KeyId, needed: &Needed) -> Outcome {
    let text = match needed {
        Needed::Signs => format!("{kid} signs. Let another key take over first: signet key rotate"),
        Needed::Tokens(living) => format!(
            "{kid} is needed: {} live tokens of {} consumers at {} clients were signed with it; the last ends at {}.",
            living.tokens,
            living.subjects,
            living.clients,
            living.until.map_or_else(String::new, Timestamp::to_rfc3339),
        ),
        Needed::Clients(clients) => format!(
            "{kid} is needed: it signs for {}, whose platform has it pasted. Switch them first: signet key cutover",
            clients
                .iter()
                .map(ClientId::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Needed::Until(until) => format!("{kid} stopped signing a moment ago; try again at {until}."),
    };
    let mut document = needed.document();
    if let Some(members) = document.as_object_mut() {
        members.insert("retired".to_owned(), false.into());
        members.insert("kid".to_owned(), json!(kid));
    }
    global.output().show(&document, || text)?;
    Ok(ExitCode::from(WAITS))
}
