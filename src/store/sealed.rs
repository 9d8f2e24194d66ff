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
    pub count: &'static str,
    /// Values that aren't under the key `$1`, in the order of their rows, from after the account `$2` and the row `$3`.
    pub list: &'static str,
    /// Puts `$4` in the place of `$3`, in the account `$1` and the row `$2`.
    pub replace: &'static str,
}

/// A column of a table whose rows have that key within their account.
macro_rules! sealed {
    ($table:literal, $column:literal, $row:literal) => {
        sealed!($table, $column, $row, of "account_id")
    };
    ($table:literal, $column:literal, $row:literal, of $account:literal) => {
        SealedColumn {
            table: $table,
            column: $column,
            count: concat!(
                "SELECT substr(", $column, ", 2, 4) AS key_id, COUNT(*) AS number FROM ", $table,
                " WHERE ", $column, " IS NOT NULL GROUP BY substr(", $column, ", 2, 4)"
            ),
            list: concat!(
                "SELECT ", $account, " AS account_id, ", $row, " AS row_id, ", $column, " AS sealed FROM ", $table,
                " WHERE substr(", $column, ", 2, 4) <> $1 AND (", $account, ", ", $row, ") > ($2, $3)
                 ORDER BY account_id, row_id LIMIT 100"
            ),
            replace: concat!(
                "UPDATE ", $table, " SET ", $column, " = $4
                 WHERE ", $account, " = $1 AND ", $row, " = $2 AND ", $column, " = $3"
            ),
        }
    };
}

/// All of them. Whoever adds one adds it here, and a `hold` comes by itself: the value is bound as [`Sealed`].
pub const SEALED: &[SealedColumn] = &[
    sealed!("server_secrets", "secret", "name", of "CAST('' AS TEXT)"),
    sealed!("signing_keys", "private_key", "kid"),
    sealed!("decryption_keys", "private_key", "kid"),
    sealed!("connectors", "secret", "connector_id"),
    sealed!("sso_connections", "secret", "name"),
    sealed!("client_hmac_secrets", "secret", "secret_id"),
    sealed!("app_key_secrets", "secrets", "token_id"),
    sealed!("user_factors", "seed", "factor_id"),
    sealed!("administrator_factors", "seed", "factor_id", of "CAST('' AS TEXT)"),
    sealed!("backchannel_requests", "ping", "handle"),
    sealed!("delegations", "tokens", "delegation_id"),
    sealed!("mails", "content", "mail_id"),
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
        sql(self.count).fetch_all(db).await
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
        sql(self.list)
            .bind(key.as_bytes().as_slice())
            .bind(after.map_or("", SealedRow::account_text))
            .bind(after.map_or("", |after| after.row.as_str()))
    }

    /// Puts a value in the place of the one that was read; tells whether that one was still there. No key is held for
    /// it: the row is as it was read, so the key that seals now seals still, or this is a no-op.
    pub async fn replace(&self, tx: &mut Tx<'_>, former: &SealedRow, sealed: &Sealed) -> Result<bool> {
        let replaced = sql(self.replace)
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
