use std::fmt;
use std::path::PathBuf;

use crate::base::Timestamp;
use crate::keys::{RingError, SealingKeyError};
use crate::login::Busy;
use crate::model::{Refusal, SealingKeyId};
use crate::store;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for can't be; everything that is wrong with it.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
    /// What was sent hasn't the shape that it must have; everything that is wrong with it.
    #[error("{}", lines(.0))]
    Malformed(Vec<Problem>),
    /// What a consumer should be can't be; everything that is wrong with it.
    #[error("{}", lines(.0))]
    Refused(Vec<Refusal>),
    /// What a consumer should have, another has.
    #[error(transparent)]
    InUse(Refusal),
    /// Too many passwords are being hashed: try again.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// There is none of that id; one of another account is none (SEC-137).
    #[error("there is no {what} {id:?}")]
    NotFound {
        /// `account`, `client`, `signing key` …
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// Nothing was named, and there is no default account to mean.
    #[error("there is no default account")]
    NoDefaultAccount,
    /// The id is another's, or was.
    #[error("the {what} id {id:?} is taken, or was once; choose another")]
    Taken {
        /// `account`, `client` …
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// It is switched off.
    #[error("the {what} {id:?} is disabled")]
    Disabled {
        /// `administrator` …
        what: &'static str,
        /// Its id or name.
        id: String,
    },
    /// A client wants to register itself, and nobody allowed it.
    #[error("the initial access token is unknown, used up or too old")]
    NoInitialAccessToken,
    /// A client wants to change its registration, and shows another token than its own.
    #[error("the registration access token is not the client's")]
    NoRegistrationToken,
    /// It was changed between being read and being written.
    #[error("somebody else changed it at the same moment; nothing was written, try again")]
    Changed,
    /// What it is to be changed from isn't how it is any more.
    #[error("it was changed since it was read; nothing was written, read it again")]
    Outdated,
    /// A user would have to give what they haven't, or to change what they may do themselves (SEC-129).
    #[error("nobody gives what they haven't themselves, or changes what they may do")]
    BeyondOwn,
    /// Whoever asks signed in too long ago for that, or without a second factor (SEC-130).
    #[error("sign in once more, with a second factor")]
    ReauthRequired,
    /// Nobody would be left to administer the account's users (SEC-129).
    #[error("the account's last administrator stays")]
    LastAdministrator,
    /// What was read isn't what is there: the account's revision is this one.
    #[error("the account is at revision {0}")]
    Revision(i64),
    /// The sealing key is being changed to another than the one that was named.
    #[error("the sealing key is being changed already, to the key {0}")]
    Changing(SealingKeyId),
    /// Nobody said where the next sealing key is.
    #[error(
        "say where the next sealing key is: a file, env:NAME or \"command:PROGRAM …\", with --to or as keys.seal_next"
    )]
    NoNextKey,
    /// Where the next sealing key should be is none.
    #[error("there is no sealing key at {0}")]
    NextKeyMissing(String),
    /// The key before the last change would be overwritten.
    #[error(
        "the sealing key from before the last change is still there: delete {path}, or move it away, and try again", path = .0.display()
    )]
    FormerKey(PathBuf),
    /// A sealing key can't be had or used.
    #[error(transparent)]
    SealingKey(#[from] SealingKeyError),
    /// The store can't do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A signing key can't be made or read.
    #[error(transparent)]
    Ring(#[from] RingError),
}

/// The directory's result.
pub type Result<T> = std::result::Result<T, Error>;

/// One thing that is wrong: where, what was found (never a secret), and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key.
    pub key: String,
    /// What was found, cut to a length that fits a line; none where it is missing or doesn't matter.
    pub found: Option<String>,
    /// What is allowed.
    pub allowed: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.key)?;
        if let Some(found) = &self.found {
            write!(f, "found {found}; ")?;
        }
        write!(f, "allowed: {}", self.allowed)
    }
}

fn lines<T: fmt::Display>(problems: &[T]) -> String {
    let lines: Vec<String> = problems.iter().map(T::to_string).collect();
    lines.join("\n")
}

/// Gathers what is wrong, so that one answer tells all of it.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    /// Notes that a key breaks a rule, unless `kept`.
    pub(super) fn unless(
        &mut self,
        kept: bool,
        key: &str,
        found: impl fmt::Display,
        allowed: impl Into<String>,
    ) {
        if !kept {
            self.push(key, Some(shown(&found.to_string())), allowed);
        }
    }

    /// Notes what is wrong with a key.
    pub(super) fn push(&mut self, key: &str, found: Option<String>, allowed: impl Into<String>) {
        self.0.push(Problem {
            key: key.to_owned(),
            found,
            allowed: allowed.into(),
        });
    }

    /// Ends what finds too much wrong: nobody reads more than so many lines.
    pub(super) fn bounded(&mut self) -> Result<()> {
        const ENOUGH: usize = 100;
        if self.0.len() < ENOUGH {
            Ok(())
        } else {
            Err(Error::Invalid(std::mem::take(&mut self.0)))
        }
    }

    /// Nothing was wrong, or all that was.
    pub(super) fn finish(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }
}

/// Refuses what is to be changed from `read`, where its last change is another one; none is like any.
pub(super) fn unchanged(read: Option<Timestamp>, last: Timestamp) -> Result<()> {
    match read {
        Some(read) if read != last => Err(Error::Outdated),
        _ => Ok(()),
    }
}

/// What it means that a row which was read is another one by now, for whoever has read it, and for whoever hasn't.
pub(super) fn overtaken(read: Option<Timestamp>) -> impl Fn(Error) -> Error {
    move |error| match error {
        Error::Changed | Error::Store(store::Error::Stale) if read.is_some() => Error::Outdated,
        Error::Store(store::Error::Stale) => Error::Changed,
        error => error,
    }
}

/// What a step of a transaction holds must have been met, or nothing of it is written.
pub(super) fn held(met: u64) -> store::Result<()> {
    if met == 0 {
        Err(store::Error::Stale)
    } else {
        Ok(())
    }
}

/// A value for people: in quotation marks, cut to a length that fits a line.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}
