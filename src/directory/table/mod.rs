//! Tables as people exchange them: CSV, RFC 4180 with a row of headings, read row by row in bounded memory.

mod event;
mod metered;

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

pub use event::{Event, Told};
pub(in crate::directory) use metered::{Meter, Metered};

use crate::model::Refusal;

/// The longest row, in bytes.
pub(in crate::directory) const ROW_MAX: u64 = 1 << 20;

/// What begins a formula in a spreadsheet, and our guard against it.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// A cell that no spreadsheet takes for a formula (SEC-080): what begins like one gets an apostrophe before it.
pub(in crate::directory) fn guarded(cell: String) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// The inverse of [`guarded`].
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| rest.starts_with(FORMULA))
        .unwrap_or(cell)
}

/// The rows of a table, whose columns are of some kind.
pub(in crate::directory) struct Table<R, C> {
    source: csv::Reader<Metered<R>>,
    meter: Meter,
    columns: Vec<C>,
    record: StringRecord,
}

/// A row: where it begins in the file, from 1, and its cells that say something, if it can be read.
pub(in crate::directory) struct Cells<'t, C> {
    pub(in crate::directory) line: u64,
    pub(in crate::directory) cells: Result<Vec<(&'t C, &'t str)>, Refusal>,
}

impl<R: Read, C> Table<R, C> {
    /// Reads the headings, which `column` knows; `allowed` lists them for people, as the error is.
    pub(in crate::directory) fn open(
        source: Metered<R>,
        column: impl Fn(&str) -> Option<C>,
        allowed: &str,
    ) -> Result<Self, String> {
        let meter = source.meter();
        let mut source = ReaderBuilder::new()
            .flexible(true)
            .has_headers(true)
            .from_reader(source.noting_lines());
        let headings = source.headers().map_err(|error| format!("headings: {error}"))?;
        let columns = columns(headings, column, allowed)?;
        meter.row();
        Ok(Self {
            source,
            meter,
            columns,
            record: StringRecord::new(),
        })
    }

    /// The next row. An error means that what follows can't be read.
    pub(in crate::directory) fn next(&mut self) -> Result<Option<Cells<'_, C>>, String> {
        loop {
            let read = self.source.read_record(&mut self.record);
            self.meter.row();
            match read {
                Ok(false) => return Ok(None),
                // A line with nothing on it.
                Ok(true) if self.record.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(true) => break,
                Err(error) => match error.kind() {
                    csv::ErrorKind::Utf8 { pos, .. } => {
                        return Ok(Some(Cells {
                            line: self.line(pos.as_ref()),
                            cells: Err(Refusal::new("", "not UTF-8")),
                        }));
                    }
                    _ => return Err(error.to_string()),
                },
            }
        }
        Ok(Some(Cells {
            line: self.line(self.record.position()),
            cells: self.cells(),
        }))
    }

    /// The line that a record begins on. The reader's own count takes blank lines before it for a part of it.
    fn line(&self, record: Option<&csv::Position>) -> u64 {
        record.map_or(0, |begin| self.meter.line_from(begin.byte()))
    }

    fn cells(&self) -> Result<Vec<(&C, &str)>, Refusal> {
        let (found, expected) = (self.record.len(), self.columns.len());
        if found != expected {
            let reason = format!("has {found} cells, where the headings are {expected}");
            return Err(Refusal::new("", reason));
        }
        let cells = self.columns.iter().zip(&self.record);
        Ok(cells
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| (column, unguarded(cell)))
            .collect())
    }
}

fn columns<C>(
    headings: &StringRecord,
    column: impl Fn(&str) -> Option<C>,
    allowed: &str,
) -> Result<Vec<C>, String> {
    let mut columns = Vec::with_capacity(headings.len());
    let mut seen: Vec<&str> = Vec::new();
    for heading in headings {
        let name = heading.trim();
        if seen.contains(&name) {
            return Err(format!("headings: {name:?} is there twice"));
        }
        seen.push(name);
        let column = column(name).ok_or_else(|| {
            let shown: String = name.chars().take(80).collect();
            format!("headings: {shown:?} is not one of {allowed}")
        })?;
        columns.push(column);
    }
    if columns.is_empty() {
        return Err("there is no row of headings".to_owned());
    }
    Ok(columns)
}
