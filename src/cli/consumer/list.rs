use clap::Args;
use serde_json::{Value, json};

use super::view::View;
use super::{Global, InAccount, Outcome};
use crate::base::id::Subject;
use crate::cli::output::table;
use crate::directory::consumer;

/// List an account's consumers, by their sub.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    account: InAccount,
    /// How many: 1 to 1000.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
    /// Only those whose sub comes after this one.
    #[arg(long, value_name = "SUB")]
    after: Option<Subject>,
}

impl List {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let (after, limit) = (self.after, self.limit);
        let mut found = self.account.with(global, |services, account| async move {
            Ok(consumer::list(&services, &account.account_id, after.as_ref(), limit + 1).await?)
        })?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > wanted;
        found.truncate(wanted);
        let next = found.last().filter(|_| more).map(|last| last.sub.clone());
        let document = json!({"consumers": found.iter().map(View::from).collect::<Vec<_>>(), "next": next});
        global.output().show(&document, || {
            let claim = |claims: &serde_json::Map<String, Value>, name: &str| {
                claims
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let rows = found.iter().map(|consumer| {
                [
                    consumer.sub.to_string(),
                    consumer.status.to_string(),
                    consumer.username.clone().unwrap_or_default(),
                    claim(&consumer.claims, "email"),
                    claim(&consumer.claims, "name"),
                ]
            });
            let mut text = table(["sub", "status", "username", "email", "name"], rows);
            if let Some(next) = &next {
                text.push_str(&format!("\n\nThere are more: --after {next}"));
            }
            text
        })
    }
}
