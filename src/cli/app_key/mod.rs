//! `signet app-key …`: which programs may call the gateway.

mod flags;
mod shown;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::directory::{self as shared, Whose};
use super::{Global, Outcome, output};
use crate::base::Timestamp;
use crate::base::id::AppKeyId;
use crate::config::Period;
use crate::directory::By;
use crate::directory::app_key::{self, Draft};
use crate::model::AppKey;
use flags::Wishes;

/// API keys: programs of an account's that call the gateway, and bots that sign in there.
#[derive(Debug, Subcommand)]
pub(crate) enum AppKeys {
    /// Make an API key. Its four values are shown once.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Create(Box<Create>),
    /// List an account's API keys.
    List {
        #[command(flatten)]
        whose: Whose,
    },
    /// Show an API key; never its values.
    Show(Named),
    /// Change an API key: its names, its privileges, where it may be used from. Lists are replaced as a whole.
    #[command(after_long_help = shared::help(Draft::keys()))]
    Update(Box<Update>),
    /// Let an API key be used no more, on every node within five seconds. None can be deleted.
    Disable(Named),
    /// Let an API key be used again.
    Enable(Named),
    /// Give an API key a new secret, access token and access token secret, which are shown once.
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    wishes: Wishes,
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The app key, the first of its four values.
    app_key: AppKeyId,
    #[command(flatten)]
    whose: Whose,
}

type Update = shared::Update<Named, Wishes>;

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    named: Named,
    /// How long the former values go on working, such as 24h; at most 30d. Without it, they stop at once.
    #[arg(long, value_name = "PERIOD", default_value_t = Period::ZERO)]
    keep_old: Period,
}

/// An API key with when each of its pairs was made, and when it ends.
type Whole = (AppKey, Vec<(Timestamp, Option<Timestamp>)>);

impl AppKeys {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::Create(create) => create.run(global),
            Self::List { whose } => list(&whose, global),
            Self::Show(named) => named.whose.run(
                global,
                async |services, account| {
                    let key = app_key::find(services, &account.account_id, &named.app_key).await?;
                    let pairs = app_key::pairs(services, &key).await?;
                    Ok((key, pairs))
                },
                |whole| tell(global, &whole),
            ),
            Self::Update(update) => update.run(global),
            Self::Disable(named) => named.set_enabled(global, false),
            Self::Enable(named) => named.set_enabled(global, true),
            Self::Rotate(rotate) => rotate.run(global),
        }
    }
}

impl Create {
    fn run(self, global: &Global) -> Outcome {
        let given = self.wishes.assignments();
        self.whose.run(
            global,
            async |services, account| {
                let draft = Draft::described(&given)?;
                app_key::create(services, &By::command(), &account.account_id, draft).await
            },
            |made| {
                global
                    .output()
                    .show(&app_key::made_document(&made), || shown::welcome(&made))
            },
        )
    }
}

impl Update {
    fn run(self, global: &Global) -> Outcome {
        let given = self.wishes.assignments();
        let Named { app_key, whose } = self.named;
        whose.run(
            global,
            async |services, account| {
                let edit = |draft: &mut Draft| draft.assign(&given);
                let key =
                    app_key::update(services, &By::command(), &account.account_id, &app_key, edit).await?;
                let pairs = app_key::pairs(services, &key).await?;
                Ok((key, pairs))
            },
            |whole| tell(global, &whole),
        )
    }
}

impl Named {
    fn set_enabled(self, global: &Global, enabled: bool) -> Outcome {
        self.whose.run(
            global,
            async |services, account| {
                app_key::set_enabled(
                    services,
                    &By::command(),
                    &account.account_id,
                    &self.app_key,
                    enabled,
                )
                .await
            },
            |key| {
                let document = json!({"app_key": key.app_key, "enabled": key.enabled});
                global.output().show(&document, || {
                    let is = if key.enabled { "enabled" } else { "disabled" };
                    format!("API key {} is {is}.", key.app_key)
                })
            },
        )
    }
}

impl Rotate {
    fn run(self, global: &Global) -> Outcome {
        let Named { app_key, whose } = self.named;
        whose.run(
            global,
            async |services, account| {
                let keep = self.keep_old.get();
                app_key::rotate(services, &By::command(), &account.account_id, &app_key, keep).await
            },
            |made| {
                global
                    .output()
                    .show(&app_key::made_document(&made), || shown::rotated(&made))
            },
        )
    }
}

fn tell(global: &Global, (key, pairs): &Whole) -> Outcome {
    global
        .output()
        .show(&app_key::document(key, pairs), || shown::text(key, pairs))
}

fn list(whose: &Whose, global: &Global) -> Outcome {
    whose.run(
        global,
        async |services, account| {
            let mut all: Vec<Whole> = Vec::new();
            for key in app_key::list(services, &account.account_id).await? {
                let pairs = app_key::pairs(services, &key).await?;
                all.push((key, pairs));
            }
            Ok(all)
        },
        |keys| {
            let documents: Vec<Value> = keys
                .iter()
                .map(|(key, pairs)| app_key::document(key, pairs))
                .collect();
            global.output().show(&json!({"app_keys": documents}), || {
                if keys.is_empty() {
                    return "There is no API key. Make one with `signet app-key create`.".to_owned();
                }
                output::table(
                    ["app key", "application", "developer", "enabled", "last used"],
                    keys.iter().map(|(key, _)| shown::row(key)),
                )
            })
        },
    )
}
