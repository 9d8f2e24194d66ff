use std::io::Read;

use serde_json::Value;

use super::Record;
use crate::directory::consumer::import::shape::{Incoming, column::Column};
use crate::directory::table::{Metered, Table};
use crate::model::Refusal;

/// RFC 4180 with a row of headings, whose names [`Column`] knows. An empty cell says nothing.
pub(in super::super) struct CsvRows<R>(Table<R, Column>);

impl<R: Read> CsvRows<R> {
    pub(super) fn open(source: Metered<R>) -> Result<Self, String> {
        Table::open(source, Column::parse, Column::ALLOWED).map(Self)
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>, String> {
        let row = self.0.next()?;
        Ok(row.map(|row| Record {
            line: row.line,
            incoming: row.cells.and_then(incoming),
        }))
    }
}

fn incoming(cells: Vec<(&Column, &str)>) -> Result<Incoming, Refusal> {
    let mut incoming = Incoming::default();
    for (column, cell) in cells {
        column.read(cell, &mut incoming)?;
    }
    Ok(incoming)
}

/// The value of a cell that holds JSON.
pub(in super::super) fn json(key: &str, cell: &str) -> Result<Value, Refusal> {
    serde_json::from_str(cell).map_err(|_| Refusal::new(key, "must be JSON"))
}
