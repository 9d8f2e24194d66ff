use clap::Args;

use super::view;
use super::{Global, Outcome, Whose, shared};
use crate::directory::consumer::{self, View};

/// Show a consumer.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Their sub, username or e-mail address.
    #[arg(value_name = "CONSUMER")]
    who: String,
    #[command(flatten)]
    whose: Whose,
}

impl Show {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                consumer::find(services, &account.account_id, &self.who).await
            },
            |found| global.output().show(&View::from(&found), || view::text(&found)),
        )
    }
}
