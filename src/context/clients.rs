use std::sync::Arc;

use super::fresh;
use crate::base::Cache;
use crate::base::id::{AccountId, ClientId};
use crate::model::Client;
use crate::store::{self, Db};

/// Clients in memory, by account and id.
#[derive(Debug)]
pub struct Clients {
    db: Db,
    by_id: Cache<(AccountId, ClientId), Client>,
    platform: Cache<AccountId, Vec<Client>>,
    origins: Cache<AccountId, Vec<String>>,
    first_party_begun: Cache<AccountId, Vec<Arc<Client>>>,
}

impl Clients {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            by_id: fresh(100_000),
            platform: fresh(10_000),
            origins: fresh(10_000),
            first_party_begun: fresh(10_000),
        }
    }

    /// The client of that id in that account, enabled or not.
    pub async fn find(
        &self,
        account: &AccountId,
        client: &ClientId,
    ) -> Result<Option<Arc<Client>>, store::Error> {
        let key = (account.clone(), client.clone());
        if let Some(client) = self.by_id.get(&key) {
            return Ok(Some(client));
        }
        let found = store::clients::find(&self.db, account, client).await?;
        Ok(found.map(|client| self.by_id.insert(key, client)))
    }

    /// The messaging platform's clients of an account.
    pub async fn platform(&self, account: &AccountId) -> Result<Arc<Vec<Client>>, store::Error> {
        if let Some(clients) = self.platform.get(account) {
            return Ok(clients);
        }
        let clients = store::clients::list_platform(&self.db, account).await?;
        Ok(self.platform.insert(account.clone(), clients))
    }

    /// The origins that enabled clients of an account registered for their pages (SEC-077).
    pub async fn allowed_origins(&self, account: &AccountId) -> Result<Arc<Vec<String>>, store::Error> {
        if let Some(origins) = self.origins.get(account) {
            return Ok(origins);
        }
        let origins = store::clients::list_allowed_origins(&self.db, account).await?;
        Ok(self.origins.insert(account.clone(), origins))
    }

    /// The brand's own enabled clients at which others may begin a login (OpenID Connect Core §4).
    pub async fn first_party_begun(
        &self,
        account: &AccountId,
    ) -> Result<Arc<Vec<Arc<Client>>>, store::Error> {
        if let Some(clients) = self.first_party_begun.get(account) {
            return Ok(clients);
        }
        let clients = store::clients::list_first_party_begun(&self.db, account).await?;
        let clients = clients.into_iter().map(Arc::new).collect::<Vec<_>>();
        Ok(self.first_party_begun.insert(account.clone(), clients))
    }

    pub(super) fn forget(&self) {
        self.by_id.clear();
        self.platform.clear();
        self.origins.clear();
        self.first_party_begun.clear();
    }
}
