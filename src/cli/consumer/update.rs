use clap::Args;
use secrecy::ExposeSecret as _;

use super::password::PasswordFrom;
use super::view::{self, View};
use super::{Attributes, Global, InAccount, Outcome};
use crate::directory::{Assignment, By, consumer};
use crate::model::ConsumerStatus;

/// Change a consumer.
///
/// What isn't named stays. A new password, and --disable, end all of their sessions and take back all of their tokens.
#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Their sub, username or e-mail address.
    #[arg(value_name = "CONSUMER")]
    who: String,
    #[command(flatten)]
    account: InAccount,
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
        let (saved, made) = self.account.with(global, |services, account| async move {
            let chosen = self.password.choose(false, &services.entropy)?;
            let before = consumer::find(&services, &account.account_id, &self.who).await?;
            let edit = |draft: &mut crate::model::Draft| {
                consumer::assign(draft, &set)?;
                draft.status = status.or(draft.status);
                draft.customer_info = customer_info.or(draft.customer_info.take());
                draft.personal_info = personal_info.or(draft.personal_info.take());
                Ok(())
            };
            let by = By::command();
            let saved =
                consumer::update(&services, &by, &account, &before.sub, edit, chosen.password).await?;
            Ok((saved, chosen.made))
        })?;
        let shown = view::Saved {
            consumer: View::from(&saved.consumer),
            password: made.as_ref().map(|made| made.expose_secret()),
            warnings: &saved.warnings,
        };
        global
            .output()
            .show(&shown, || view::saved("Changed.", &shown, &saved.consumer))
    }
}
