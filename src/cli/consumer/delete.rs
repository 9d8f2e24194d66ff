use clap::Args;
use serde_json::json;

use super::{Global, Outcome, Whose, shared};
use crate::directory::{By, consumer};

/// Delete a consumer, with all that is theirs.
///
/// Profile, credentials and consents go; sessions and tokens end at once. Their sub is never used again: who comes back
/// with the same e-mail address is somebody new.
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Their sub, username or e-mail address.
    #[arg(value_name = "CONSUMER")]
    who: String,
    #[command(flatten)]
    whose: Whose,
}

impl Delete {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                let found = consumer::find(services, &account.account_id, &self.who).await?;
                consumer::delete(services, &By::command(), &account.account_id, &found.sub).await?;
                Ok(found.sub)
            },
            |sub| {
                global
                    .output()
                    .show(&json!({"deleted": sub}), || format!("Consumer {sub} is deleted."))
            },
        )
    }
}
