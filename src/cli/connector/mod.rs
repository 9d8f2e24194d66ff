//! Connectors on the command line; the rules are `directory::connector`'s.

mod flags;
mod shown;

use anyhow::ensure;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::directory::{self as shared, Whose};
use super::{Global, Outcome, output};
use crate::base::id::{ClientId, ConnectorId};
use crate::directory::connector::{self, Draft, Written};
use crate::directory::{Assignment, By, client};
use crate::model::connector::{Connector, ConnectorKind};
use flags::Wishes;

/// Connectors: what the messaging platform knows of a brand's identity provider, field by field as on its page “Consumer
/// Identity Provider”.
#[derive(Debug, Subcommand)]
pub(crate) enum Connectors {
    /// Make a connector; with --from-client, for a client of this server.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Create(Box<Create>),
    /// List an account's connectors.
    List {
        #[command(flatten)]
        whose: Whose,
        /// With those that are deleted.
        #[arg(long)]
        include_deleted: bool,
    },
    /// Show a connector, in the order of the platform's page.
    Show(Named),
    /// Change a connector. Lists are replaced as a whole.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Update(Box<Update>),
    /// Delete a connector. Its id stays taken, and its secret is destroyed.
    Delete(Named),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    whose: Whose,
    /// Its id; a new one where none is wished for.
    #[arg(long, value_name = "ID")]
    id: Option<ConnectorId>,
    /// Fill every field from this client of the account and this server's own endpoints. Other options win.
    #[arg(long, value_name = "CLIENT")]
    from_client: Option<ClientId>,
    /// Give that client a new secret and keep it here. Its former one works for another day.
    #[arg(long, requires = "from_client", conflicts_with_all = ["client_secret_file", "client_secret_stdin"])]
    new_secret: bool,
    #[command(flatten)]
    wishes: Wishes,
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The connector's id.
    connector_id: ConnectorId,
    #[command(flatten)]
    whose: Whose,
}

type Update = shared::Update<Named, Wishes>;

impl Connectors {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::Create(create) => create.run(global),
            Self::List {
                whose,
                include_deleted,
            } => list(&whose, include_deleted, global),
            Self::Show(named) => named.whose.run(
                global,
                async |services, account| {
                    let found =
                        connector::find_even_deleted(services, &account.account_id, &named.connector_id)
                            .await?;
                    let warnings = connector::warnings(services, &found).await?;
                    Ok((found, warnings))
                },
                |(connector, warnings)| tell(global, &connector, &warnings),
            ),
            Self::Update(update) => update.run(global),
            Self::Delete(named) => named.whose.run(
                global,
                async |services, account| {
                    let (by, id) = (By::command(), &named.connector_id);
                    connector::delete(services, &by, &account.account_id, id).await
                },
                |()| {
                    global.output().show(&json!({"deleted": named.connector_id}), || {
                        format!("Connector {} is deleted.", named.connector_id)
                    })
                },
            ),
        }
    }
}

impl Create {
    fn run(self, global: &Global) -> Outcome {
        let (given, secret) = self.wishes.assignments()?;
        ensure!(
            self.from_client.is_some() || !given.is_empty(),
            "say what it is to be, or --from-client CLIENT; --help lists the options"
        );
        self.whose.run(
            global,
            async |services, account| {
                let source = match &self.from_client {
                    Some(id) => Some(client::find(services, &account.account_id, id).await?),
                    None => None,
                };
                let mut draft = source
                    .as_ref()
                    .map_or_else(Draft::default, |client| connector::ours(&account, client));
                draft.assign(&given)?;
                draft.client_secret = secret;
                let (by, owner) = (By::command(), &account.account_id);
                let renewed = source.filter(|_| self.new_secret && draft.kind == ConnectorKind::Code);
                let made = match renewed {
                    Some(client) => {
                        let id = self.id;
                        connector::create_with_new_secret(services, &by, owner, id, draft, &client).await?
                    }
                    None => connector::create(services, &by, owner, self.id, draft).await?,
                };
                let mut warnings = connector::warnings(services, &made).await?;
                warnings.extend(Box::pin(connector::unreadable_keys(services, &made)).await?);
                Ok((made, warnings))
            },
            |(connector, warnings)| tell(global, &connector, &warnings),
        )
    }
}

impl Update {
    fn run(self, global: &Global) -> Outcome {
        let (given, secret): (Vec<Assignment>, _) = self.wishes.assignments()?;
        let Named { connector_id, whose } = self.named;
        whose.run(
            global,
            async |services, account| {
                let (by, account) = (By::command(), &account.account_id);
                connector::update(services, &by, account, &connector_id, |draft| {
                    draft.assign(&given)?;
                    if secret.is_some() {
                        draft.client_secret = secret;
                    }
                    Ok(())
                })
                .await
            },
            |Written { connector, warnings }| tell(global, &connector, &warnings),
        )
    }
}

fn tell(global: &Global, connector: &Connector, warnings: &[String]) -> Outcome {
    let mut document = connector::document(connector);
    if let Value::Object(members) = &mut document {
        members.insert("warnings".to_owned(), json!(warnings));
    }
    global
        .output()
        .show(&document, || shown::text(connector, warnings))
}

fn list(whose: &Whose, include_deleted: bool, global: &Global) -> Outcome {
    whose.run(
        global,
        async |services, account| {
            let id = &account.account_id;
            shared::every(async |last: Option<&Connector>| {
                let after = last.map(|it| &it.connector_id);
                connector::list(services, id, after, shared::PAGE, include_deleted).await
            })
            .await
        },
        |connectors| {
            let documents: Vec<Value> = connectors.iter().map(connector::document).collect();
            global.output().show(&json!({"connectors": documents}), || {
                output::table(
                    ["id", "name", "type", "state", "preferred", "issuer"],
                    connectors.iter().map(shown::row),
                )
            })
        },
    )
}
