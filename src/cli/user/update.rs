use clap::Args;

use super::{Global, Named, Outcome, ProfileArgument, shared, view};
use crate::directory::By;
use crate::directory::user::{self, Draft};

/// Change a user.
///
/// What isn't named stays. --disable ends their sessions.
#[derive(Debug, Args)]
pub(crate) struct Update {
    #[command(flatten)]
    named: Named,
    /// The name that they log in with.
    #[arg(long)]
    login_name: Option<String>,
    /// The whole name.
    #[arg(long)]
    full_name: Option<String>,
    /// What colleagues and consumers call them.
    #[arg(long)]
    nickname: Option<String>,
    /// The e-mail address.
    #[arg(long)]
    email: Option<String>,
    /// What they may do, instead of what they could; as often as needed.
    #[arg(long = "profile", value_name = "PROFILE")]
    profiles: Vec<ProfileArgument>,
    /// Messaging conversations that are open at the same time; `account` for what the account allows.
    #[arg(long, value_name = "NUMBER", value_parser = most)]
    max_async_chats: Option<Most>,
    /// The API keys that may log it in, with commas between them; an empty one allows any of the account.
    #[arg(long, value_name = "KEYS")]
    allowed_app_keys: Option<String>,
    /// They must change the password before it lets them in again.
    #[arg(long)]
    must_change_password: bool,
    /// Let them log in no more.
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Let them log in again.
    #[arg(long)]
    enable: bool,
}

impl Update {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let Self {
            named: Named { user, whose },
            ..
        } = &self;
        shared::run(
            global,
            async |services| {
                let account = whose.find(services).await?;
                let found = user::find_named(services, &account.account_id, user).await?;
                let edit = |draft: &mut Draft| self.edit(draft);
                user::update(services, &By::command(), &account, found.user_id, edit).await
            },
            |changed| view::saved(global, "Changed.", &changed, None),
        )
    }

    fn edit(&self, draft: &mut Draft) {
        let fill = |given: &Option<String>, field: &mut String| {
            if let Some(given) = given {
                field.clone_from(given);
            }
        };
        fill(&self.login_name, &mut draft.login_name);
        fill(&self.full_name, &mut draft.full_name);
        fill(&self.nickname, &mut draft.profile.nickname);
        fill(&self.email, &mut draft.profile.email);
        if !self.profiles.is_empty() {
            draft.profile.profile_ids = self.profiles.iter().map(|profile| profile.0).collect();
        }
        if let Some(keys) = &self.allowed_app_keys {
            draft.profile.allowed_app_keys = Some(keys.clone()).filter(|keys| !keys.is_empty());
        }
        if let Some(Most(most)) = self.max_async_chats {
            draft.profile.max_async_chats = most;
        }
        draft.must_change_password |= self.must_change_password;
        if self.disable || self.enable {
            draft.is_enabled = self.enable;
            draft.profile.disabled_manually = self.disable;
        }
    }
}

/// How many at most; none is the account's number.
#[derive(Clone, Copy, Debug)]
struct Most(Option<i64>);

fn most(text: &str) -> Result<Most, &'static str> {
    match text {
        "account" => Ok(Most(None)),
        number => match number.parse() {
            Ok(number) => Ok(Most(Some(number))),
            Err(_) => Err("a number, or account"),
        },
    }
}
