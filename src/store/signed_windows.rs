//! How much each key has signed for programs, whose tokens have no rows (docs/decisions/0043).

use super::{Db, Result, sql};
use crate::model::signed_window::SignedWindow;

/// Begins a window, unless this node or another has.
pub async fn begin(db: &Db, window: &SignedWindow) -> Result<()> {
    sql(
        "INSERT INTO signed_windows (account_id, kid, client_id, expires_at, tokens) VALUES ($1, $2, $3, $4, 0)
         ON CONFLICT (account_id, kid, client_id, expires_at) DO NOTHING",
    )
    .bind(&window.account_id)
    .bind(&window.kid)
    .bind(&window.client_id)
    .bind(window.expires_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// Counts so many tokens more in a window; how many windows it met.
pub async fn count(db: &Db, window: &SignedWindow, tokens: i64) -> Result<u64> {
    sql("UPDATE signed_windows SET tokens = tokens + $5
         WHERE account_id = $1 AND kid = $2 AND client_id = $3 AND expires_at = $4")
    .bind(&window.account_id)
    .bind(&window.kid)
    .bind(&window.client_id)
    .bind(window.expires_at)
    .bind(tokens)
    .execute(db)
    .await
}
