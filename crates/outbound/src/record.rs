use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, Method};
use url::Url;

use crate::answer::Answer;
use crate::error::Error;

/// A call as it was made, and what came of it.
#[derive(Clone)]
pub struct Record {
    /// The method.
    pub method: Method,
    /// Where it went.
    pub url: Url,
    /// The headers of the request that the caller chose; what the connection adds isn't among them.
    pub headers: HeaderMap,
    /// The body of the request; empty where it had none.
    pub body: Vec<u8>,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, Error>,
}

/// Headers and bodies hold secrets, and belong into no log.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({} {} …)", self.method, self.url)
    }
}

/// The calls of a client that [records](crate::Client::recording), in the order in which they were answered. Clones are
/// the same list.
#[derive(Clone, Debug, Default)]
pub struct Records(Arc<Mutex<Vec<Record>>>);

impl Records {
    /// Takes what has been recorded so far.
    pub fn take(&self) -> Vec<Record> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn add(&self, record: Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}
