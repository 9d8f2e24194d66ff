//! Rows of a file, one after the other, in bounded memory.

mod csv;
mod json_lines;

use std::io::Read;

pub(super) use self::csv::{CsvRows, json};
pub(super) use self::json_lines::JsonLines;
use super::shape::Incoming;
use crate::directory::table::Metered;
use crate::model::Refusal;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 with a row of headings.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// One row.
#[derive(Debug)]
pub(super) struct Record {
    /// Where it begins in the file, from 1.
    pub(super) line: u64,
    /// What it says, if it can be read.
    pub(super) incoming: Result<Incoming, Refusal>,
}

/// The rows of a file of either kind.
pub(super) enum Rows<R> {
    Csv(Box<CsvRows<R>>),
    JsonLines(JsonLines<R>),
}

impl<R: Read> Rows<R> {
    /// Reads as far as the headings; the error is for people.
    pub(super) fn open(source: Metered<R>, format: Format) -> Result<Self, String> {
        Ok(match format {
            Format::Csv => Self::Csv(Box::new(CsvRows::open(source)?)),
            Format::JsonLines => Self::JsonLines(JsonLines::open(source)),
        })
    }

    /// The next row. An error means that what follows can't be read.
    pub(super) fn next(&mut self, shapes: &super::shape::Shapes) -> Result<Option<Record>, String> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::JsonLines(rows) => rows.next(shapes),
        }
    }
}
