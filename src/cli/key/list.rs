use clap::Args;
use serde_json::{Value, json};

use crate::base::Timestamp;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome, output};
use crate::directory::key::{self, Overview};
use crate::model::signing_key::KeyState;

/// List an account's keys: pending (published, not signing), active, retiring (published, not signing), retired; with
/// the next step of each, the living tokens that it signed, and who has fetched it.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    whose: Whose,
}

impl List {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                let now = services.clock.now();
                Ok((key::overview(services, &account.account_id).await?, now))
            },
            |(keys, now)| tell(global, &keys, now),
        )
    }
}

fn tell(global: &Global, keys: &[Overview], now: Timestamp) -> Outcome {
    let documents: Vec<Value> = keys.iter().map(Overview::document).collect();
    global.output().show(&json!({"keys": documents}), || {
        output::table(
            [
                "kid",
                "state",
                "alg",
                "age",
                "next step",
                "tokens alive",
                "fetched by",
                "fingerprint (sha-256 of the spki)",
            ],
            keys.iter().map(|it| {
                [
                    it.key.kid.to_string(),
                    it.key.state.to_string(),
                    it.key.alg.to_string(),
                    age(now, it.key.created_at),
                    it.next.as_ref().map_or_else(|| "-".to_owned(), next),
                    it.living.tokens.to_string(),
                    it.readers_in_short(),
                    key::fingerprint(&it.key).unwrap_or_else(|| "unreadable".to_owned()),
                ]
            }),
        )
    })
}

fn next((state, at): &(KeyState, Timestamp)) -> String {
    format!("{state} at {at}")
}

fn age(now: Timestamp, created: Timestamp) -> String {
    let seconds = now.since(created).as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}
