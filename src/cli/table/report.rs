use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use indicatif::ProgressBar;
use serde_json::json;

use super::progress;
use crate::directory::table::Event;

/// How many refusals and remarks are told on standard error; a report file has all.
const TOLD: u64 = 100;
const TEMPLATE: &str = "{msg} rows {wide_bar} {bytes}/{total_bytes} {eta}";

/// Tells of refused rows: on standard error, and in a file.
pub(in crate::cli) struct Report {
    bar: ProgressBar,
    state: Mutex<State>,
}

struct State {
    file: Option<BufWriter<File>>,
    told: u64,
    failed: Option<std::io::Error>,
}

impl Report {
    pub(in crate::cli) fn open(
        file: Option<&Path>,
        length: Option<u64>,
        quiet: bool,
    ) -> anyhow::Result<Self> {
        let file = file
            .map(|path| File::create(path).with_context(|| format!("--report {}", path.display())))
            .transpose()?;
        Ok(Self {
            bar: progress::bar(length, TEMPLATE, quiet),
            state: Mutex::new(State {
                file: file.map(BufWriter::new),
                told: 0,
                failed: None,
            }),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::cli) fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Read { bytes, rows } => {
                self.bar.set_position(*bytes);
                self.bar.set_message(rows.to_string());
            }
            Event::Warned { line, key, message } => self.say(&format!("line {line}: {key}: {message}")),
            Event::Refused { line, key, reason } => {
                let separator = if key.is_empty() { "" } else { ": " };
                self.say(&format!("line {line}: refused: {key}{separator}{reason}"));
                let mut state = self.state();
                if let Some(file) = &mut state.file {
                    let row = json!({"line": line, "key": key, "reason": reason});
                    if let Err(error) = writeln!(file, "{row}") {
                        state.failed.get_or_insert(error);
                    }
                }
            }
        }
    }

    fn say(&self, text: &str) {
        let mut state = self.state();
        state.told += 1;
        let told = state.told;
        drop(state);
        self.bar.suspend(|| {
            let mut err = std::io::stderr().lock();
            let _ = match told {
                ..=TOLD => writeln!(err, "{text}"),
                told if told == TOLD + 1 => writeln!(err, "… and more, which --report FILE keeps"),
                _ => Ok(()),
            };
        });
    }

    /// Closes the bar and the file.
    pub(in crate::cli) fn finish(&self) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        let mut state = self.state();
        if let Some(file) = &mut state.file {
            file.flush().context("--report")?;
        }
        state
            .failed
            .take()
            .map_or(Ok(()), |error| Err(error).context("--report"))
    }
}
