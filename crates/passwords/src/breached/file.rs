//! Lines of a file that is never read whole.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use super::BadList;

/// The longest line, in bytes: a password of the most bytes that are hashed, and its end.
pub(super) const LONGEST: usize = 1024;

/// A line: where it begins, where the next one does, and what it says, without its end.
pub(super) struct Line {
    pub(super) begin: u64,
    pub(super) end: u64,
    pub(super) text: Vec<u8>,
}

/// A file of lines.
pub(super) struct Lines {
    file: File,
    length: u64,
}

impl Lines {
    pub(super) fn of(file: File) -> Result<Self, BadList> {
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }

    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The first line that begins at `at` or after it.
    pub(super) fn beginning_at_or_after(&mut self, at: u64) -> Result<Option<Line>, BadList> {
        // A line begins at the file's beginning, and after each end of a line.
        let from = at.saturating_sub(1);
        let bytes = self.read(from)?;
        let skipped = if at == 0 {
            0
        } else {
            match end_of_line(&bytes) {
                Some(end) => end + 1,
                None if bytes.len() < 2 * LONGEST => return Ok(None),
                None => return Err(BadList::Long(from)),
            }
        };
        let rest = bytes.get(skipped..).unwrap_or_default();
        let begin = from + skipped as u64;
        if rest.is_empty() && begin >= self.length {
            return Ok(None);
        }
        let (text, length) = match end_of_line(rest) {
            Some(end) => (rest.get(..end).unwrap_or_default(), end + 1),
            // The last line may have no end.
            None if begin + rest.len() as u64 >= self.length => (rest, rest.len()),
            None => return Err(BadList::Long(begin)),
        };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Ok(Some(Line {
            begin,
            end: begin + length as u64,
            text: text.to_vec(),
        }))
    }

    /// Enough bytes to hold the rest of one line and the whole of the next.
    fn read(&mut self, from: u64) -> Result<Vec<u8>, BadList> {
        self.file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::with_capacity(2 * LONGEST);
        (&self.file).take(2 * LONGEST as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn end_of_line(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}
