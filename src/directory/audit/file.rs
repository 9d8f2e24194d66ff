//! Verifying an exported record, without the database that it came from.

use std::io::{BufRead, Read as _};

use serde::{Deserialize, Serialize};

use super::chain::{Broken, Chain, How, Verified};
use crate::model::audit::{Entry, Head};

/// No entry is longer.
const LONGEST: u64 = 4 << 20;

/// The last line of a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) account_id: String,
    pub(super) head: Head,
}

/// Any line of a file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Entry(Box<Entry>),
    End(End),
}

/// Why a file is not known to be good.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It can't be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Its chain is broken.
    #[error("{0}")]
    Broken(Broken),
}

impl From<Broken> for FileError {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// Follows the chain in a file from its beginning to its last line, which says where it ends. `noted` is an entry that it
/// must hold. Memory stays the same, however long it is.
pub fn verify_file(mut file: impl BufRead, noted: Option<Head>) -> Result<Verified, FileError> {
    let mut chain: Option<Chain> = None;
    let mut noted = Some(noted);
    loop {
        let read = next(&mut file)?;
        let line = match read {
            Read::End => break,
            Read::Line(line) => line,
            Read::Unreadable => {
                let chain = chain.unwrap_or_else(|| Chain::new("", None));
                return Err(chain.broken(chain.reached() + 1, How::Unreadable).into());
            }
        };
        let account_id = match &line {
            Line::Entry(entry) => &entry.account_id,
            Line::End(end) => &end.account_id,
        };
        let followed = chain.get_or_insert_with(|| Chain::new(account_id, noted.take().flatten()));
        match line {
            Line::Entry(entry) => match followed.follow(&entry) {
                Err(Broken {
                    seq,
                    how: How::Missing,
                    ..
                }) if stands_later(&mut file, seq)? => {
                    return Err(followed.broken(seq, How::OutOfOrder).into());
                }
                followed => followed?,
            },
            Line::End(end) => return last(file, chain, &end),
        }
    }
    let chain = chain.unwrap_or_else(|| Chain::new("", None));
    Err(chain.broken(chain.reached(), How::NoHead).into())
}

/// The last line: nothing follows it, and it is of the same realm.
fn last(mut file: impl BufRead, chain: Option<Chain>, end: &End) -> Result<Verified, FileError> {
    let chain = chain.unwrap_or_else(|| Chain::new(&end.account_id, None));
    if !matches!(next(&mut file)?, Read::End) {
        return Err(chain.broken(chain.reached() + 1, How::BeyondHead).into());
    }
    if !chain.is_of(&end.account_id) {
        return Err(chain.broken(chain.reached(), How::NoHead).into());
    }
    Ok(chain.end(Some(&end.head))?)
}

/// Whether the row that is missing comes further on.
fn stands_later(file: &mut impl BufRead, seq: i64) -> std::io::Result<bool> {
    loop {
        match next(file)? {
            Read::End => return Ok(false),
            Read::Line(Line::Entry(entry)) if entry.seq == Some(seq) => return Ok(true),
            Read::Line(_) | Read::Unreadable => {}
        }
    }
}

enum Read {
    Line(Line),
    Unreadable,
    End,
}

fn next(file: &mut impl BufRead) -> std::io::Result<Read> {
    let mut line = Vec::new();
    let length = file.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    if length == 0 {
        return Ok(Read::End);
    }
    // A line that was cut off is no line, even where what is left of it can be read.
    let whole = line.last() == Some(&b'\n');
    Ok(match serde_json::from_slice(&line) {
        Ok(line) if whole => Read::Line(line),
        _ => Read::Unreadable,
    })
}
