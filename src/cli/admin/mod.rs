//! `signet admin …`: who may use the console and the admin API.

mod password;
mod token;

use clap::{Args, Subcommand};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use self::password::{Chosen, PasswordFrom};
use super::directory::{self as shared};
use super::{Global, Outcome, output};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::directory::{By, administrator};
use crate::model::administrator::{Administrator, AdministratorStatus};

/// Administrators: who may use the console and the admin API, for one account or for the whole server.
#[derive(Debug, Subcommand)]
pub(crate) enum Admins {
    Create(Create),
    /// List the administrators.
    List {
        /// Only those of one account.
        #[arg(long, value_name = "ID")]
        account: Option<AccountId>,
    },
    /// Let an administrator sign in no more. Their sessions and tokens end at once.
    Disable(Named),
    /// Let an administrator sign in again.
    Enable(Named),
    SetPassword(SetPassword),
    /// Take an administrator's second factor away, with its recovery codes. Their sessions and tokens end at once.
    ResetFactor(Named),
    /// Remove an administrator. What they did stays on record.
    Delete(Named),
    Token(token::Token),
}

/// An administrator.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The name that they sign in with.
    name: String,
}

/// Make an administrator, of the whole server unless an account is named.
///
/// The password is asked for on a terminal. It has at least 15 characters of any kind.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    named: Named,
    /// The one account that they may see.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    #[command(flatten)]
    password: PasswordFrom,
}

/// Give an administrator a new password. Their sessions and tokens end at once.
#[derive(Debug, Args)]
pub(crate) struct SetPassword {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    password: PasswordFrom,
}

impl Admins {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let by = By::command();
        match self {
            Self::Create(create) => create.run(global),
            Self::List { account } => shared::run(
                global,
                async |services| administrator::list(services, account.as_ref()).await,
                |found| tell(global, &found),
            ),
            Self::Disable(Named { name }) => status(global, &name, AdministratorStatus::Disabled),
            Self::Enable(Named { name }) => status(global, &name, AdministratorStatus::Active),
            Self::SetPassword(SetPassword { named, password }) => {
                let Chosen { password, made } = password.choose()?;
                shared::run(
                    global,
                    async |services| administrator::set_password(services, &by, &named.name, password).await,
                    |changed| saved(global, "The password is set.", &changed, made.as_ref()),
                )
            }
            Self::ResetFactor(Named { name }) => shared::run(
                global,
                async |services| administrator::reset(services, &by, &name).await,
                |changed| saved(global, "The second factor is gone.", &changed, None),
            ),
            Self::Delete(Named { name }) => shared::run(
                global,
                async |services| administrator::delete(services, &by, &name).await,
                |()| {
                    let document = json!({"deleted": name});
                    global
                        .output()
                        .show(&document, || format!("Administrator {name} is deleted."))
                },
            ),
            Self::Token(token) => token.run(global),
        }
    }
}

impl Create {
    fn run(self, global: &Global) -> Outcome {
        let Chosen { password, made } = self.password.choose()?;
        let (name, account) = (self.named.name, self.account);
        shared::run(
            global,
            async |services| {
                administrator::create(services, &By::command(), &name, account.as_ref(), password).await
            },
            |created| saved(global, "Created.", &created, made.as_ref()),
        )
    }
}

fn status(global: &Global, name: &str, status: AdministratorStatus) -> Outcome {
    shared::run(
        global,
        async |services| administrator::set_status(services, &By::command(), name, status).await,
        |changed| {
            global.output().show(&document(&changed), || {
                format!("Administrator {} is {}.", changed.name, changed.status)
            })
        },
    )
}

fn tell(global: &Global, found: &[Administrator]) -> Outcome {
    let administrators: Vec<Value> = found.iter().map(document).collect();
    global
        .output()
        .show(&json!({"administrators": administrators}), || {
            if found.is_empty() {
                return "There is no administrator. Make one with `signet admin create NAME`.".to_owned();
            }
            output::table(
                ["name", "of", "status", "last sign-in"],
                found.iter().map(|one| {
                    [
                        one.name.clone(),
                        one.account_id
                            .as_ref()
                            .map_or_else(|| "the whole server".to_owned(), ToString::to_string),
                        one.status.to_string(),
                        one.last_login_at
                            .map_or_else(|| "never".to_owned(), Timestamp::to_rfc3339),
                    ]
                }),
            )
        })
}

/// An administrator for programs.
fn document(one: &Administrator) -> Value {
    json!({
        "administrator_id": one.administrator_id,
        "name": one.name,
        "account_id": one.account_id,
        "status": one.status.as_str(),
        "created_at": one.created_at.to_rfc3339(),
        "updated_at": one.updated_at.to_rfc3339(),
        "last_login_at": one.last_login_at.map(Timestamp::to_rfc3339),
    })
}

/// Tells of an administrator who was written, and of the password that was made for them.
fn saved(global: &Global, done: &str, one: &Administrator, made: Option<&SecretString>) -> Outcome {
    let mut document = document(one);
    if let (Value::Object(members), Some(made)) = (&mut document, made) {
        members.insert("password".to_owned(), made.expose_secret().into());
    }
    global.output().show(&document, || {
        let of = one.account_id.as_ref().map_or_else(
            || "the whole server".to_owned(),
            |account| format!("account {account}"),
        );
        let facts = shared::facts([("name", one.name.clone()), ("of", of)]);
        let password = made.map_or_else(String::new, |made| {
            format!(
                "\nThe password is {}\nIt is not shown again.\n",
                made.expose_secret()
            )
        });
        format!("{done}\n\n{facts}{password}")
    })
}
