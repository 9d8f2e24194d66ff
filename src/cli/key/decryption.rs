use clap::Args;
use serde_json::{Value, json};

use crate::base::Timestamp;
use crate::cli::directory::{self as shared, Whose};
use crate::cli::{Global, Outcome, output};
use crate::directory::{By, key};
use crate::model::DecryptionKey;

/// The keys that clients encrypt their request objects to (the account's features.encrypted_request_objects): list them,
/// or replace them.
#[derive(Debug, Args)]
pub(crate) struct Decryption {
    #[command(flatten)]
    whose: Whose,
    /// Publish new ones. What is encrypted to the former ones is read for keys.rotation.keep_after.
    #[arg(long)]
    rotate: bool,
    /// Publish new ones, and destroy all others at once: they may be in other hands.
    #[arg(long, conflicts_with = "rotate")]
    burn: bool,
}

impl Decryption {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?.account_id;
                if self.rotate || self.burn {
                    key::rotate_decryption(services, &By::command(), &account, self.burn).await?;
                }
                key::decryption_keys(services, &account).await
            },
            |keys| {
                let documents: Vec<Value> = keys.iter().map(document).collect();
                global.output().show(&json!({"keys": documents}), || text(&keys))
            },
        )
    }
}

fn document(key: &DecryptionKey) -> Value {
    json!({
        "kid": key.kid, "alg": key.alg.as_str(), "published": key.replaced_at.is_none(),
        "created_at": key.created_at.to_rfc3339(), "replaced_at": key.replaced_at.map(Timestamp::to_rfc3339),
    })
}

fn text(keys: &[DecryptionKey]) -> String {
    if keys.is_empty() {
        return "The account has none: its features.encrypted_request_objects is off.".to_owned();
    }
    let rows = keys.iter().map(|key| {
        let replaced = key
            .replaced_at
            .map_or_else(|| "published".to_owned(), |at| format!("replaced at {at}"));
        [
            key.kid.to_string(),
            key.alg.to_string(),
            replaced,
            key.created_at.to_rfc3339(),
        ]
    });
    output::table(["kid", "alg", "state", "made at"], rows)
}
