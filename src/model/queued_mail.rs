use std::fmt;

use super::{Sealed, UserId};
use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};

/// Somebody of an account whom mail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// A consumer.
    Consumer(Subject),
    /// A user.
    User(UserId),
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consumer(sub) => write!(f, "consumer:{sub}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

/// A mail that is to be sent.
#[derive(Clone, Debug)]
pub struct QueuedMail {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its id.
    pub mail_id: String,
    /// Whom it is about, as [`Person`] is written.
    pub person: String,
    /// What kind of mail it is.
    pub letter: String,
    /// Address and mail.
    pub content: Sealed,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is given up.
    pub expires_at: Timestamp,
}
