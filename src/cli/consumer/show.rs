use clap::Args;

use super::view::{self, View};
use super::{Global, InAccount, Outcome};
use crate::directory::consumer;

/// Show a consumer.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Their sub, username or e-mail address.
    #[arg(value_name = "CONSUMER")]
    who: String,
    #[command(flatten)]
    account: InAccount,
}

impl Show {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let found = self.account.with(global, |services, account| async move {
            Ok(consumer::find(&services, &account.account_id, &self.who).await?)
        })?;
        global.output().show(&View::from(&found), || view::text(&found))
    }
}
