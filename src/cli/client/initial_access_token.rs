use clap::Args;
use serde_json::json;

use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::config::Period;
use crate::directory::{By, registration};

#[derive(Debug, Args)]
pub(crate) struct InitialAccessToken {
    #[command(flatten)]
    whose: Whose,
    /// How many clients may be registered with it.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 1,
        conflicts_with = "revoke_all"
    )]
    uses: u32,
    /// How long it is good for, such as 24h.
    #[arg(long, value_name = "PERIOD", default_value_t = Period::hours(24), conflicts_with = "revoke_all")]
    valid_for: Period,
    /// Make none, and take back all that were made. Clients that were registered with them stay.
    #[arg(long)]
    revoke_all: bool,
}

impl InitialAccessToken {
    pub(super) fn run(self, global: &Global) -> Outcome {
        if self.revoke_all {
            return self.revoke(global);
        }
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                let until = services.clock.now() + self.valid_for.get();
                let token =
                    registration::allow(services, &By::command(), &account.account_id, self.uses, until)
                        .await?;
                Ok((account, token, until))
            },
            |(account, token, until)| {
                let document = json!({
                    "initial_access_token": token.expose(),
                    "registration_endpoint": format!("{}/register", account.issuer),
                    "uses": self.uses,
                    "expires_at": until.to_rfc3339(),
                });
                global.output().show(&document, || {
                    format!(
                        "{}\n\nGood for {} registration(s) at {}/register until {until}. It is shown this once.",
                        token.expose(),
                        self.uses,
                        account.issuer
                    )
                })
            },
        )
    }

    fn revoke(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                registration::disallow_all(services, &By::command(), &account.account_id).await
            },
            |met| {
                global.output().show(&json!({"revoked": met}), || {
                    format!("{met} token(s) are taken back.")
                })
            },
        )
    }
}
