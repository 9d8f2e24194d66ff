use clap::Args;

use super::password::{Chosen, PasswordFrom};
use super::{Global, Outcome, ProfileArgument, Whose, shared, view};
use crate::directory::By;
use crate::directory::user::{self, Draft, Wanted};
use crate::model::user::UserType;
use crate::model::{RoleType, UserProfile};

/// Make a user.
///
/// A person logs in with the password; a bot has none, and logs in with an API key.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: signet user create dana --email dana@example.com --profile admin --generate-password"
)]
pub(crate) struct Create {
    /// The name that they log in with.
    login_name: String,
    #[command(flatten)]
    whose: Whose,
    /// The whole name; the login name where none is given. No two users of an account have the same.
    #[arg(long)]
    full_name: Option<String>,
    /// What colleagues and consumers call them; the login name where none is given.
    #[arg(long)]
    nickname: Option<String>,
    /// The e-mail address. A bot needs none.
    #[arg(long, required_unless_present = "bot")]
    email: Option<String>,
    /// What they may do: admin, agent, agent-manager, campaign-manager, or a profile's id; as often as needed. An agent
    /// where none is given.
    #[arg(long = "profile", value_name = "PROFILE")]
    profiles: Vec<ProfileArgument>,
    /// It is a bot: the account must have the feature `bots`.
    #[arg(long)]
    bot: bool,
    /// Conversations at the same time; the account's where none is given.
    #[arg(long, value_name = "NUMBER")]
    max_async_chats: Option<i64>,
    /// The API keys that may log it in, with commas between them; any of the account where none is given.
    #[arg(long, value_name = "KEYS")]
    allowed_app_keys: Option<String>,
    /// They must change the password before it lets them in.
    #[arg(long)]
    must_change_password: bool,
    /// They may not log in yet.
    #[arg(long)]
    disabled: bool,
    #[command(flatten)]
    password: PasswordFrom,
}

impl Create {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let Chosen { password, made } = self.password.choose(!self.bot)?;
        let named = |given: Option<String>| given.unwrap_or_else(|| self.login_name.clone());
        let profile_ids = if self.profiles.is_empty() {
            vec![RoleType::Agent.number()]
        } else {
            self.profiles.iter().map(|profile| profile.0).collect()
        };
        let draft = Draft {
            kind: if self.bot { UserType::Bot } else { UserType::Human },
            full_name: named(self.full_name.clone()),
            pid: None,
            is_enabled: !self.disabled,
            must_change_password: self.must_change_password,
            profile: UserProfile {
                nickname: named(self.nickname.clone()),
                email: self.email.clone().unwrap_or_default(),
                disabled_manually: self.disabled,
                max_async_chats: self.max_async_chats,
                profile_ids,
                allowed_app_keys: self.allowed_app_keys.clone(),
                ..UserProfile::default()
            },
            login_name: self.login_name.clone(),
        };
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                user::create(services, &By::command(), &account, Wanted::new(draft, password)).await
            },
            |created| view::saved(global, "Created.", &created, made.as_ref()),
        )
    }
}
