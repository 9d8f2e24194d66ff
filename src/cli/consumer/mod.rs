//! `signet consumer …`: a brand's end users.

mod create;
mod delete;
mod export;
mod import;
mod list;
mod password;
mod show;
mod update;
mod view;

use std::path::Path;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::Value;

use super::directory::{self as shared, Whose};
use super::{Global, Outcome};

/// Consumers: a brand's end users.
#[derive(Debug, Subcommand)]
pub(crate) enum Consumers {
    Create(create::Create),
    List(list::List),
    Show(show::Show),
    Update(update::Update),
    Delete(delete::Delete),
    Import(import::Import),
    Export(export::Export),
}

impl Consumers {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::Create(create) => create.run(global),
            Self::List(list) => list.run(global),
            Self::Show(show) => show.run(global),
            Self::Update(update) => update.run(global),
            Self::Delete(delete) => delete.run(global),
            Self::Import(import) => import.run(global),
            Self::Export(export) => export.run(global),
        }
    }
}

/// The platform's attributes of a consumer.
#[derive(Debug, Args)]
struct Attributes {
    /// customerInfo: JSON, or a file that holds it. It replaces what was there.
    #[arg(long, value_name = "FILE|JSON")]
    customer_info: Option<String>,
    /// personalInfo: JSON, or a file that holds it. It replaces what was there.
    #[arg(long, value_name = "FILE|JSON")]
    personal_info: Option<String>,
}

impl Attributes {
    fn read(&self) -> anyhow::Result<[Option<Value>; 2]> {
        let read = |given: &Option<String>, flag| given.as_deref().map(|given| json(given, flag)).transpose();
        Ok([
            read(&self.customer_info, "--customer-info")?,
            read(&self.personal_info, "--personal-info")?,
        ])
    }
}

/// JSON that stands there itself, or in a file.
fn json(given: &str, flag: &str) -> anyhow::Result<Value> {
    let text = if given.trim_start().starts_with(['{', '[', '"']) || given.trim() == "null" {
        given.to_owned()
    } else {
        std::fs::read_to_string(Path::new(given)).with_context(|| format!("{flag} {given}"))?
    };
    serde_json::from_str(&text).with_context(|| format!("{flag}: not JSON"))
}
