use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use oauth1::Secrets;
use secrecy::SecretString;

use super::fresh;
use crate::base::id::{AccountId, AppKeyId};
use crate::base::{Cache, Clock, Digest, Timestamp, hex};
use crate::keys::{Place, Sealer};
use crate::model::AppKey;
use crate::model::app_key::{AppKeyPair, AppKeyToken};
use crate::store::{self, Db};

/// API keys in memory with their secrets opened, and when each was used last.
#[derive(Debug)]
pub struct AppKeys {
    db: Db,
    clock: Clock,
    sealer: Arc<Sealer>,
    by_id: Cache<(AccountId, AppKeyId), OpenAppKey>,
    used: Mutex<HashMap<(AccountId, AppKeyId), Timestamp>>,
}

/// An API key that requests can be verified with.
#[derive(Debug)]
pub struct OpenAppKey {
    /// The key.
    pub key: AppKey,
    /// What it proves itself with: at most two, the newest first.
    pairs: Vec<OpenPair>,
}

/// What an API key proves itself with.
pub struct OpenPair {
    /// What the access token's digest must equal.
    pub token: Digest<AppKeyToken>,
    /// The two secrets, to verify signatures.
    pub secrets: Secrets,
    /// The key's secret.
    pub secret: SecretString,
    /// The access token's secret.
    pub token_secret: SecretString,
    /// When it was made.
    pub created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl std::fmt::Debug for OpenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenPair(…)")
    }
}

impl OpenAppKey {
    /// The pairs that work at `now`.
    pub fn living(&self, now: Timestamp) -> impl Iterator<Item = &OpenPair> {
        self.pairs
            .iter()
            .filter(move |pair| pair.expires_at.is_none_or(|end| now < end))
    }
}

impl AppKeys {
    pub(super) fn new(db: Db, clock: Clock, sealer: Arc<Sealer>) -> Self {
        Self {
            db,
            clock,
            sealer,
            by_id: fresh(10_000),
            used: Mutex::default(),
        }
    }

    /// The key of that name in that account, enabled or not.
    pub async fn find(
        &self,
        account: &AccountId,
        app_key: &AppKeyId,
    ) -> store::Result<Option<Arc<OpenAppKey>>> {
        let name = (account.clone(), app_key.clone());
        if let Some(known) = self.by_id.get(&name) {
            return Ok(Some(known));
        }
        let Some(key) = store::app_keys::find(&self.db, account, app_key).await? else {
            return Ok(None);
        };
        let kept = store::app_key_secrets::list(&self.db, account, app_key, self.clock.now()).await?;
        self.sealer
            .meet(&self.db, kept.iter().map(|pair| &pair.secrets))
            .await;
        let pairs = kept
            .iter()
            .filter_map(|pair| self.open(account, app_key, pair))
            .collect();
        Ok(Some(self.by_id.insert(name, OpenAppKey { key, pairs })))
    }

    fn open(&self, account: &AccountId, app_key: &AppKeyId, pair: &AppKeyPair) -> Option<OpenPair> {
        let token_id = hex(pair.token.as_bytes());
        let opened = self.sealer.open(&place(account, &token_id), &pair.secrets).ok();
        let text = opened.as_ref().and_then(|plain| std::str::from_utf8(plain).ok());
        let Some((secret, token_secret)) = text.and_then(|text| text.split_once(':')) else {
            tracing::error!(
                target: "audit", event = "storage.decrypt_failed", %account, %app_key,
                "an app key's secrets can't be opened"
            );
            return None;
        };
        Some(OpenPair {
            token: pair.token,
            secrets: Secrets::new(secret, token_secret),
            secret: SecretString::from(secret),
            token_secret: SecretString::from(token_secret),
            created_at: pair.created_at,
            expires_at: pair.expires_at,
        })
    }

    /// Notes that a key is used; [`write_used`](Self::write_used) writes it down.
    pub fn note_used(&self, key: &AppKey, now: Timestamp) {
        let name = (key.account_id.clone(), key.app_key.clone());
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name, now);
    }

    /// Writes down which keys were used since the last time. What can't be written is dropped: the next use is noted
    /// again.
    pub async fn write_used(&self) -> store::Result<()> {
        let used = std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        for ((account, app_key), at) in used {
            store::app_keys::set_last_used(&self.db, &account, &app_key, at).await?;
        }
        Ok(())
    }

    pub(super) fn forget(&self) {
        self.by_id.clear();
    }
}

/// Where such secrets rest.
pub fn place<'a>(account: &'a AccountId, token_id: &'a str) -> Place<'a> {
    Place {
        table: "app_key_secrets",
        column: "secrets",
        row: token_id,
        account: Some(account),
    }
}
