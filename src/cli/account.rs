use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::directory::{self as shared, Flags, Logo, Set, facts, shown};
use super::{Global, Outcome, output};
use crate::base::id::AccountId;
use crate::directory::account::{self, Created, Draft, document};
use crate::directory::{Assignment, By};
use crate::directory::{connector, key};
use crate::model::Account;

/// Accounts: one for each brand, with its own issuer, keys, clients and consumers.
#[derive(Debug, Subcommand)]
pub(crate) enum Accounts {
    /// Make an account, and its signing key. The first one is served at the public URL itself.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Create(Create),
    /// List the accounts.
    List,
    /// Show an account.
    Show {
        /// The account; the default account where none is named.
        id: Option<AccountId>,
    },
    /// Change an account, or suspend it (--status suspended).
    #[command(after_long_help = shared::help(Draft::keys()))]
    Update(Update),
    /// Delete an account for ever. Its id is never used again; its private keys are destroyed.
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The account's id, part of its issuer unless it is the first: letters, digits, _ and -.
    #[arg(default_value = "default")]
    id: AccountId,
    #[command(flatten)]
    wishes: Wishes,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// The account's id.
    id: AccountId,
    /// `active`, or `suspended`: nothing is issued, and nobody logs in.
    #[arg(long)]
    status: Option<String>,
    #[command(flatten)]
    wishes: Wishes,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// The account's id.
    id: AccountId,
    /// Don't ask, on a terminal, whether it is meant.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
struct Wishes {
    /// The brand's name on its pages.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// An issuer of its own: an https origin that leads to this server.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    #[command(flatten)]
    logo: Logo,
    /// The brand's colour, #rrggbb.
    #[arg(long)]
    colour: Option<String>,
    /// The language of its pages where a browser asks for none that we have: en, de, fr, es, ja.
    #[arg(long)]
    locale: Option<String>,
    /// The one authentication type for web and in-app messaging: implicit or code.
    #[arg(long)]
    flow: Option<String>,
    #[command(flatten)]
    set: Set,
}

impl Wishes {
    fn assignments(self, status: Option<String>) -> anyhow::Result<Vec<Assignment>> {
        let mut flags = Flags::default();
        flags.text("status", status);
        flags.text("display_name", self.name);
        flags.text("issuer", self.issuer);
        flags.text("colour", self.colour);
        flags.text("locale", self.locale);
        flags.text("flow", self.flow);
        flags.logo("logo", self.logo.file.as_deref())?;
        Ok(self.set.after(flags.0))
    }
}

impl Accounts {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::Create(create) => create.run(global),
            Self::List => list(global),
            Self::Show { id } => shared::run(
                global,
                async |services| account::find(services, id.as_ref()).await,
                |account| global.output().show(&document(&account), || text(&account)),
            ),
            Self::Update(update) => update.run(global),
            Self::Delete(delete) => delete.run(global),
        }
    }
}

impl Create {
    fn run(self, global: &Global) -> Outcome {
        let given = self.wishes.assignments(None)?;
        shared::run(
            global,
            async |services| {
                let mut draft = Draft::default();
                draft.assign(&given)?;
                account::create(services, &By::command(), self.id, draft).await
            },
            |created| {
                let mut made = document(&created.account);
                if let Value::Object(members) = &mut made {
                    members.insert("key".to_owned(), key::document(&created.key));
                }
                global.output().show(&made, || welcome(&created))
            },
        )
    }
}

impl Update {
    fn run(self, global: &Global) -> Outcome {
        let given = self.wishes.assignments(self.status)?;
        shared::run(
            global,
            async |services| {
                let before = account::find(services, Some(&self.id)).await?.settings.flow;
                let changed =
                    account::update(services, &By::command(), &self.id, |draft| draft.assign(&given)).await?;
                let warnings = if changed.settings.flow == before {
                    Vec::new()
                } else {
                    connector::left_behind(services, &changed).await?
                };
                Ok((changed, warnings))
            },
            |(account, warnings)| {
                let mut told = document(&account);
                if let Value::Object(members) = &mut told {
                    members.insert("warnings".to_owned(), json!(warnings));
                }
                global.output().show(&told, || {
                    let warnings = warnings.iter().map(|it| format!("\n{it}\n"));
                    text(&account) + &warnings.collect::<String>()
                })
            },
        )
    }
}

impl Delete {
    fn run(self, global: &Global) -> Outcome {
        if !self.yes && !meant(&self.id)? {
            anyhow::bail!("nothing was deleted");
        }
        shared::run(
            global,
            async |services| account::delete(services, &By::command(), &self.id).await,
            |()| {
                global.output().show(&json!({"deleted": self.id}), || {
                    format!(
                        "Account {} is deleted. Its id stays taken; its private keys are destroyed.",
                        self.id
                    )
                })
            },
        )
    }
}

/// Asks for the id once more where a person may answer.
fn meant(id: &AccountId) -> anyhow::Result<bool> {
    use std::io::{IsTerminal as _, Write as _};
    if !std::io::stdin().is_terminal() {
        return Ok(true);
    }
    let mut error = std::io::stderr().lock();
    write!(
        error,
        "This ends every session and token of the account, for ever. Type its id to go on: "
    )?;
    error.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == id.as_str())
}

fn list(global: &Global) -> Outcome {
    shared::run(
        global,
        async |services| {
            shared::every(async |last: Option<&Account>| {
                account::list(services, last.map(|it| &it.account_id), shared::PAGE).await
            })
            .await
        },
        |accounts| {
            let documents: Vec<Value> = accounts.iter().map(document).collect();
            global.output().show(&json!({"accounts": documents}), || {
                output::table(
                    ["id", "name", "status", "issuer"],
                    accounts.iter().map(|account| {
                        [
                            account.account_id.to_string(),
                            account.settings.display_name.clone(),
                            account.status.to_string(),
                            account.issuer.clone(),
                        ]
                    }),
                )
            })
        },
    )
}

fn text(account: &Account) -> String {
    let document = document(account);
    let first = ["account_id", "display_name", "status", "is_default", "issuer"];
    let features = account.settings.features;
    let rest = document
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
        .filter(|(name, _)| !first.contains(name) && *name != "features");
    let rows = first
        .iter()
        .filter_map(|name| Some((*name, document.get(*name)?)))
        .chain(rest)
        .map(|(name, value)| (name, shown(value)));
    facts(rows.chain([
        ("features.anonymous", features.anonymous.to_string()),
        ("features.bots", features.bots.to_string()),
        ("features.sign_up", features.sign_up.to_string()),
        (
            "features.encrypted_request_objects",
            features.encrypted_request_objects.to_string(),
        ),
    ]))
}

fn welcome(created: &Created) -> String {
    let Account {
        account_id,
        issuer,
        is_default,
        ..
    } = &created.account;
    let standing = if *is_default {
        " It is the default account."
    } else {
        ""
    };
    let whose = if *is_default {
        String::new()
    } else {
        format!(" --account {account_id}")
    };
    let places = facts([
        ("issuer", issuer.clone()),
        ("discovery", format!("{issuer}/.well-known/openid-configuration")),
        ("JWK set", format!("{issuer}/jwks")),
        (
            "signing key",
            format!("{} ({})", created.key.kid, created.key.alg),
        ),
    ]);
    format!(
        "Account {account_id} is made.{standing}\n\n{places}\nNext:\n\n  \
         # a client for the messaging platform\n  signet client create{whose} --platform --name Messaging --redirect-uri URL\n  \
         # somebody who may sign in\n  signet consumer create{whose} --help\n"
    )
}
