//! What a command says: text for people, or one JSON document for programs.

use std::io::Write as _;
use std::process::ExitCode;

use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

/// Where a command's answer goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// For programs where `json`, else for people.
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads it.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// Prints the document, or the text that says the same.
    pub(crate) fn show<T: Serialize>(self, document: &T, text: impl FnOnce() -> String) -> super::Outcome {
        let text = if self.json {
            serde_json::to_string_pretty(document)?
        } else {
            text()
        };
        print(&text)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Tells why a command failed: on stderr, and for programs on stdout too, as `{"error": …}`.
    pub(crate) fn failure(self, error: &anyhow::Error) -> ExitCode {
        let _ = writeln!(std::io::stderr().lock(), "signet: {error:#}");
        if self.json {
            let _ = print(&serde_json::json!({"error": format!("{error:#}")}).to_string());
        }
        ExitCode::FAILURE
    }
}

/// A table for people: a row of headings, then rows.
pub(crate) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings.map(str::to_uppercase));
    table.add_rows(rows);
    table.trim_fmt()
}

/// Writes to stdout. Whoever closes it early has read enough.
pub(crate) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    match out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(newline.as_bytes()))
        .and_then(|()| out.flush())
    {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}
