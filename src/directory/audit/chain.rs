//! Following a chain, entry by entry.

use std::fmt;

use serde::Serialize;

use crate::model::audit::{Entry, GENESIS, Head, Hexed};

/// A chain that is as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The account, or `*`.
    pub account_id: String,
    /// Entries of the chain.
    pub rows: u64,
    /// Where it stands; none where it has not begun.
    pub head: Option<Head>,
    /// Entries from before the chain began, which it vouches for nothing of.
    pub before_chain: u64,
    /// Entries whose address is erased.
    pub addresses_erased: u64,
}

/// The first place where a chain is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The account, or `*`.
    pub account_id: String,
    /// The place in the chain.
    pub seq: i64,
    /// What is wrong there.
    pub how: How,
}

/// How a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The row isn't there.
    Missing,
    /// The row is there, but not at its place.
    OutOfOrder,
    /// Its fields are not those that were hashed.
    Changed,
    /// It doesn't go with the row before it.
    Unlinked,
    /// It can't be read, or is in no form that is known.
    Unreadable,
    /// It and all after it are missing, up to where the chain's head says that it stands.
    Truncated,
    /// It stands beyond where the chain's head says that it ends.
    BeyondHead,
    /// It isn't the row that the chain's head names.
    NotTheHead,
    /// The chain has no head.
    NoHead,
    /// It isn't the row that was noted at an earlier time.
    NotTheNoted,
}

impl How {
    /// Its name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::OutOfOrder => "out_of_order",
            Self::Changed => "changed",
            Self::Unlinked => "unlinked",
            Self::Unreadable => "unreadable",
            Self::Truncated => "truncated",
            Self::BeyondHead => "beyond_head",
            Self::NotTheHead => "not_the_head",
            Self::NoHead => "no_head",
            Self::NotTheNoted => "not_the_noted",
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match self.how {
            How::Missing => write!(f, "row {seq} is missing"),
            How::OutOfOrder => write!(f, "row {seq} does not stand at its place"),
            How::Changed => write!(f, "row {seq} was changed: its hash is not that of its fields"),
            How::Unlinked => write!(
                f,
                "row {seq} does not follow the row before it: one of both was replaced"
            ),
            How::Unreadable => write!(f, "row {seq} can't be read, or was written by a newer signet"),
            How::Truncated => write!(
                f,
                "row {seq} is missing, and all after it: the chain's head stands further on"
            ),
            How::BeyondHead => write!(f, "row {seq} stands beyond the chain's head"),
            How::NotTheHead => write!(f, "row {seq} is not the one that the chain's head names"),
            How::NoHead => write!(f, "the chain has no head"),
            How::NotTheNoted => write!(f, "row {seq} is not the one that was noted"),
        }
    }
}

/// A chain as far as it was followed.
#[derive(Debug)]
pub(super) struct Chain {
    account_id: String,
    last: Head,
    /// What the chain held at an earlier time, as somebody noted it.
    noted: Option<Head>,
    rows: u64,
    unchained: u64,
    addresses_erased: u64,
}

impl Chain {
    pub(super) fn new(account_id: &str, noted: Option<Head>) -> Self {
        Self {
            account_id: account_id.to_owned(),
            last: Head {
                seq: 0,
                hash: Hexed(GENESIS.to_vec()),
            },
            noted,
            rows: 0,
            unchained: 0,
            addresses_erased: 0,
        }
    }

    /// The place of the entry that was followed last.
    pub(super) const fn reached(&self) -> i64 {
        self.last.seq
    }

    /// Whether it is that realm's.
    pub(super) fn is_of(&self, account_id: &str) -> bool {
        self.account_id == account_id
    }

    /// Counts entries that stand before the chain.
    pub(super) const fn unchained(&mut self, more: u64) {
        self.unchained += more;
    }

    /// The next entry.
    pub(super) fn follow(&mut self, entry: &Entry) -> Result<(), Broken> {
        let next = self.last.seq + 1;
        let Some(seq) = entry.seq else {
            self.unchained += 1;
            return Ok(());
        };
        if seq > next {
            return Err(self.broken(next, How::Missing));
        }
        if seq < next {
            return Err(self.broken(seq, How::OutOfOrder));
        }
        let (Some(hash), Some(_)) = (&entry.hash, entry.digest()) else {
            return Err(self.broken(seq, How::Unreadable));
        };
        if entry.account_id != self.account_id || !entry.is_whole() {
            return Err(self.broken(seq, How::Changed));
        }
        if entry.previous.as_ref() != Some(&self.last.hash) {
            return Err(self.broken(seq, How::Unlinked));
        }
        if self
            .noted
            .as_ref()
            .is_some_and(|noted| noted.seq == seq && noted.hash != *hash)
        {
            return Err(self.broken(seq, How::NotTheNoted));
        }
        self.last = Head {
            seq,
            hash: hash.clone(),
        };
        self.rows += 1;
        self.addresses_erased += u64::from(entry.ip_digest.is_some() && entry.ip.is_none());
        Ok(())
    }

    /// There are no more entries: do they end where `head` says?
    pub(super) fn end(self, head: Option<&Head>) -> Result<Verified, Broken> {
        let (reached, next) = (self.last.seq, self.last.seq + 1);
        let how = match head {
            None if reached == 0 => None,
            None => Some((reached, How::NoHead)),
            Some(head) if head.seq > reached => Some((next, How::Truncated)),
            Some(head) if head.seq < reached => Some((head.seq + 1, How::BeyondHead)),
            Some(head) if head.hash != self.last.hash => Some((reached, How::NotTheHead)),
            Some(_) => None,
        };
        let noted = self.noted.as_ref().filter(|noted| noted.seq > reached);
        let how = how.or_else(|| noted.map(|_| (next, How::Missing)));
        match how {
            Some((seq, how)) => Err(self.broken(seq, how)),
            None => Ok(Verified {
                account_id: self.account_id,
                rows: self.rows,
                head: head.cloned(),
                before_chain: self.unchained,
                addresses_erased: self.addresses_erased,
            }),
        }
    }

    pub(super) fn broken(&self, seq: i64, how: How) -> Broken {
        Broken {
            account_id: self.account_id.clone(),
            seq,
            how,
        }
    }
}
