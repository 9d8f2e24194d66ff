use clap::Args;
use serde_json::{Value, json};

use super::{Global, Outcome, Whose, shared};
use crate::base::id::Subject;
use crate::cli::output::table;
use crate::directory::consumer::{self, View};
use crate::model::Consumer;

/// List an account's consumers, by their sub.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    whose: Whose,
    /// How many: 1 to 1000.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
    /// Only those whose sub comes after this one.
    #[arg(long, value_name = "SUB")]
    after: Option<Subject>,
}

impl List {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let limit = self.limit;
        shared::run(
            global,
            async |services| {
                let account = self.whose.find(services).await?;
                // One more tells whether there are more.
                consumer::list(services, &account.account_id, self.after.as_ref(), limit + 1).await
            },
            |found| tell(global, found, limit),
        )
    }
}

fn tell(global: &Global, mut found: Vec<Consumer>, limit: i64) -> Outcome {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| last.sub.clone());
    let document = json!({"consumers": found.iter().map(View::from).collect::<Vec<_>>(), "next": next});
    global.output().show(&document, || {
        let rows = found.iter().map(|consumer| {
            let claim = |name| {
                consumer
                    .claims
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            [
                consumer.sub.to_string(),
                consumer.status.to_string(),
                consumer.username.clone().unwrap_or_default(),
                claim("email"),
                claim("name"),
            ]
        });
        let table = table(["sub", "status", "username", "email", "name"], rows);
        match &next {
            Some(next) => format!("{table}\n\nThere are more: --after {next}"),
            None => table,
        }
    })
}
