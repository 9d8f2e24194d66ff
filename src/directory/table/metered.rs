use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::ROW_MAX;

/// What one read of a buffered reader may take ahead of the row.
const AHEAD: u64 = 64 << 10;
/// The mark that some editors put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A source without its byte order mark, which counts what is read, and ends where one row is too long to be one: after
/// an unclosed quotation mark, the whole rest of a CSV file would be a single row.
pub(in crate::directory) struct Metered<R> {
    source: R,
    meter: Meter,
    /// Where lines begin is noted for CSV alone, whose rows may be longer than a line.
    line: Option<Line>,
}

/// The line that is being read.
struct Line {
    number: u64,
    begins: u64,
    blank: bool,
}

/// The reading of a [`Metered`] source.
#[derive(Clone, Default)]
pub(in crate::directory) struct Meter {
    total: Arc<AtomicU64>,
    row_began: Arc<AtomicU64>,
    /// Where the lines begin that have something on them, and their numbers; from the present row on.
    lines: Arc<Mutex<VecDeque<(u64, u64)>>>,
}

impl<R> Metered<R> {
    pub(in crate::directory) fn new(source: R) -> (Self, Meter) {
        let meter = Meter::default();
        (
            Self {
                source,
                meter: meter.clone(),
                line: None,
            },
            meter,
        )
    }

    /// The same, noting where lines begin for [`Meter::line_from`].
    pub(in crate::directory) fn noting_lines(self) -> Self {
        Self {
            line: Some(Line {
                number: 1,
                begins: 0,
                blank: true,
            }),
            ..self
        }
    }

    pub(in crate::directory) fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// Notes where lines begin in what has just been read, from byte `at` of the file on.
    fn note(&mut self, at: u64, read: &[u8]) {
        let Some(line) = &mut self.line else { return };
        let mut lines = self.meter.lines();
        for (offset, byte) in (at..).zip(read) {
            match byte {
                b'\n' => {
                    *line = Line {
                        number: line.number + 1,
                        begins: offset + 1,
                        blank: true,
                    }
                }
                b'\r' => {}
                _ if line.blank => {
                    line.blank = false;
                    lines.push_back((line.begins, line.number));
                }
                _ => {}
            }
        }
    }
}

impl Meter {
    /// Bytes read so far.
    pub(in crate::directory) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// A row is complete: the next one may be as long again.
    pub(in crate::directory) fn row(&self) {
        self.row_began.store(self.total(), Ordering::Relaxed);
    }

    /// The number of the first line with something on it that begins at byte `from` or later. Those before it are
    /// forgotten.
    pub(in crate::directory) fn line_from(&self, from: u64) -> u64 {
        let mut lines = self.lines();
        while lines.front().is_some_and(|(begins, _)| *begins < from) {
            lines.pop_front();
        }
        lines.front().map_or(0, |(_, number)| *number)
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, VecDeque<(u64, u64)>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut read = self.source.read(buffer)?;
        if total == 0 {
            // However little the source gives at first.
            while read < BYTE_ORDER_MARK.len()
                && buffer.len() >= BYTE_ORDER_MARK.len()
                && BYTE_ORDER_MARK.starts_with(buffer.get(..read).unwrap_or_default())
            {
                match self.source.read(buffer.get_mut(read..).unwrap_or_default())? {
                    0 => break,
                    more => read += more,
                }
            }
            if buffer
                .get(..read)
                .unwrap_or_default()
                .starts_with(BYTE_ORDER_MARK)
            {
                buffer.copy_within(BYTE_ORDER_MARK.len()..read, 0);
                read -= BYTE_ORDER_MARK.len();
                if read == 0 {
                    read = self.source.read(buffer)?;
                }
            }
        }
        self.note(total, buffer.get(..read).unwrap_or_default());
        self.meter.total.store(total + read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
