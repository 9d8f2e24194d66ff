use clap::Args;
use serde_json::json;

use super::{Global, Outcome, shared};
use crate::config::Period;
use crate::directory::administrator;
use crate::directory::{By, Error};

/// The longest that a token may work.
const LONGEST: Period = Period::days(30);

/// Make a token of the admin API for an administrator, and print it once.
///
/// Whoever has it may do what the administrator may. It ends after its time, or when the administrator is disabled, deleted or
/// gets another password.
#[derive(Debug, Args)]
pub(crate) struct Token {
    /// The administrator's name.
    name: String,
    /// How long it works: 1m to 30d.
    #[arg(long, value_name = "PERIOD", default_value = "1h", value_parser = ttl)]
    ttl: Period,
}

fn ttl(text: &str) -> Result<Period, String> {
    let allowed = || "a period from 1m to 30d, such as 1h".to_owned();
    let ttl: Period = text.parse().map_err(|_| allowed())?;
    if (Period::minutes(1)..=LONGEST).contains(&ttl) {
        Ok(ttl)
    } else {
        Err(allowed())
    }
}

impl Token {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| -> Result<_, Error> {
                administrator::token(services, &By::command(), &self.name, self.ttl.get()).await
            },
            |made| {
                let document = json!({
                    "token": made.credential.expose(),
                    "token_type": "Bearer",
                    "expires_in": self.ttl.as_seconds(),
                    "name": made.administrator.name,
                    "account_id": made.administrator.account_id,
                });
                // Alone on its line, for whoever pipes it on.
                global
                    .output()
                    .show(&document, || made.credential.expose().to_owned())
            },
        )
    }
}
