//! Every column whose values are sealed: what a change of the sealing key seals anew.

use super::query::FromRow;
use super::{Db, Error, Query, Result, Row, Tx, sql};
use crate::base::id::AccountId;
use crate::model::{Sealed, SealingKeyId};

/// The most values that are read, and written in one transaction.
pub const BATCH: usize = 100;

/// A column of sealed values: its names, and the statements that walk it. A value begins with its version; bytes 2 to
/// 5 are the id of its key.
#[derive(Debug)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// How many values are under which key: `key_id`, `number`.
    count: fn() -> Query,
    /// Values that aren't under the key `$1`, in the order of their rows, from after the account `$2` and the row `$3`.
    list: fn() -> Query,
    /// Puts `$4` in the place of `$3`, in the account `$1` and the row `$2`.
    replace: fn() -> Query,
}

/// All of them. Whoever adds one adds it here, and a `hold` comes by itself: the value is bound as [`Sealed`].
pub const SEALED: &[SealedColumn] = &[
    SealedColumn {
        table: "server_secrets",
        column: "secret",
        count: || {
            sql("SELECT substr(secret, 2, 4) AS key_id, COUNT(*) AS number
                 FROM server_secrets GROUP BY substr(secret, 2, 4)")
        },
        list: || {
            sql(
                "SELECT CAST('' AS TEXT) AS account_id, name AS row_id, secret AS sealed FROM server_secrets
                 WHERE substr(secret, 2, 4) <> $1 AND (CAST('' AS TEXT), name) > ($2, $3)
                 ORDER BY name LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE server_secrets SET secret = $4
                 WHERE CAST($1 AS TEXT) = '' AND name = $2 AND secret = $3")
        },
    },
    SealedColumn {
        table: "signing_keys",
        column: "private_key",
        count: || {
            sql("SELECT substr(private_key, 2, 4) AS key_id, COUNT(*) AS number
                 FROM signing_keys WHERE private_key IS NOT NULL GROUP BY substr(private_key, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, kid AS row_id, private_key AS sealed FROM signing_keys
                 WHERE substr(private_key, 2, 4) <> $1 AND (account_id, kid) > ($2, $3)
                 ORDER BY account_id, kid LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE signing_keys SET private_key = $4
                 WHERE account_id = $1 AND kid = $2 AND private_key = $3")
        },
    },
    SealedColumn {
        table: "connectors",
        column: "secret",
        count: || {
            sql("SELECT substr(secret, 2, 4) AS key_id, COUNT(*) AS number
                 FROM connectors WHERE secret IS NOT NULL GROUP BY substr(secret, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, connector_id AS row_id, secret AS sealed FROM connectors
                 WHERE substr(secret, 2, 4) <> $1 AND (account_id, connector_id) > ($2, $3)
                 ORDER BY account_id, connector_id LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE connectors SET secret = $4
                 WHERE account_id = $1 AND connector_id = $2 AND secret = $3")
        },
    },
    SealedColumn {
        table: "sso_connections",
        column: "secret",
        count: || {
            sql("SELECT substr(secret, 2, 4) AS key_id, COUNT(*) AS number
                 FROM sso_connections WHERE secret IS NOT NULL GROUP BY substr(secret, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, name AS row_id, secret AS sealed FROM sso_connections
                 WHERE substr(secret, 2, 4) <> $1 AND (account_id, name) > ($2, $3)
                 ORDER BY account_id, name LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE sso_connections SET secret = $4
                 WHERE account_id = $1 AND name = $2 AND secret = $3")
        },
    },
    SealedColumn {
        table: "client_hmac_secrets",
        column: "secret",
        count: || {
            sql("SELECT substr(secret, 2, 4) AS key_id, COUNT(*) AS number
                 FROM client_hmac_secrets GROUP BY substr(secret, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, secret_id AS row_id, secret AS sealed FROM client_hmac_secrets
                 WHERE substr(secret, 2, 4) <> $1 AND (account_id, secret_id) > ($2, $3)
                 ORDER BY account_id, secret_id LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE client_hmac_secrets SET secret = $4
                 WHERE account_id = $1 AND secret_id = $2 AND secret = $3")
        },
    },
    SealedColumn {
        table: "app_key_secrets",
        column: "secrets",
        count: || {
            sql("SELECT substr(secrets, 2, 4) AS key_id, COUNT(*) AS number
                 FROM app_key_secrets GROUP BY substr(secrets, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, token_id AS row_id, secrets AS sealed FROM app_key_secrets
                 WHERE substr(secrets, 2, 4) <> $1 AND (account_id, token_id) > ($2, $3)
                 ORDER BY account_id, token_id LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE app_key_secrets SET secrets = $4
                 WHERE account_id = $1 AND token_id = $2 AND secrets = $3")
        },
    },
    SealedColumn {
        table: "administrator_factors",
        column: "seed",
        count: || {
            sql("SELECT substr(seed, 2, 4) AS key_id, COUNT(*) AS number
                 FROM administrator_factors GROUP BY substr(seed, 2, 4)")
        },
        list: || {
            sql(
                "SELECT CAST('' AS TEXT) AS account_id, factor_id AS row_id, seed AS sealed FROM administrator_factors
                 WHERE substr(seed, 2, 4) <> $1 AND (CAST('' AS TEXT), factor_id) > ($2, $3)
                 ORDER BY factor_id LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE administrator_factors SET seed = $4
                 WHERE CAST($1 AS TEXT) = '' AND factor_id = $2 AND seed = $3")
        },
    },
    SealedColumn {
        table: "user_factors",
        column: "seed",
        count: || {
            sql("SELECT substr(seed, 2, 4) AS key_id, COUNT(*) AS number
                 FROM user_factors GROUP BY substr(seed, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, factor_id AS row_id, seed AS sealed FROM user_factors
                 WHERE substr(seed, 2, 4) <> $1 AND (account_id, factor_id) > ($2, $3)
                 ORDER BY account_id, factor_id LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE user_factors SET seed = $4
                 WHERE account_id = $1 AND factor_id = $2 AND seed = $3")
        },
    },
    SealedColumn {
        table: "backchannel_requests",
        column: "ping",
        count: || {
            sql("SELECT substr(ping, 2, 4) AS key_id, COUNT(*) AS number
                 FROM backchannel_requests WHERE ping IS NOT NULL GROUP BY substr(ping, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, handle AS row_id, ping AS sealed FROM backchannel_requests
                 WHERE substr(ping, 2, 4) <> $1 AND (account_id, handle) > ($2, $3)
                 ORDER BY account_id, handle LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE backchannel_requests SET ping = $4
                 WHERE account_id = $1 AND handle = $2 AND ping = $3")
        },
    },
    SealedColumn {
        table: "delegations",
        column: "tokens",
        count: || {
            sql("SELECT substr(tokens, 2, 4) AS key_id, COUNT(*) AS number
                 FROM delegations WHERE tokens IS NOT NULL GROUP BY substr(tokens, 2, 4)")
        },
        list: || {
            sql(
                "SELECT account_id, delegation_id AS row_id, tokens AS sealed FROM delegations
                 WHERE substr(tokens, 2, 4) <> $1 AND (account_id, delegation_id) > ($2, $3)
                 ORDER BY account_id, delegation_id LIMIT 100",
            )
        },
        replace: || {
            sql("UPDATE delegations SET tokens = $4
                 WHERE account_id = $1 AND delegation_id = $2 AND tokens = $3")
        },
    },
];

/// A sealed value, and the row that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRow {
    /// Whose it is; nobody's where it is the server's.
    pub account: Option<AccountId>,
    /// The row's key within its account.
    pub row: String,
    /// The value.
    pub sealed: Sealed,
}

impl FromRow for SealedRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let account: String = row.get("account_id")?;
        Ok(Self {
            account: (!account.is_empty())
                .then(|| AccountId::parse(&account))
                .transpose()
                .map_err(|error| Error::Corrupt(format!("account_id: {error}")))?,
            row: row.get("row_id")?,
            sealed: row.sealed("sealed")?,
        })
    }
}

/// How many values are under a key; under none where they aren't of the form of sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The key.
    pub key: Option<SealingKeyId>,
    /// How many.
    pub number: i64,
}

impl FromRow for Count {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            key: SealingKeyId::from_bytes(&row.get::<Vec<u8>>("key_id")?),
            number: row.get("number")?,
        })
    }
}

impl SealedColumn {
    /// `table.column`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }

    /// How many values are under which key.
    pub async fn count(&self, db: &Db) -> Result<Vec<Count>> {
        (self.count)().fetch_all(db).await
    }

    /// The next values that aren't under `key`, at most [`BATCH`], from after a row that was had.
    pub async fn list(
        &self,
        db: &Db,
        key: SealingKeyId,
        after: Option<&SealedRow>,
    ) -> Result<Vec<SealedRow>> {
        self.list_after(key, after).fetch_all(db).await
    }

    /// The same within a transaction.
    pub async fn list_in(
        &self,
        tx: &mut Tx<'_>,
        key: SealingKeyId,
        after: Option<&SealedRow>,
    ) -> Result<Vec<SealedRow>> {
        self.list_after(key, after).fetch_all_in(tx).await
    }

    fn list_after(&self, key: SealingKeyId, after: Option<&SealedRow>) -> Query {
        (self.list)()
            .bind(key.as_bytes().as_slice())
            .bind(after.map_or("", SealedRow::account_text))
            .bind(after.map_or("", |after| after.row.as_str()))
    }

    /// Puts a value in the place of the one that was read; tells whether that one was still there. No key is held for
    /// it: the row is as it was read, so the key that seals now seals still, or this is a no-op.
    pub async fn replace(&self, tx: &mut Tx<'_>, former: &SealedRow, sealed: &Sealed) -> Result<bool> {
        let replaced = (self.replace)()
            .bind(former.account_text())
            .bind(former.row.as_str())
            .bind(former.sealed.as_bytes())
            .bind(sealed.as_bytes())
            .execute_in(tx)
            .await?;
        Ok(replaced == 1)
    }
}

impl SealedRow {
    fn account_text(&self) -> &str {
        self.account.as_ref().map_or("", AccountId::as_str)
    }
}
