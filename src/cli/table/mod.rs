//! What imports and exports of tables share: where rows come from, how far one is, and what became of each.

mod progress;
mod report;
mod source;

pub(super) use progress::bar;
pub(super) use report::Report;
pub(super) use source::open;

use clap::ValueEnum;

use crate::directory::consumer::import::Format;

/// What a file is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FileFormat {
    /// RFC 4180 with headings.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Jsonl => Self::JsonLines,
        }
    }
}
