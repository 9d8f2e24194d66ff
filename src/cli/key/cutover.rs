use std::io::{BufRead as _, Write as _};

use anyhow::bail;
use clap::Args;
use serde_json::json;

use crate::base::id::{AccountId, ClientId, ConnectorId};
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::context::Services;
use crate::directory::key::{self, Cutover as Prepared};
use crate::directory::{self, By};
use crate::model::Client;

/// Change the key of one platform that takes a pasted key: shows the new one, waits until it was pasted, and lets it sign
/// for that platform's client alone. All others go on by the JWK set.
#[derive(Debug, Args)]
pub(crate) struct Cutover {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    of: Of,
    /// The key was pasted, or is at this moment: don't ask.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Of {
    /// The connector whose key is changed, with the key that our own gateway verifies it by.
    #[arg(long, value_name = "ID")]
    connector: Option<ConnectorId>,
    /// The client whose key is changed, where the connector is configured elsewhere.
    #[arg(long, value_name = "ID")]
    client: Option<ClientId>,
}

impl Of {
    fn whose(&self) -> Option<key::Whose> {
        let connector = self.connector.clone().map(key::Whose::Connector);
        connector.or_else(|| self.client.clone().map(key::Whose::Client))
    }
}

/// How it ended.
enum Ended {
    Done(Box<(Prepared, Client)>),
    Left,
}

impl Cutover {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let Some(of) = self.of.whose() else {
            bail!("name the connector or the client");
        };
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                Box::pin(self.change(services, &account.account_id, &of)).await
            },
            |ended| match ended {
                Ended::Left => bail!("nothing was changed; the new key stays published"),
                Ended::Done(done) => {
                    let (prepared, client) = *done;
                    let document = json!({"client_id": client.client_id, "former": prepared.from, "key": key::document(&prepared.to)});
                    global.output().show(&document, || {
                        format!("{} signs for {} from now on.", prepared.to.kid, client.client_id)
                    })
                }
            },
        )
    }

    async fn change(
        &self,
        services: &Services,
        account: &AccountId,
        of: &key::Whose,
    ) -> directory::Result<Ended> {
        let by = By::command();
        let prepared = key::prepare(services, &by, account, of).await?;
        if !self.yes && !confirmed(&prepared) {
            return Ok(Ended::Left);
        }
        // A node that has not read the key yet could not sign with it.
        let wait = prepared.ready_at.since(services.clock.now());
        tokio::time::sleep(wait).await;
        let client = key::cutover(services, &by, prepared.clone()).await?;
        Ok(Ended::Done(Box::new((prepared, client))))
    }
}

/// Shows the key, and asks.
fn confirmed(prepared: &Prepared) -> bool {
    let line = key::public(&prepared.to)
        .map(|public| public.to_spki_line())
        .unwrap_or_default();
    let mut error = std::io::stderr().lock();
    let _ = writeln!(
        error,
        "Paste this as the platform's \"JWT Public Key\" of {}, and save:\n\n{line}\n\nTokens of the former key fail \
         there from that moment on. Type yes when it is saved, to sign with the new key:",
        prepared.client.client_id
    );
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}
