mod flags;
mod initial_access_token;
mod shown;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::directory::{self as shared, Whose};
use super::{Global, Outcome, output};
use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::config::Period;
use crate::directory::By;
use crate::directory::client::{self, Draft};
use crate::model::Client;
use flags::Wishes;
use initial_access_token::InitialAccessToken;

/// Clients: the applications that a brand's consumers sign in to, the messaging platform among them.
#[derive(Debug, Subcommand)]
pub(crate) enum Clients {
    /// Make a client. What isn't said follows from what is. Its secret, if it has one, is shown once.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Create(Box<Create>),
    /// List an account's clients.
    List {
        #[command(flatten)]
        whose: Whose,
    },
    /// Show a client, with each of its leniencies.
    Show(Named),
    /// Change a client. Lists are replaced as a whole.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Update(Box<Update>),
    /// Delete a client. Its tokens, and what consumers allowed it, are taken back.
    Delete(Named),
    /// Give a client a new secret.
    RotateSecret(RotateSecret),
    /// Make a token by which clients may register themselves (RFC 7591); it is shown once.
    InitialAccessToken(InitialAccessToken),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    whose: Whose,
    /// Its client id; a new one where none is wished for.
    #[arg(long, value_name = "ID")]
    id: Option<ClientId>,
    #[command(flatten)]
    wishes: Wishes,
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The client's id.
    client_id: ClientId,
    #[command(flatten)]
    whose: Whose,
}

type Update = shared::Update<Named, Wishes>;

#[derive(Debug, Args)]
pub(crate) struct RotateSecret {
    #[command(flatten)]
    named: Named,
    /// How long the former secret goes on working, such as 24h; at most 30d. Without it, it stops at once.
    #[arg(long, value_name = "PERIOD", default_value_t = Period::ZERO)]
    keep_old: Period,
}

impl Clients {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::Create(create) => create.run(global),
            Self::List { whose } => list(&whose, global),
            Self::Show(named) => named.whose.run(
                global,
                async |services, account| client::find(services, &account.account_id, &named.client_id).await,
                |client| tell(global, &client),
            ),
            Self::Update(update) => update.run(global),
            Self::Delete(named) => named.whose.run(
                global,
                async |services, account| {
                    client::delete(services, &By::command(), &account.account_id, &named.client_id).await
                },
                |()| {
                    global.output().show(&json!({"deleted": named.client_id}), || {
                        format!("Client {} is deleted.", named.client_id)
                    })
                },
            ),
            Self::RotateSecret(rotate) => rotate.run(global),
            Self::InitialAccessToken(token) => token.run(global),
        }
    }
}

impl Create {
    fn run(self, global: &Global) -> Outcome {
        let given = self.wishes.assignments()?;
        self.whose.run(
            global,
            async |services, account| {
                let draft = Draft::described(&given)?;
                let written =
                    client::create(services, &By::command(), &account.account_id, self.id, draft).await?;
                let ambiguous = client::is_ambiguous(services, &written.client).await?;
                Ok((account, written, ambiguous))
            },
            |(account, written, ambiguous)| {
                global.output().show(&client::written_document(&written), || {
                    shown::welcome(&account, &written, ambiguous)
                })
            },
        )
    }
}

impl Update {
    fn run(self, global: &Global) -> Outcome {
        let given = self.wishes.assignments()?;
        let Named { client_id, whose } = self.named;
        whose.run(
            global,
            async |services, account| {
                client::update(
                    services,
                    &By::command(),
                    &account.account_id,
                    &client_id,
                    |draft| draft.assign(&given),
                )
                .await
            },
            |written| {
                global.output().show(&client::written_document(&written), || {
                    let secret = written
                        .secret
                        .as_ref()
                        .map(|secret| format!("\nIts secret, shown this once: {}\n", secret.expose()));
                    shown::text(&written.client) + &secret.unwrap_or_default()
                })
            },
        )
    }
}

impl RotateSecret {
    fn run(self, global: &Global) -> Outcome {
        let Named { client_id, whose } = self.named;
        whose.run(
            global,
            async |services, account| {
                client::rotate(
                    services,
                    &By::command(),
                    &account.account_id,
                    &client_id,
                    self.keep_old.get(),
                )
                .await
            },
            |rotated| {
                let document = json!({
                    "client_id": client_id,
                    "client_secret": rotated.secret.expose(),
                    "former_until": rotated.former_until.map(Timestamp::to_rfc3339),
                });
                global.output().show(&document, || {
                    let former = match rotated.former_until {
                        Some(end) => format!("The former one works until {end}."),
                        None => "The former one has stopped working.".to_owned(),
                    };
                    format!(
                        "The new secret of {client_id}, shown this once:\n\n  {}\n\n{former}",
                        rotated.secret.expose()
                    )
                })
            },
        )
    }
}

fn tell(global: &Global, client: &Client) -> Outcome {
    global
        .output()
        .show(&client::document(client), || shown::text(client))
}

fn list(whose: &Whose, global: &Global) -> Outcome {
    whose.run(
        global,
        async |services, account| {
            let id = &account.account_id;
            shared::every(async |last: Option<&Client>| {
                client::list(services, id, last.map(|it| &it.client_id), shared::PAGE).await
            })
            .await
        },
        |clients| {
            let documents: Vec<Value> = clients.iter().map(client::document).collect();
            global.output().show(&json!({"clients": documents}), || {
                output::table(
                    ["id", "name", "kind", "enabled", "response types"],
                    clients.iter().map(row),
                )
            })
        },
    )
}

fn row(client: &Client) -> [String; 5] {
    let kind = match (client.platform, client.is_public()) {
        (true, _) => "platform",
        (false, true) => "public",
        (false, false) => "confidential",
    };
    let types: Vec<&str> = client
        .settings
        .response_types
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    [
        client.client_id.to_string(),
        client.settings.client_name.clone(),
        kind.to_owned(),
        client.enabled.to_string(),
        types.join(", "),
    ]
}
