//! `signet sso …`: how users log in at their company's identity provider; the rules are `directory::sso`'s.

mod flags;
mod shown;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::directory::{self as shared, Whose};
use super::{Global, Outcome, output};
use crate::base::id::SsoName;
use crate::config::PublicUrl;
use crate::context::Services;
use crate::directory::By;
use crate::directory::sso::{self, Draft};
use crate::model::sso::SsoConnection;
use flags::Wishes;

/// Single sign-on of users: an account's connections to identity providers of its company.
#[derive(Debug, Subcommand)]
pub(crate) enum Sso {
    /// Make a connection. It tells what is to be registered at the identity provider.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Create(Box<Change>),
    /// List an account's connections.
    List {
        #[command(flatten)]
        whose: Whose,
    },
    /// Show a connection; never its secret.
    Show(Named),
    /// Change a connection. Lists are replaced as a whole.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Update(Box<Change>),
    /// Delete a connection, and its secret for ever.
    Delete(Named),
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The connection's full name; the identity provider knows it by that, too.
    name: SsoName,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    wishes: Wishes,
}

/// A connection, and where the server is.
type Shown = (PublicUrl, SsoConnection);

fn shown(services: &Services, connection: SsoConnection) -> Shown {
    (services.settings.server.public_url.clone(), connection)
}

impl Sso {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::Create(change) => change.create(global),
            Self::Update(change) => change.update(global),
            Self::List { whose } => list(&whose, global),
            Self::Show(named) => shared::run(
                global,
                async |services| {
                    let account = named.whose.find(services).await?;
                    let found = sso::find(services, &account.account_id, &named.name).await?;
                    Ok(shown(services, found))
                },
                |connection| tell(global, &connection),
            ),
            Self::Delete(named) => shared::run(
                global,
                async |services| {
                    let account = named.whose.find(services).await?;
                    sso::delete(services, &By::command(), &account.account_id, &named.name).await
                },
                |()| {
                    global.output().show(&json!({"deleted": named.name}), || {
                        format!("Connection {} is deleted.", named.name)
                    })
                },
            ),
        }
    }
}

impl Change {
    fn create(self, global: &Global) -> Outcome {
        let (given, secret) = self.wishes.assignments()?;
        let Named { name, whose } = self.named;
        shared::run(
            global,
            async |services| {
                let account = whose.find(services).await?;
                let mut draft = Draft::default();
                draft.assign(&given)?;
                draft.client_secret = secret;
                let by = By::command();
                let made = sso::create(services, &by, &account.account_id, name, draft).await?;
                Ok(shown(services, made))
            },
            |connection| tell(global, &connection),
        )
    }

    fn update(self, global: &Global) -> Outcome {
        let (given, secret) = self.wishes.assignments()?;
        let Named { name, whose } = self.named;
        shared::run(
            global,
            async |services| {
                let account = whose.find(services).await?;
                let (by, account) = (By::command(), &account.account_id);
                let changed = sso::update(services, &by, account, &name, |draft| {
                    draft.assign(&given)?;
                    if secret.is_some() {
                        draft.client_secret = secret;
                    }
                    Ok(())
                });
                Ok(shown(services, changed.await?))
            },
            |connection| tell(global, &connection),
        )
    }
}

fn tell(global: &Global, (public_url, connection): &Shown) -> Outcome {
    let document = sso::document(public_url, connection);
    global
        .output()
        .show(&document, || shown::text(public_url, connection))
}

fn list(whose: &Whose, global: &Global) -> Outcome {
    shared::run(
        global,
        async |services| {
            let account = whose.find(services).await?;
            let all = sso::list(services, &account.account_id).await?;
            Ok(all
                .into_iter()
                .map(|it| shown(services, it))
                .collect::<Vec<Shown>>())
        },
        |all| {
            let documents: Vec<Value> = all.iter().map(|(url, it)| sso::document(url, it)).collect();
            global.output().show(&json!({"connections": documents}), || {
                output::table(
                    ["name", "kind", "state", "identity provider"],
                    all.iter().map(|(_, it)| shown::row(it)),
                )
            })
        },
    )
}
