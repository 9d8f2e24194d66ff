use std::sync::{Arc, OnceLock};

use pages::{Brand, Colour, Logo};

use super::Cache;
use crate::base::id::AccountId;
use crate::keys::{KeyRing, RingError, Sealer, load_ring};
use crate::model::{Account, AccountStatus};
use crate::store::{self, Db, accounts::AccountRow};

/// An account with what is derived from it once: its key ring, and the documents that doors serialise.
#[derive(Debug)]
pub struct Tenant {
    /// The account.
    pub account: Account,
    /// Its keys.
    pub ring: Arc<KeyRing>,
    /// What its pages look like.
    pub brand: Brand,
    /// Its discovery document, once somebody asked for it.
    pub metadata: OnceLock<Box<[u8]>>,
}

/// Accounts in memory, by id and by issuer.
#[derive(Debug)]
pub struct Accounts {
    db: Db,
    sealer: Arc<Sealer>,
    public_url: String,
    by_id: Cache<AccountId, Tenant>,
    default: Cache<(), AccountId>,
    by_issuer: Cache<(), Vec<(String, AccountId)>>,
    /// Kept longer than the accounts, so that private keys are parsed once.
    rings: moka::sync::Cache<AccountId, Arc<KeyRing>>,
}

impl Accounts {
    pub(super) fn new(db: Db, sealer: Arc<Sealer>, public_url: &str) -> Self {
        Self {
            db,
            sealer,
            public_url: public_url.to_owned(),
            by_id: Cache::new(10_000),
            default: Cache::new(1),
            by_issuer: Cache::new(1),
            rings: moka::sync::Cache::new(10_000),
        }
    }

    /// The account of that id, unless it is deleted.
    pub async fn find(&self, id: &AccountId) -> Result<Option<Arc<Tenant>>, RingError> {
        if let Some(tenant) = self.by_id.get(id) {
            return Ok(Some(tenant));
        }
        let Some(row) = store::accounts::find(&self.db, id).await? else {
            return Ok(None);
        };
        if row.status == AccountStatus::Deleted {
            return Ok(None);
        }
        let former = self.rings.get(id);
        let ring = Arc::new(load_ring(&self.db, &self.sealer, id, former.as_deref()).await?);
        self.rings.insert(id.clone(), Arc::clone(&ring));
        let account = self.account(row);
        let tenant = Tenant {
            brand: brand(&account),
            account,
            ring,
            metadata: OnceLock::new(),
        };
        Ok(Some(self.by_id.insert(id.clone(), tenant)))
    }

    /// The account that is served at the public URL itself.
    pub async fn find_default(&self) -> Result<Option<Arc<Tenant>>, RingError> {
        let id = match self.default.get(&()) {
            Some(id) => id,
            None => match store::accounts::find_default(&self.db).await? {
                Some(row) => self.default.insert((), row.account_id),
                None => return Ok(None),
            },
        };
        self.find(&id).await
    }

    /// The account whose issuer of its own is `origin`.
    pub async fn find_by_issuer(&self, origin: &str) -> Result<Option<Arc<Tenant>>, RingError> {
        let issuers = self.issuers().await?;
        match issuers.iter().find(|(issuer, _)| issuer == origin) {
            Some((_, id)) => self.find(id).await,
            None => Ok(None),
        }
    }

    /// The issuers that accounts have of their own.
    pub async fn issuers(&self) -> Result<Arc<Vec<(String, AccountId)>>, store::Error> {
        if let Some(issuers) = self.by_issuer.get(&()) {
            return Ok(issuers);
        }
        let rows = store::accounts::list_with_issuer(&self.db).await?;
        let issuers = rows
            .into_iter()
            .filter_map(|row| Some((row.issuer?, row.account_id)))
            .collect();
        Ok(self.by_issuer.insert((), issuers))
    }

    /// An account with the issuer that it is known by.
    pub fn account(&self, row: AccountRow) -> Account {
        let issuer = row.issuer.unwrap_or_else(|| {
            if row.is_default {
                self.public_url.clone()
            } else {
                format!("{}/a/{}", self.public_url, row.account_id)
            }
        });
        Account {
            account_id: row.account_id,
            is_default: row.is_default,
            issuer,
            status: row.status,
            settings: row.settings,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }

    pub(super) fn forget(&self) {
        self.by_id.clear();
        self.default.clear();
        self.by_issuer.clear();
    }
}

/// The brand as its pages show it: working out its colours is done once.
fn brand(account: &Account) -> Brand {
    let settings = &account.settings;
    Brand::new(
        settings.display_name.as_str(),
        settings.logo.as_deref().and_then(Logo::parse),
        settings
            .colour
            .as_deref()
            .and_then(|colour| colour.parse::<Colour>().ok()),
    )
}
