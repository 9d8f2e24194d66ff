use clap::Args;
use serde_json::{Value, json};

use super::{Global, Outcome, Whose, shared};
use crate::base::Timestamp;
use crate::cli::output::table;
use crate::config::Period;
use crate::directory::audit::{self, Filter};
use crate::model::audit::Entry;

/// List what was changed, latest first.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Only since then: an instant such as 2026-11-24T12:00:00Z, a day, or a time ago such as 24h.
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// Only an event such as client.created, or all of a kind such as client.
    #[arg(long)]
    event: Option<String>,
    /// How many: 1 to 1000.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
}

/// A beginning.
#[derive(Clone, Copy, Debug)]
enum Since {
    Instant(Timestamp),
    Ago(Period),
}

impl std::str::FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(instant) = Timestamp::parse(text) {
            return Ok(Self::Instant(instant));
        }
        text.parse().map(Self::Ago).map_err(|_| {
            "an instant such as 2026-11-24T12:00:00Z, a day such as 2026-11-24, or a time ago such as 24h or 7d"
                .to_owned()
        })
    }
}

impl List {
    pub(super) fn run(self, global: &Global) -> Outcome {
        shared::run(
            global,
            async |services| {
                let realm = self.whose.find(services).await?;
                let filter = Filter {
                    since: self.since.map(|since| match since {
                        Since::Instant(instant) => instant,
                        Since::Ago(ago) => services.clock.now() - ago.get(),
                    }),
                    event: self.event.clone(),
                };
                audit::list(services, &realm, &filter, None, self.limit).await
            },
            |entries| tell(global, &entries),
        )
    }
}

fn tell(global: &Global, entries: &[Entry]) -> Outcome {
    let events: Vec<Value> = entries.iter().map(Entry::document).collect();
    global.output().show(&json!({"events": events}), || {
        let rows = entries.iter().map(|entry| {
            [
                entry.seq.map(|seq| seq.to_string()).unwrap_or_default(),
                entry.at.to_rfc3339(),
                entry.event.clone(),
                entry.actor.clone(),
                entry.outcome.clone(),
                entry.ip.clone().unwrap_or_default(),
                short(entry),
            ]
        });
        table(["seq", "at", "event", "actor", "outcome", "ip", "what"], rows)
    })
}

/// What was changed, on one line: `--json` has all of it.
fn short(entry: &Entry) -> String {
    const LONGEST: usize = 80;
    let about = [("client", &entry.client_id), ("sub", &entry.sub)];
    let about = about
        .iter()
        .filter_map(|(name, id)| Some(format!("{name} {}", id.as_deref()?)));
    let detail = Some(&entry.detail).filter(|detail| !matches!(detail.as_str(), "null" | "{}"));
    let parts: Vec<String> = about.chain(detail.cloned()).collect();
    let line = parts.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
