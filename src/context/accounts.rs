use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jose::Algorithm;
use pages::{Brand, Colour, Logo};

use super::cache::Lasting;
use crate::base::Stopwatch;
use crate::base::id::AccountId;
use crate::config::Rotation;
use crate::keys::{KeyRing, Plan, RingError, RingKey, Sealer, load_ring};
use crate::model::{Account, AccountStatus, Client};
use crate::store::{self, Db, accounts::AccountRow};

/// An account with what is derived from it once: its key ring, and the documents that doors serialise.
#[derive(Debug)]
pub struct Tenant {
    /// The account.
    pub account: Account,
    /// Its keys.
    pub ring: Arc<KeyRing>,
    /// How they are rotated.
    pub plan: Plan,
    /// What its pages look like.
    pub brand: Brand,
    /// Its discovery document, once somebody asked for it.
    pub metadata: OnceLock<Box<[u8]>>,
    /// Since it was about to be read.
    age: Stopwatch,
}

impl Tenant {
    /// How much longer it may be used: its keys are as old as the question that they answer.
    fn lasts(&self) -> Duration {
        self.plan.ring_lasts().saturating_sub(self.age.elapsed())
    }
}

impl Tenant {
    /// The key that signs a client's id_tokens: the active one, or the one that its platform has pasted. Where that can't
    /// sign, no other takes its place (SEC-016).
    pub fn key_for(&self, client: &Client) -> Option<&RingKey> {
        let key = match &client.settings.pasted_key {
            Some(kid) => self.ring.find(kid),
            None => self
                .ring
                .active(client.id_token_algorithm(&self.account.settings)),
        };
        key.map(Arc::as_ref)
    }

    /// The algorithm of a key that should sign and can't, if there is one (SEC-016, SEC-151).
    pub fn dumb_algorithm(&self) -> Option<Algorithm> {
        let default = self.account.settings.default_alg;
        let active = self.ring.unusable_active.iter().copied();
        active
            .chain(self.ring.active(default).is_none().then_some(default))
            .next()
    }
}

/// Accounts in memory, by id and by issuer.
#[derive(Debug)]
pub struct Accounts {
    db: Db,
    sealer: Arc<Sealer>,
    public_url: String,
    rotation: Rotation,
    by_id: Lasting<AccountId, Tenant>,
    default: Lasting<(), AccountId>,
    by_issuer: Lasting<(), Vec<(String, AccountId)>>,
}

impl Accounts {
    pub(super) fn new(db: Db, sealer: Arc<Sealer>, public_url: &str, rotation: &Rotation) -> Self {
        Self {
            db,
            sealer,
            public_url: public_url.to_owned(),
            rotation: rotation.clone(),
            by_id: Lasting::expiring(10_000, Tenant::lasts),
            default: Lasting::new(1),
            by_issuer: Lasting::new(1),
        }
    }

    /// The account of that id, unless it is deleted.
    pub async fn find(&self, id: &AccountId) -> Result<Option<Arc<Tenant>>, RingError> {
        if let Some(tenant) = self.by_id.get(id) {
            return Ok(Some(tenant));
        }
        let read = self.read(id).await;
        self.by_id.settle(id, read)
    }

    async fn read(&self, id: &AccountId) -> Result<Option<Tenant>, RingError> {
        let age = Stopwatch::start();
        let row = store::accounts::find(&self.db, id).await?;
        let Some(row) = row.filter(|row| row.status != AccountStatus::Deleted) else {
            return Ok(None);
        };
        // Private keys are parsed once.
        let former = self.by_id.last(id);
        let former = former.as_deref().map(|tenant| &*tenant.ring);
        let plan = Plan::of(&row.settings, &self.rotation);
        let ring = Arc::new(load_ring(&self.db, &self.sealer, id, &plan, former).await?);
        let account = self.account(row);
        Ok(Some(Tenant {
            brand: brand(&account),
            plan,
            account,
            ring,
            metadata: OnceLock::new(),
            age,
        }))
    }

    /// The account that is served at the public URL itself.
    pub async fn find_default(&self) -> Result<Option<Arc<Tenant>>, RingError> {
        let known = if let Some(id) = self.default.get(&()) {
            Some(id)
        } else {
            let read = store::accounts::find_default(&self.db).await;
            let read = read.map(|row| row.map(|row| row.account_id));
            self.default.settle(&(), read)?
        };
        match known {
            Some(id) => self.find(&id).await,
            None => Ok(None),
        }
    }

    /// The issuers that accounts have of their own.
    pub async fn issuers(&self) -> Result<Arc<Vec<(String, AccountId)>>, store::Error> {
        if let Some(issuers) = self.by_issuer.get(&()) {
            return Ok(issuers);
        }
        let read = store::accounts::list_with_issuer(&self.db).await.map(|rows| {
            let issuers = rows
                .into_iter()
                .filter_map(|row| Some((row.issuer?, row.account_id)));
            Some(issuers.collect())
        });
        Ok(self.by_issuer.settle(&(), read)?.unwrap_or_default())
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
