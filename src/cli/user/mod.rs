//! `signet user …`: the people and bots that work in an account.

mod create;
mod exchange;
mod password;
mod update;
mod view;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;

use self::password::{Chosen, PasswordFrom};
use super::directory::{self as shared, Whose};
use super::output::table;
use super::{Global, Outcome};
use crate::base::Timestamp;
use crate::directory::By;
use crate::directory::user::{self, Changer};
use crate::model::{RoleType, User, UserId};

/// Users: the people and bots that work in an account.
#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    Create(Box<create::Create>),
    List(List),
    /// Show a user.
    Show(Named),
    Update(Box<update::Update>),
    SetPassword(SetPassword),
    Import(exchange::Import),
    Export(exchange::Export),
    /// Delete a user. The id is never used again, the names are free, and the sessions end at once.
    Delete(Named),
}

/// A user.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The login name, or the id.
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    whose: Whose,
}

/// List an account's users, by their ids.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    whose: Whose,
    /// How many: 1 to 1000.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
    /// Only those whose id comes after this one.
    #[arg(long, value_name = "ID")]
    after: Option<UserId>,
    /// Those that are deleted, too.
    #[arg(long)]
    deleted: bool,
}

/// Give a user a new password. Their sessions end at once.
#[derive(Debug, Args)]
pub(crate) struct SetPassword {
    #[command(flatten)]
    named: Named,
    /// They must change it before it lets them in.
    #[arg(long)]
    must_change: bool,
    #[command(flatten)]
    password: PasswordFrom,
}

/// A profile: one of the built-in ones by its name, or any by its id.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProfileArgument(i64);

impl std::str::FromStr for ProfileArgument {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let role = match text {
            "admin" => RoleType::Admin,
            "agent" => RoleType::Agent,
            "agent-manager" => RoleType::AgentManager,
            "campaign-manager" => RoleType::CampaignManager,
            id => {
                return id
                    .parse()
                    .map(Self)
                    .map_err(|_| "admin, agent, agent-manager, campaign-manager, or a profile's id");
            }
        };
        Ok(Self(role.number()))
    }
}

impl Users {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::Create(create) => create.run(global),
            Self::List(list) => list.run(global),
            Self::Show(Named { user, whose }) => shared::run(
                global,
                async |services| {
                    let account = whose.find(services).await?;
                    user::find_named(services, &account.account_id, &user).await
                },
                |found| {
                    global
                        .output()
                        .show(&user::document(&found), || view::text(&found))
                },
            ),
            Self::Update(update) => update.run(global),
            Self::SetPassword(set) => set.run(global),
            Self::Import(import) => import.run(global),
            Self::Export(export) => export.run(global),
            Self::Delete(Named { user, whose }) => shared::run(
                global,
                async |services| {
                    let account = whose.find(services).await?;
                    let found = user::find_named(services, &account.account_id, &user).await?;
                    user::delete(services, &By::command(), &account, found.user_id).await?;
                    Ok(found)
                },
                |gone| {
                    global.output().show(&json!({"deleted": gone.user_id}), || {
                        format!("User {} ({}) is deleted.", gone.login_name, gone.user_id)
                    })
                },
            ),
        }
    }
}

impl SetPassword {
    fn run(self, global: &Global) -> Outcome {
        let Chosen { password, made } = self.password.choose(true)?;
        let password = password.context("say where the new password comes from; --help lists the ways")?;
        let changer = Changer::unlimited(By::command());
        shared::run(
            global,
            async |services| {
                let account = self.named.whose.find(services).await?;
                let found = user::find_named(services, &account.account_id, &self.named.user).await?;
                let id = found.user_id;
                user::set_password(services, &changer, &account, id, password, self.must_change).await
            },
            |(changed, _)| view::saved(global, "The password is set.", &changed, made.as_ref()),
        )
    }
}

impl List {
    fn run(self, global: &Global) -> Outcome {
        let limit = self.limit;
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                // One more tells whether there are more.
                user::list(services, &account.account_id, self.deleted, self.after, limit + 1).await
            },
            |found| tell(global, found, limit),
        )
    }
}

fn tell(global: &Global, mut found: Vec<User>, limit: i64) -> Outcome {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| last.user_id);
    let documents: Vec<_> = found.iter().map(user::document).collect();
    global
        .output()
        .show(&json!({"users": documents, "next": next}), || {
            let rows = found.iter().map(|user| {
                [
                    user.user_id.to_string(),
                    user.login_name.clone(),
                    user.kind.to_string(),
                    view::status(user).to_owned(),
                    view::profiles(user),
                    user.last_login_at
                        .map_or_else(|| "never".to_owned(), Timestamp::to_rfc3339),
                ]
            });
            let table = table(
                ["id", "login name", "type", "status", "profiles", "last login"],
                rows,
            );
            match &next {
                Some(next) => format!("{table}\n\nThere are more: --after {next}"),
                None => table,
            }
        })
}
