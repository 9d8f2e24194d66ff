use clap::Args;

use super::password::{Chosen, PasswordFrom};
use super::view;
use super::{Attributes, Global, Outcome, Whose, shared};
use crate::base::Entropy;
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
    whose: Whose,
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
        let Chosen { password, made } = self.password.choose(true, &Entropy::default())?;
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                consumer::assign(&mut draft, &set)?;
                consumer::create(services, &By::command(), &account, draft, password).await
            },
            |saved| view::saved(global, "Created.", &saved, made.as_ref()),
        )
    }
}
