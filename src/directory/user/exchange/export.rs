use std::io::Write;

use serde_json::json;

use super::column::{COLUMNS, HASH};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::By;
use crate::directory::table::guarded;
use crate::store;

/// Users that are read at a time.
const PAGE: i64 = 500;

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What it is written to takes no more.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        Self::Io(error.into())
    }
}

/// Writes all users of an account as a table, by their ids, and tells how many; `told` hears the number as it grows. The record
/// of changes tells that it was done, before it is.
pub async fn export(
    services: &Services,
    by: &By,
    account: &AccountId,
    password_hashes: bool,
    out: impl Write,
    told: impl Fn(u64),
) -> Result<u64, Error> {
    let detail = json!({"password_hashes": password_hashes});
    let event = by.did(account, "user.exported", None, detail);
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy).await })
        })
        .await?;
    let mut out = csv::Writer::from_writer(out);
    // A plain password is for importing alone: nobody knows it here.
    let columns: Vec<_> = COLUMNS
        .iter()
        .filter(|column| column.name != "passwordSh" && (column.name != HASH || password_hashes))
        .collect();
    out.write_record(columns.iter().map(|column| column.name))?;
    let (mut after, mut exported) = (None, 0);
    loop {
        let page = store::users::list_logins(&services.db, account, after, PAGE).await?;
        for login in &page {
            let cells = columns.iter().map(|column| {
                guarded(if column.name == HASH {
                    login.hash.clone().unwrap_or_default()
                } else {
                    column.write(&login.user)
                })
            });
            out.write_record(cells)?;
            exported += 1;
        }
        told(exported);
        match page.last() {
            Some(last) => after = Some(last.user.user_id),
            None => break,
        }
    }
    out.flush()?;
    Ok(exported)
}
