use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Global, Outcome, output};
use crate::config::{Error, Key, Problem, keys, schema};

/// Look at the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Say whether the configuration can be used, and if not, all that is wrong with it.
    Check,
    /// Print the settings in force, and where each was set. Secrets are masked.
    Show,
    /// List every setting with its default and the first sentence of what it means.
    Keys,
    /// Print the JSON Schema of signet.toml: every setting with its meaning and default.
    Schema,
}

impl Config {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let output = global.output();
        match self {
            Self::Check => check(global),
            Self::Show => {
                let loaded = global.load()?;
                output.show(&loaded.to_json(), || loaded.to_toml())
            }
            Self::Keys => output.show(&keys().iter().map(described).collect::<Vec<_>>(), || {
                output::table(["key", "default", "meaning"], keys().into_iter().map(row))
            }),
            Self::Schema => {
                output::print(&serde_json::to_string_pretty(&schema())?)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn check(global: &Global) -> Outcome {
    let output = global.output();
    match crate::config::load(&global.sources()) {
        Ok(_) => output.show(&json!({"ok": true, "problems": []}), || {
            "The configuration can be used.".to_owned()
        }),
        Err(Error::Invalid(problems)) if output.is_json() => {
            let problems: Vec<Value> = problems.iter().map(document).collect();
            output.show(&json!({"ok": false, "problems": problems}), String::new)?;
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

fn document(problem: &Problem) -> Value {
    json!({
        "key": problem.key,
        "origin": problem.origin.to_string(),
        "found": problem.found,
        "allowed": problem.allowed,
        "did_you_mean": problem.hint,
    })
}

fn described(key: &Key) -> Value {
    json!({"key": key.name, "default": key.default, "meaning": key.description, "secret": key.secret})
}

fn row(key: Key) -> [String; 3] {
    let default = match key.default {
        Value::Null => String::new(),
        Value::String(text) => text,
        value => value.to_string(),
    };
    let sentence = key.description.split_inclusive(". ").next().unwrap_or_default();
    [key.name, default, sentence.trim().replace('\n', " ")]
}
