use clap::Args;
use secrecy::ExposeSecret as _;

use super::password::PasswordFrom;
use super::view::{self, View};
use super::{Attributes, Global, InAccount, Outcome};
use crate::directory::{Assignment, By, consumer};
use crate::model::Draft;

/// Make a consumer.
///
/// They log in with their username or their e-mail address. Their `sub`, by which clients know them, is made here unless
/// they bring one from another product; it is opaque, never changes, and is never used again.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: signet consumer create --email ana@example.com --set name='Ana Lee' --generate-password"
)]
pub(crate) struct Create {
    #[command(flatten)]
    account: InAccount,
    /// The name that they log in with.
    #[arg(long)]
    username: Option<String>,
    /// Their e-mail address; they can log in with it, too.
    #[arg(long)]
    email: Option<String>,
    /// The subject that another product knew them by.
    #[arg(long)]
    sub: Option<String>,
    /// A standard claim, `address.MEMBER`, `customerInfo.MEMBER` or `personalInfo.MEMBER`; as often as needed.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<Assignment>,
    #[command(flatten)]
    attributes: Attributes,
    #[command(flatten)]
    password: PasswordFrom,
}

impl Create {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let [customer_info, personal_info] = self.attributes.read()?;
        let mut draft = Draft {
            sub: self.sub,
            username: self.username,
            customer_info,
            personal_info,
            ..Draft::default()
        };
        let email = self.email.map(|email| Assignment::text("email", email));
        let set: Vec<Assignment> = email.into_iter().chain(self.set).collect();
        consumer::assign(&mut draft, &set)?;
        let (saved, made) = self.account.with(global, |services, account| async move {
            let chosen = self.password.choose(true, &services.entropy)?;
            let saved = consumer::create(&services, &By::command(), &account, draft, chosen.password).await?;
            Ok((saved, chosen.made))
        })?;
        let shown = view::Saved {
            consumer: View::from(&saved.consumer),
            password: made.as_ref().map(|made| made.expose_secret()),
            warnings: &saved.warnings,
        };
        global
            .output()
            .show(&shown, || view::saved("Created.", &shown, &saved.consumer))
    }
}
