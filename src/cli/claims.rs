use std::process::ExitCode;

use clap::{Args, Subcommand};
use oauth::Scope;
use serde_json::json;

use super::directory::{self as shared, Whose};
use super::{Global, Outcome, output};
use crate::base::id::ClientId;
use crate::directory::{Error, client, consumer};
use crate::issue::contract::{self, Lint};

/// What tokens say.
#[derive(Debug, Subcommand)]
pub(crate) enum Claims {
    /// Show the claims of the id_token that a consumer's login at a client would give: where each comes from, and what the
    /// client's contract (claims_contract) demands and doesn't get. Exits with 1 where the contract is broken.
    Lint(LintOf),
}

#[derive(Debug, Args)]
pub(crate) struct LintOf {
    /// The client.
    #[arg(long, value_name = "ID")]
    client: ClientId,
    /// The consumer: their sub, username or e-mail address.
    #[arg(long, value_name = "CONSUMER")]
    consumer: String,
    /// The scopes that are granted; all that the client may ask for unless said otherwise.
    #[arg(long, value_name = "SCOPES")]
    scope: Option<Scope>,
    #[command(flatten)]
    whose: Whose,
}

impl Claims {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let Self::Lint(lint) = self;
        shared::run(
            global,
            async |services| {
                let account = lint.whose.find(services).await?;
                let tenant = services.accounts.find(&account.account_id).await?;
                let tenant = tenant.ok_or_else(|| Error::NotFound {
                    what: "account",
                    id: account.account_id.to_string(),
                })?;
                let client = client::find(services, &account.account_id, &lint.client).await?;
                let consumer = consumer::find(services, &account.account_id, &lint.consumer).await?;
                let granted = lint.scope.as_ref().unwrap_or(&client.settings.scope);
                Ok(contract::lint(services, &tenant, &client, &consumer, granted))
            },
            |lint| tell(global, &lint),
        )
    }
}

fn tell(global: &Global, lint: &Lint) -> Outcome {
    let lines = lint
        .lines
        .iter()
        .map(|line| json!({"name": line.name, "value": line.value, "from": line.from}));
    let missing = lint
        .missing
        .iter()
        .map(|(name, why)| json!({"name": name, "why": why}));
    let breaches = lint
        .breaches
        .iter()
        .map(|breach| json!({"place": breach.place, "wrong": breach.wrong}));
    let document = json!({
        "claims": lines.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
        "breaches": breaches.collect::<Vec<_>>(),
    });
    global.output().show(&document, || text(lint))?;
    Ok(if lint.breaches.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn text(lint: &Lint) -> String {
    let rows = lint
        .lines
        .iter()
        .map(|line| [line.name.clone(), line.value.to_string(), line.from.clone()]);
    let mut text = output::table(["claim", "value", "from"], rows);
    for (name, why) in &lint.missing {
        text.extend(["\nmissing: ", name, ": ", why]);
    }
    for breach in &lint.breaches {
        text.extend(["\nnot as the contract says: ", &breach.to_string()]);
    }
    text
}
