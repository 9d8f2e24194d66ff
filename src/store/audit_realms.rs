//! Whose records of changes there are.

use super::query::FromRow;
use super::{Db, Result, Row, sql};

/// The realm after `after` that has a record; the first, where nothing is named.
pub async fn next(db: &Db, after: Option<&str>) -> Result<Option<String>> {
    let next: Option<NextRealm> = sql("SELECT MIN(account_id) AS account_id FROM (
             SELECT MIN(account_id) AS account_id FROM audit WHERE account_id > $1
             UNION ALL SELECT MIN(account_id) AS account_id FROM audit_chains WHERE account_id > $1
         ) AS next")
    .bind(after.unwrap_or_default())
    .fetch_optional(db)
    .await?;
    Ok(next.and_then(|NextRealm(next)| next))
}

struct NextRealm(Option<String>);

impl FromRow for NextRealm {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("account_id")?))
    }
}
