//! The record of changes: what is in it, and whether it is as it was written (SEC-134).

mod chain;
mod export;
mod file;
mod place;
mod verify;

pub use chain::{Broken, How, Verified};
pub use export::{Exported, export};
pub use file::{FileError, verify_file};
pub use verify::{verify, verify_all};

pub use place::Place;

pub use crate::store::audit::{Filter, Moment};

use super::{Error, Result};
use crate::base::id::{AccountId, Realm};
use crate::context::Services;
use crate::model::audit::Entry;
use crate::store::{self, Db};

/// Entries that are read at a time.
const PAGE: i64 = 500;

/// The realm of an account, deleted or not: its record stays.
pub async fn of_account(db: &Db, account: &AccountId) -> Result<Realm> {
    match store::accounts::find(db, account).await? {
        Some(_) => Ok(account.into()),
        None => Err(Error::NotFound {
            what: "account",
            id: account.to_string(),
        }),
    }
}

/// At most `limit` entries of a realm, latest first: those of the chain, and then those from before it. A page goes on
/// from a place where another ended.
pub async fn list(
    services: &Services,
    realm: &Realm,
    filter: &Filter,
    after: Option<&Place>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let db = &services.db;
    let (seq, moment) = match after {
        None => (None, None),
        Some(Place::Chain(seq)) => (Some(*seq), None),
        Some(Place::Before(moment)) => (None, Some(moment)),
    };
    let mut entries = match moment {
        None => store::audit::list_latest(db, realm, filter, seq, limit).await?,
        Some(_) => Vec::new(),
    };
    let missing = limit.saturating_sub(i64::try_from(entries.len()).unwrap_or(i64::MAX));
    if missing > 0 {
        entries.extend(store::audit::list_latest_before_chain(db, realm, filter, moment, missing).await?);
    }
    Ok(entries)
}
