//! A realm's record as a file: a line of JSON for each entry, oldest first, and at the end a line that says where the
//! chain stands.

use std::io::Write;

use serde_json::json;

use super::file::End;
use super::{Moment, PAGE};
use crate::base::id::Realm;
use crate::context::Services;
use crate::directory::By;
use crate::model::audit::{Entry, Head};
use crate::store::{self, audit, audit_chains};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Entries.
    pub rows: u64,
    /// Where the chain stood.
    pub head: Head,
}

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

/// Writes the whole record of a realm, as it is at the beginning of it; what is written meanwhile is left out. That it
/// is exported is the last entry in it.
pub async fn export(
    services: &Services,
    by: &By,
    realm: &Realm,
    mut out: impl Write,
) -> Result<Exported, Error> {
    let db = &services.db;
    let event = by.did_in(realm, "audit.exported", None, json!({}));
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    db.transaction(move |tx| Box::pin(async move { audit::insert(tx, &event, &clock, &entropy).await }))
        .await?;
    let head = audit_chains::find(db, realm)
        .await?
        .ok_or_else(|| store::Error::Corrupt("a chain without a head".to_owned()))?;
    let mut rows = 0;

    let mut last: Option<Moment> = None;
    loop {
        let page = audit::list_before_chain(db, realm, last.as_ref(), PAGE).await?;
        rows += write(&mut out, &page)?;
        match page.into_iter().last() {
            Some(Entry { at, audit_id, .. }) => last = Some(Moment { at, audit_id }),
            None => break,
        }
    }
    let mut reached = 0;
    while reached < head.seq {
        let mut page = audit::list_chain(db, realm, reached, PAGE).await?;
        page.retain(|entry| entry.seq.is_some_and(|seq| seq <= head.seq));
        rows += write(&mut out, &page)?;
        match page.last().and_then(|last| last.seq) {
            Some(seq) => reached = seq,
            // Rows are missing. The file tells of it as the database does.
            None => break,
        }
    }
    let end = End {
        account_id: realm.to_string(),
        head: head.clone(),
    };
    line(&mut out, &end)?;
    out.flush()?;
    Ok(Exported { rows, head })
}

fn write(out: &mut impl Write, entries: &[Entry]) -> std::io::Result<u64> {
    for entry in entries {
        line(out, entry)?;
    }
    Ok(entries.len() as u64)
}

fn line(out: &mut impl Write, value: &impl serde::Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
