use std::fmt;
use std::str::FromStr;

use super::Moment;
use crate::base::Timestamp;
use crate::model::audit::Entry;

/// A place in the list of a realm's entries: where a page ended. Its text is fit for a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the chain.
    Chain(i64),
    /// Among those from before it.
    Before(Moment),
}

impl From<&Entry> for Place {
    fn from(entry: &Entry) -> Self {
        entry.seq.map_or_else(
            || {
                Self::Before(Moment {
                    at: entry.at,
                    audit_id: entry.audit_id.clone(),
                })
            },
            Self::Chain,
        )
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain(seq) => write!(f, "{seq}"),
            Self::Before(Moment { at, audit_id }) => write!(f, "{}.{audit_id}", at.millis()),
        }
    }
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "no place of the record";
        let number = |text: &str| text.parse::<i64>().map_err(|_| WRONG);
        let Some((at, audit_id)) = text.split_once('.') else {
            return number(text).map(Self::Chain);
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if audit_id.len() > 64 || !audit_id.bytes().all(plain) {
            return Err(WRONG);
        }
        Ok(Self::Before(Moment {
            at: Timestamp::from_millis(number(at)?),
            audit_id: audit_id.to_owned(),
        }))
    }
}
