use std::io::{BufRead as _, BufReader, Read};

use serde_json::Value;

use super::Record;
use crate::directory::consumer::import::shape::Shapes;
use crate::directory::table::{Meter, Metered, ROW_MAX};
use crate::model::Refusal;

/// One JSON object a line. Blank lines are passed over.
pub(in super::super) struct JsonLines<R> {
    source: BufReader<Metered<R>>,
    meter: Meter,
    line: u64,
    buffer: Vec<u8>,
}

impl<R: Read> JsonLines<R> {
    pub(super) fn open(source: Metered<R>) -> Self {
        let meter = source.meter();
        Self {
            source: BufReader::with_capacity(32 << 10, source),
            meter,
            line: 0,
            buffer: Vec::new(),
        }
    }

    pub(super) fn next(&mut self, shapes: &Shapes) -> Result<Option<Record>, String> {
        loop {
            self.line += 1;
            let Some(fits) = self
                .read_line()
                .map_err(|error| format!("line {}: {error}", self.line))?
            else {
                return Ok(None);
            };
            let incoming = if fits {
                let text = self.buffer.trim_ascii();
                if text.is_empty() {
                    continue;
                }
                match serde_json::from_slice(text) {
                    Ok(Value::Object(members)) => shapes.read(members),
                    Ok(_) => Err(Refusal::new("", "must be a JSON object")),
                    // Without serde's words, which may quote a value.
                    Err(error) => Err(Refusal::new(
                        "",
                        format!("not JSON, from column {} on", error.column()),
                    )),
                }
            } else {
                Err(Refusal::new("", format!("longer than {ROW_MAX} bytes")))
            };
            return Ok(Some(Record {
                line: self.line,
                incoming,
            }));
        }
    }

    /// Reads a line into the buffer and tells whether it fits; the rest of one that doesn't is passed over.
    fn read_line(&mut self) -> std::io::Result<Option<bool>> {
        self.buffer.clear();
        let mut fits = true;
        loop {
            self.meter.row();
            let part = self.source.fill_buf()?;
            if part.is_empty() {
                return Ok((!self.buffer.is_empty() || !fits).then_some(fits));
            }
            let end = part.iter().position(|byte| *byte == b'\n');
            let taken = part.get(..end.map_or(part.len(), |end| end + 1)).unwrap_or(part);
            fits &= (self.buffer.len() + taken.len()) as u64 <= ROW_MAX;
            if fits {
                self.buffer.extend_from_slice(taken);
            }
            let taken = taken.len();
            self.source.consume(taken);
            if end.is_some() {
                return Ok(Some(fits));
            }
        }
    }
}
