//! The record of changes: what is in it, and whether it is as it was written (SEC-134).

mod chain;
mod export;
mod file;
mod verify;

pub use chain::{Broken, How, Verified};
pub use export::{Exported, export};
pub use file::{FileError, verify_file};
pub use verify::{verify, verify_all};

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

/// At most `limit` entries of a realm, latest first.
pub async fn list(services: &Services, realm: &Realm, filter: &Filter, limit: i64) -> Result<Vec<Entry>> {
    Ok(store::audit::list(&services.db, realm, filter, limit).await?)
}
