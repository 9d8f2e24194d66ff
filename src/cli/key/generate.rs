use clap::Args;
use jose::{Algorithm, RsaBits};
use serde_json::Value;

use crate::base::Timestamp;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome};
use crate::directory::By;
use crate::directory::key::{self, Pending};

/// Make a key and publish it as pending: it doesn't sign yet. Where one waits already, that one is shown.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    whose: Whose,
    /// What it is to sign with: RS256, PS256, ES256, ES384 or EdDSA; the account's default where none is named.
    #[arg(long)]
    alg: Option<Algorithm>,
    /// The length of an RSA key: 2048, 3072 or 4096; the account's where none is named.
    #[arg(long, value_name = "BITS", value_parser = bits)]
    bits: Option<RsaBits>,
}

fn bits(text: &str) -> Result<RsaBits, String> {
    let bits: u32 = text.parse().map_err(|_| "not a number".to_owned())?;
    RsaBits::try_from(bits).map_err(|error| error.to_string())
}

impl Generate {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                key::generate(services, &By::command(), &account.account_id, self.alg, self.bits).await
            },
            |Pending { key, waited }| {
                let mut shown = key::document(&key);
                if let Value::Object(members) = &mut shown {
                    members.insert("waited".to_owned(), waited.into());
                }
                global.output().show(&shown, || {
                    let first = if waited {
                        "waits already; none was made"
                    } else {
                        "is published, and doesn't sign yet"
                    };
                    let next = match key.activate_at {
                        Some(at) => format!("It begins to sign at {}", Timestamp::to_rfc3339(at)),
                        None => "It begins to sign when `signet key rotate` is told to".to_owned(),
                    };
                    format!("The {} key {} {first}.\n{next}.", key.alg, key.kid)
                })
            },
        )
    }
}
