use std::io::Write as _;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::directory as shared;
use crate::cli::{Global, Outcome, output};
use crate::config::{SealSource, load};
use crate::directory::By;
use crate::directory::sealing_key::{self, Change, Changed, Standing, Unreadable, Wish};
use crate::model::SealingKeyId;

/// Change the sealing key, and seal anew what is under the former one, while servers run.
///
/// A key in a file: a new one is made beside it, FILE.next, unless it is there already; in the end it takes the file's
/// place, and the former one is FILE.old. Any other place is named with --to, and servers must know it as keys.seal_next
/// before. If it is interrupted, run it again: it goes on where it stopped.
#[derive(Debug, Args)]
pub(crate) struct Reseal {
    /// Where the next key is (keys.seal_next): a file, which is made where there is none, env:NAME, or "command:PROGRAM …".
    #[arg(long, value_name = "SOURCE")]
    to: Option<SealSource>,
    /// After a leak: make anew the secret, too, that codes and forms are protected with. Those under way end, and every
    /// server must be started again.
    #[arg(long)]
    new_root: bool,
    /// Say which values are sealed under which key, and change nothing.
    #[arg(long, conflicts_with = "new_root")]
    dry_run: bool,
}

impl Reseal {
    pub(super) fn run(self, global: &Global) -> Outcome {
        let to = self.to.map(|source| source.to_string());
        let settings = load(&global.sources().flag("keys.seal_next", "--to", to))?.settings;
        if self.dry_run {
            return shared::run_with(
                global,
                settings,
                async |services| sealing_key::standing(services).await,
                |standing| show_standing(global, &standing),
            );
        }
        let wish = Wish {
            new_root: self.new_root,
        };
        shared::run_with(
            global,
            settings,
            async |services| sealing_key::change(services, &By::command(), wish, told).await,
            |changed| show(global, &changed),
        )
    }
}

/// A step, on a line of its own.
fn told(step: Change) {
    let line = match step {
        Change::Ready(key) => format!("the next key is {key}"),
        Change::Begun(key) => format!("{key} seals"),
        Change::Root => "the root secret is another: start every server again".to_owned(),
        Change::Sealed(column, number) => format!("{number} sealed anew in {}", column.name()),
        Change::Forgotten(former) => format!("nothing is under {former} any more"),
    };
    let _ = writeln!(std::io::stderr().lock(), "signet: {line}");
}

fn show(global: &Global, changed: &Changed) -> Outcome {
    let document = json!({
        "key": changed.key.to_string(),
        "former": texts(&changed.former),
        "sealed_anew": changed.number,
        "unreadable": changed.unreadable.iter().map(unreadable).collect::<Vec<Value>>(),
        "set_keys_seal_to": changed.source.as_ref().map(ToString::to_string),
        "former_file": changed.former_file,
    });
    global.output().show(&document, || {
        let mut lines = vec![match changed.former.as_slice() {
            [] => format!("The sealing key is {}; there was nothing left to seal anew.", changed.key),
            former => format!(
                "The sealing key is {}. Nothing that opens is sealed under {} any more.",
                changed.key,
                texts(former).join(", ")
            ),
        }];
        if let Some(source) = &changed.source {
            lines.push(format!("Set keys.seal to {source}, and take keys.seal_next away."));
        }
        if let Some(file) = &changed.former_file {
            lines.push(format!(
                "Back the new key up. The former one is in {}: backups of the database from before need it. Delete it here.",
                file.display()
            ));
        }
        if !changed.unreadable.is_empty() {
            lines.push("These values open under no known key, and were left as they are:".to_owned());
            lines.extend(changed.unreadable.iter().map(|value| {
                let whose = value.account.as_ref().map_or("the server", |account| account.as_str());
                format!("  {} {} of {whose}", value.column.name(), value.row)
            }));
        }
        lines.join("\n")
    })
}

fn unreadable(value: &Unreadable) -> Value {
    json!({
        "table": value.column.table,
        "column": value.column.column,
        "account_id": value.account,
        "row": value.row,
    })
}

fn texts(keys: &[SealingKeyId]) -> Vec<String> {
    keys.iter().map(ToString::to_string).collect()
}

fn show_standing(global: &Global, standing: &Standing) -> Outcome {
    let state = |key: Option<SealingKeyId>| {
        let known = standing.keys.iter().find(|(id, _)| Some(*id) == key);
        known.map_or("unknown", |(_, state)| state.as_str())
    };
    let text = |key: Option<SealingKeyId>| key.map_or_else(|| "none".to_owned(), |key| key.to_string());
    let document = json!({
        "keys": standing.keys.iter().map(|(key, state)| json!({"key": key.to_string(), "state": state.as_str()}))
            .collect::<Vec<Value>>(),
        "values": standing.values.iter().map(|values| json!({
            "table": values.column.table,
            "column": values.column.column,
            "key": values.key.map(|key| key.to_string()),
            "number": values.number,
        })).collect::<Vec<Value>>(),
    });
    global.output().show(&document, || {
        output::table(
            ["values", "number", "key", "state of the key"],
            standing.values.iter().map(|values| {
                [
                    values.column.name(),
                    values.number.to_string(),
                    text(values.key),
                    state(values.key).to_owned(),
                ]
            }),
        )
    })
}
