use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ROW_MAX;

/// A source that counts what is read, and ends where one row is too long to be one: after an unclosed quotation mark,
/// the whole rest of a CSV file would be a single row.
pub(in super::super) struct Metered<R> {
    source: R,
    meter: Meter,
}

/// The reading of a [`Metered`] source.
#[derive(Clone, Default)]
pub(in super::super) struct Meter {
    total: Arc<AtomicU64>,
    row_began: Arc<AtomicU64>,
}

/// What one read of a buffered reader may take ahead of the row.
const AHEAD: u64 = 64 << 10;

impl<R> Metered<R> {
    pub(in super::super) fn new(source: R) -> (Self, Meter) {
        let meter = Meter::default();
        (
            Self {
                source,
                meter: meter.clone(),
            },
            meter,
        )
    }

    pub(super) fn meter(&self) -> Meter {
        self.meter.clone()
    }
}

impl Meter {
    /// Bytes read so far.
    pub(in super::super) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// A row is complete: the next one may be as long again.
    pub(super) fn row(&self) {
        self.row_began.store(self.total(), Ordering::Relaxed);
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let total = self.meter.total();
        if total - self.meter.row_began.load(Ordering::Relaxed) > ROW_MAX + AHEAD {
            return Err(io::Error::other(format!(
                "a row of more than {ROW_MAX} bytes: a quotation mark without its counterpart?"
            )));
        }
        let read = self.source.read(buffer)?;
        self.meter.total.store(total + read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
