use clap::Args;

use super::password::{Chosen, PasswordFrom};
use super::view;
use super::{Attributes, Global, Outcome, Whose, shared};
use crate::base::Entropy;
use crate::directory::{Assignment, By, consumer};
use crate::model::{ConsumerStatus, Draft};

/// Change a consumer.
///
/// What isn't named stays. A new password, and --disable, end all of their sessions and take back all of their tokens.
#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Their sub, username or e-mail address.
    #[arg(value_name = "CONSUMER")]
    who: String,
    #[command(flatten)]
    whose: Whose,
    /// The name that they log in with; an empty one takes it away.
    #[arg(long)]
    username: Option<String>,
    /// Their e-mail address; an empty one takes it away.
    #[arg(long)]
    email: Option<String>,
    /// Let them log in no more.
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Let them log in again.
    #[arg(long)]
    enable: bool,
    /// A standard claim, `address.MEMBER`, `customerInfo.MEMBER` or `personalInfo.MEMBER`; as often as needed. An empty
    /// value takes it away.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<Assignment>,
    #[command(flatten)]
    attributes: Attributes,
    #[command(flatten)]
    password: PasswordFrom,
}

impl Update {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let [customer_info, personal_info] = self.attributes.read()?;
        let named = [("username", self.username), ("email", self.email)];
        let named = named
            .into_iter()
            .filter_map(|(key, text)| Some(Assignment::text(key, text?)));
        let set: Vec<Assignment> = named.chain(self.set).collect();
        let status = match (self.disable, self.enable) {
            (true, _) => Some(ConsumerStatus::Disabled),
            (false, true) => Some(ConsumerStatus::Active),
            (false, false) => None,
        };
        let Chosen { password, made } = self.password.choose(false, &Entropy::default())?;
        let edit = |draft: &mut Draft| {
            consumer::assign(draft, &set)?;
            draft.status = status.or(draft.status);
            draft.customer_info = customer_info.or(draft.customer_info.take());
            draft.personal_info = personal_info.or(draft.personal_info.take());
            Ok(())
        };
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                let found = consumer::find(services, &account.account_id, &self.who).await?;
                consumer::update(services, &By::command(), &account, &found.sub, edit, password).await
            },
            |saved| view::saved(global, "Changed.", &saved, made.as_ref()),
        )
    }
}
