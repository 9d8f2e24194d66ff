//! Consumers, what they log in with, and their credentials.

use super::query::FromRow;
use super::{Db, Result, Row, sql};
use crate::base::id::{AccountId, Subject};
use crate::model::Consumer;

impl FromRow for Consumer {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let object = |column| -> Result<Option<serde_json::Value>> {
            row.get::<Option<String>>(column)?
                .map(|text| {
                    serde_json::from_str(&text)
                        .map_err(|error| super::Error::Corrupt(format!("{column}: {error}")))
                })
                .transpose()
        };
        Ok(Self {
            account_id: row.parse("account_id")?,
            sub: row.parse("sub")?,
            status: row.parse("status")?,
            username: row.get("username")?,
            claims: row.json("claims")?,
            customer_info: object("customer_info")?,
            personal_info: object("personal_info")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// The consumer of that subject, whatever their status.
pub async fn find(db: &Db, account: &AccountId, sub: &Subject) -> Result<Option<Consumer>> {
    sql("SELECT account_id, sub, status, username, claims, customer_info, personal_info, created_at, updated_at
         FROM consumers WHERE account_id = $1 AND sub = $2")
        .bind(account)
        .bind(sub)
        .fetch_optional(db)
        .await
}
