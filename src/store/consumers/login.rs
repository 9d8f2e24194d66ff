//! What a login reads and writes.

use serde::{Deserialize, Serialize};

use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};
use crate::model::{ConsumerStatus, Identifier};
use crate::store::query::FromRow;
use crate::store::{Db, Error, Result, Row, Tx, sql, to_json};

/// What a login needs to know of whom an identifier names.
pub struct Login {
    /// Who.
    pub sub: Subject,
    /// Whether they may log in.
    pub status: ConsumerStatus,
    /// The hash of their password, if they have one.
    pub hash: Option<String>,
}

/// A credential of the kind `password`, as its `data` holds it.
#[derive(Serialize, Deserialize)]
struct PasswordData {
    hash: String,
}

pub(super) fn hash_of(data: &str) -> Result<String> {
    serde_json::from_str::<PasswordData>(data)
        .map(|data| data.hash)
        // Without serde's words, which may quote the value.
        .map_err(|_| Error::Corrupt("consumer_credentials.data: not a password".to_owned()))
}

fn data_of(hash: &str) -> Result<String> {
    to_json(&PasswordData {
        hash: hash.to_owned(),
    })
}

impl FromRow for Login {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let data = row.get::<Option<String>>("data")?;
        Ok(Self {
            sub: row.parse("sub")?,
            status: row.parse("status")?,
            // Unreadable is as good as a hash of no known form: nobody logs in with it, and the log tells.
            hash: data.map(|data| hash_of(&data).unwrap_or_default()),
        })
    }
}

/// Who logs in with that username or e-mail address.
pub async fn find_login(db: &Db, account: &AccountId, identifier: &Identifier) -> Result<Option<Login>> {
    sql("SELECT c.sub, c.status, p.data
         FROM consumer_identifiers AS i JOIN consumers AS c ON c.account_id = i.account_id AND c.sub = i.sub
              LEFT JOIN consumer_credentials AS p
              ON p.account_id = c.account_id AND p.sub = c.sub AND p.kind = 'password'
         WHERE i.account_id = $1 AND i.identifier = $2")
    .bind(account)
    .bind(identifier.as_str())
    .fetch_optional(db)
    .await
}

/// Sets a consumer's password to what has that hash.
pub async fn set_password(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sub: &Subject,
    hash: &str,
    now: Timestamp,
) -> Result<()> {
    sql("INSERT INTO consumer_credentials (account_id, sub, kind, data, updated_at)
         VALUES ($1, $2, 'password', $3, $4)
         ON CONFLICT (account_id, sub, kind) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at")
    .bind(account)
    .bind(sub)
    .bind(data_of(hash)?)
    .bind(now)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Replaces the hash of the same password by a better one, unless the password has changed since it was read
/// (SEC-084). Tells whether it did.
pub async fn replace_password(
    db: &Db,
    account: &AccountId,
    sub: &Subject,
    former: &str,
    hash: &str,
    now: Timestamp,
) -> Result<bool> {
    sql("UPDATE consumer_credentials SET data = $4, updated_at = $5
         WHERE account_id = $1 AND sub = $2 AND kind = 'password' AND data = $3")
    .bind(account)
    .bind(sub)
    .bind(data_of(former)?)
    .bind(data_of(hash)?)
    .bind(now)
    .execute(db)
    .await
    .map(|replaced| replaced == 1)
}
