use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use serde_json::Value;

use super::{Metered, Record};
use crate::directory::consumer::import::shape::{Incoming, column::Column};
use crate::model::Refusal;

/// RFC 4180 with a row of headings, whose names [`Column`] knows. An empty cell says nothing.
pub(in super::super) struct CsvRows<R> {
    source: csv::Reader<Metered<R>>,
    meter: super::metered::Meter,
    columns: Vec<Column>,
    record: StringRecord,
}

impl<R: Read> CsvRows<R> {
    pub(super) fn open(source: Metered<R>) -> Result<Self, String> {
        let meter = source.meter();
        let mut source = ReaderBuilder::new()
            .flexible(true)
            .has_headers(true)
            .from_reader(source.noting_lines());
        let headings = source.headers().map_err(|error| format!("headings: {error}"))?;
        let columns = columns(headings)?;
        meter.row();
        Ok(Self {
            source,
            meter,
            columns,
            record: StringRecord::new(),
        })
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>, String> {
        loop {
            let read = self.source.read_record(&mut self.record);
            self.meter.row();
            return match read {
                Ok(false) => Ok(None),
                // A line with nothing on it.
                Ok(true) if self.record.iter().all(|cell| cell.trim().is_empty()) => continue,
                Ok(true) => {
                    let line = self.line(self.record.position());
                    Ok(Some(Record {
                        line,
                        incoming: self.incoming(),
                    }))
                }
                Err(error) => match error.kind() {
                    csv::ErrorKind::Utf8 { pos, .. } => {
                        let line = self.line(pos.as_ref());
                        Ok(Some(Record {
                            line,
                            incoming: Err(Refusal::new("", "not UTF-8")),
                        }))
                    }
                    _ => Err(error.to_string()),
                },
            };
        }
    }

    /// The line that a record begins on. The reader's own count takes blank lines before it for a part of it.
    fn line(&self, record: Option<&csv::Position>) -> u64 {
        record.map_or(0, |begin| self.meter.line_from(begin.byte()))
    }

    fn incoming(&self) -> Result<Incoming, Refusal> {
        if self.record.len() != self.columns.len() {
            let (found, expected) = (self.record.len(), self.columns.len());
            return Err(Refusal::new(
                "",
                format!("has {found} cells, where the headings are {expected}"),
            ));
        }
        let mut incoming = Incoming::default();
        for (column, cell) in self.columns.iter().zip(&self.record) {
            if !cell.is_empty() {
                column.read(
                    crate::directory::consumer::import::shape::unguarded(cell),
                    &mut incoming,
                )?;
            }
        }
        Ok(incoming)
    }
}

fn columns(headings: &StringRecord) -> Result<Vec<Column>, String> {
    let mut columns = Vec::with_capacity(headings.len());
    let mut seen: Vec<&str> = Vec::new();
    for heading in headings {
        let name = heading.trim();
        if seen.contains(&name) {
            return Err(format!("headings: {name:?} is there twice"));
        }
        seen.push(name);
        let column = Column::parse(name).ok_or_else(|| {
            let shown: String = name.chars().take(80).collect();
            format!("headings: {shown:?} is not one of {}", Column::ALLOWED)
        })?;
        columns.push(column);
    }
    if columns.is_empty() {
        return Err("there is no row of headings".to_owned());
    }
    Ok(columns)
}

/// The value of a cell that holds JSON.
pub(in super::super) fn json(key: &str, cell: &str) -> Result<Value, Refusal> {
    serde_json::from_str(cell).map_err(|_| Refusal::new(key, "must be JSON"))
}
