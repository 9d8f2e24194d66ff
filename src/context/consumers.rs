use std::sync::Arc;

use super::fresh;
use crate::base::Cache;
use crate::base::id::{AccountId, Subject};
use crate::model::Consumer;
use crate::store::{self, Db};

/// Consumers in memory, for the few seconds between a request at the authorization endpoint and the one at the
/// token endpoint.
#[derive(Debug)]
pub struct Consumers {
    db: Db,
    by_sub: Cache<(AccountId, Subject), Consumer>,
}

impl Consumers {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            by_sub: fresh(20_000),
        }
    }

    /// The consumer of that subject in that account, whatever their status.
    pub async fn find(
        &self,
        account: &AccountId,
        sub: &Subject,
    ) -> Result<Option<Arc<Consumer>>, store::Error> {
        let key = (account.clone(), sub.clone());
        if let Some(consumer) = self.by_sub.get(&key) {
            return Ok(Some(consumer));
        }
        let found = store::consumers::find(&self.db, account, sub).await?;
        Ok(found.map(|consumer| self.by_sub.insert(key, consumer)))
    }

    /// Forgets one, after a change.
    pub fn remove(&self, account: &AccountId, sub: &Subject) {
        self.by_sub.remove(&(account.clone(), sub.clone()));
    }

    pub(super) fn forget(&self) {
        self.by_sub.clear();
    }
}
