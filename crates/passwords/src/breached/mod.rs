//! A list of breached passwords in a file, too large to be read: it is searched where it lies.

mod file;

use std::cmp::Ordering;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use file::{LONGEST, Line, Lines};

/// Lines that a look at the whole file takes samples of.
const SAMPLES: u64 = 256;

/// Why a file is no list of breached passwords.
#[derive(Debug, thiserror::Error)]
pub enum BadList {
    /// It can't be read.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// It holds nothing.
    #[error("the file is empty")]
    Empty,
    /// A line is longer than any that such a list has.
    #[error("the line of byte {0} is longer than {LONGEST} bytes")]
    Long(u64),
    /// A line is of another form than the first.
    #[error("the line at byte {0} is no SHA-1 digest in hexadecimal, as the first line is")]
    Form(u64),
    /// A line comes before the one above it.
    #[error("the lines are not sorted: see byte {0}; `LC_ALL=C sort -u` sorts them")]
    Unsorted(u64),
}

/// A list of breached passwords: a file of sorted lines.
///
/// Either each line begins with the SHA-1 digest of a password in hexadecimal, by which the lines are sorted, and what
/// follows (such as `:` and a count) is ignored; or each is a password, and the lines are sorted by their bytes. The first
/// line tells which. The digest is the list's key and nothing else: nothing rests on its strength.
///
/// The file is opened for each search, so that another may be put in its place by renaming.
#[derive(Clone, Debug)]
pub struct BreachedList(PathBuf);

impl BreachedList {
    /// The list in that file, which is not looked at yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Looks at lines all over the file: whether they are of one form, and in order.
    pub fn check(&self) -> Result<(), BadList> {
        let (mut lines, form) = self.open()?;
        let step = (lines.length() / SAMPLES).max(1);
        let mut before: Option<Line> = None;
        let mut at = 0;
        while let Some(line) = lines.beginning_at_or_after(at)? {
            if !form.fits(&line.text) {
                return Err(BadList::Form(line.begin));
            }
            if before.is_some_and(|before| form.key(&before.text) > form.key(&line.text)) {
                return Err(BadList::Unsorted(line.begin));
            }
            at = line.end.max(line.begin.saturating_add(step));
            before = Some(line);
        }
        Ok(())
    }

    /// Whether a password is on the list. Reads a few kilobytes, some thirty times for the largest list there is.
    pub fn contains(&self, password: &[u8]) -> Result<bool, BadList> {
        let (mut lines, form) = self.open()?;
        let wanted = form.of(password);
        // The line that is looked for begins within [low, high), if it is there.
        let (mut low, mut high) = (0, lines.length());
        while low < high {
            let middle = low.midpoint(high);
            let line = match lines.beginning_at_or_after(middle)? {
                Some(line) if line.begin < high => line,
                // None begins in the upper half: what is left are the lines of the lower one.
                _ => {
                    high = middle;
                    continue;
                }
            };
            match form.key(&line.text).cmp(&wanted) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => low = line.end,
                Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }

    fn open(&self) -> Result<(Lines, Form), BadList> {
        let mut lines = Lines::of(File::open(&self.0)?)?;
        let first = lines.beginning_at_or_after(0)?.ok_or(BadList::Empty)?;
        let form = if Form::Sha1.fits(&first.text) {
            Form::Sha1
        } else {
            Form::Plain
        };
        Ok((lines, form))
    }
}

/// What the lines are.
#[derive(Clone, Copy)]
enum Form {
    Sha1,
    Plain,
}

impl Form {
    /// Digits of a digest.
    const DIGITS: usize = 40;

    fn fits(self, line: &[u8]) -> bool {
        match self {
            Self::Plain => true,
            Self::Sha1 => {
                let (digits, rest) = line.split_at(line.len().min(Self::DIGITS));
                digits.len() == Self::DIGITS
                    && digits.iter().all(u8::is_ascii_hexdigit)
                    && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
            }
        }
    }

    /// What a line is sorted by.
    fn key(self, line: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => line.to_vec(),
            Self::Sha1 => line
                .iter()
                .take(Self::DIGITS)
                .map(u8::to_ascii_lowercase)
                .collect(),
        }
    }

    /// By what a password is found.
    fn of(self, password: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => password.to_vec(),
            Self::Sha1 => {
                let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password);
                let halves = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
                let digits: String = halves
                    .filter_map(|half| char::from_digit(half.into(), 16))
                    .collect();
                digits.into_bytes()
            }
        }
    }
}
