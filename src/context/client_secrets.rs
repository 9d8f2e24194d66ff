use std::sync::Arc;

use zeroize::Zeroizing;

use crate::base::id::{AccountId, ClientId};
use crate::base::{Bounds, Cache, Timestamp, hex};
use crate::keys::{Place, Sealer};
use crate::model::Client;
use crate::store::{self, Db};

/// The secrets of clients that sign with them, opened once after each change of the client.
#[derive(Debug)]
pub struct ClientSecrets {
    db: Db,
    sealer: Arc<Sealer>,
    opened: Cache<(AccountId, ClientId, Timestamp), Vec<Opened>>,
}

/// A secret under the id that the client's row has for it.
struct Opened {
    secret_id: String,
    secret: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(…)")
    }
}

impl ClientSecrets {
    pub(super) fn new(db: Db, sealer: Arc<Sealer>) -> Self {
        Self {
            db,
            sealer,
            opened: Cache::new(Bounds::entries(1_000)),
        }
    }

    /// Those that work at `now`.
    pub async fn living(&self, client: &Client, now: Timestamp) -> store::Result<Vec<Zeroizing<Vec<u8>>>> {
        let all = self.all(client).await?;
        let living = client
            .secrets
            .iter()
            .filter(|secret| secret.expires_at.is_none_or(|end| now < end))
            .map(|secret| hex(secret.digest.as_bytes()));
        Ok(living
            .filter_map(|id| all.iter().find(|opened| opened.secret_id == id))
            .map(|opened| opened.secret.clone())
            .collect())
    }

    async fn all(&self, client: &Client) -> store::Result<Arc<Vec<Opened>>> {
        let (account, id) = (&client.account_id, &client.client_id);
        let key = (account.clone(), id.clone(), client.updated_at);
        if let Some(opened) = self.opened.get(&key) {
            return Ok(opened);
        }
        let kept = store::client_hmac_secrets::list(&self.db, account, id).await?;
        self.sealer
            .meet(&self.db, kept.iter().map(|kept| &kept.secret))
            .await;
        let opened = kept.iter().filter_map(|kept| {
            let place = place(account, &kept.secret_id);
            let Ok(secret) = self.sealer.open(&place, &kept.secret) else {
                tracing::error!(
                    target: "audit", event = "storage.decrypt_failed", %account, client = %id,
                    "a client's secret can't be opened"
                );
                return None;
            };
            Some(Opened {
                secret_id: kept.secret_id.clone(),
                secret,
            })
        });
        let opened = Arc::new(opened.collect());
        self.opened.insert(key, Arc::clone(&opened));
        Ok(opened)
    }

    pub(super) fn forget(&self) {
        self.opened.clear();
    }
}

/// Where such a secret rests.
pub fn place<'a>(account: &'a AccountId, secret_id: &'a str) -> Place<'a> {
    Place {
        table: "client_hmac_secrets",
        column: "secret",
        row: secret_id,
        account: Some(account),
    }
}
