use std::sync::Arc;

use serde_json::json;

use super::Change;
use super::change::{event, known};
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::keys::{CannotOpen, Place, Sealer};
use crate::model::{Sealed, SealingKeyId};
use crate::store::sealed::{BATCH, SEALED, SealedColumn, SealedRow};
use crate::store::{self, Tx, sealing_checks};

/// How often more may be written under the former key than the last step takes.
const PASSES: usize = 20;

/// The sealing anew of everything that isn't under the key that seals.
pub(super) struct Work<'s> {
    services: &'s Services,
    key: SealingKeyId,
    /// How many values were sealed anew.
    pub(super) number: usize,
    /// What no key opens, with its column.
    pub(super) unreadable: Vec<(&'static SealedColumn, SealedRow)>,
}

impl<'s> Work<'s> {
    pub(super) const fn new(services: &'s Services, key: SealingKeyId) -> Self {
        Self {
            services,
            key,
            number: 0,
            unreadable: Vec::new(),
        }
    }

    /// Seals anew what there is, until former keys can be forgotten; returns those.
    pub(super) async fn finish(
        &mut self,
        by: &By,
        tell: &mut (impl FnMut(Change) + Send),
    ) -> Result<Vec<SealingKeyId>> {
        let mut passes = 0;
        loop {
            passes += 1;
            let passed = match self.pass(tell).await {
                Ok(()) => self.forget(by, tell).await,
                Err(error) => Err(error),
            };
            match passed {
                // Too many values were written under the former key at the last moment, or a row was held too long.
                Err(Error::Store(store::Error::Unavailable(_))) if passes < PASSES => {}
                passed => return passed,
            }
        }
    }

    /// Goes through all values once.
    async fn pass(&mut self, tell: &mut (impl FnMut(Change) + Send)) -> Result<()> {
        self.unreadable.clear();
        for column in SEALED {
            let mut last = None;
            loop {
                let rows = column.list(&self.services.db, self.key, last.as_ref()).await?;
                let Some(end) = rows.last() else {
                    break;
                };
                last = Some(end.clone());
                let number = self.batch(column, rows).await?;
                self.number += number;
                if number > 0 {
                    tell(Change::Sealed(column, number));
                }
            }
        }
        Ok(())
    }

    /// Seals a batch in one transaction; how many values were still as they were read.
    async fn batch(&mut self, column: &'static SealedColumn, rows: Vec<SealedRow>) -> Result<usize> {
        let mut anew = Vec::with_capacity(rows.len());
        for row in rows {
            match anew_under(&self.services.sealer, self.key, column, &row) {
                Ok(sealed) => anew.push((row, sealed)),
                Err(CannotOpen) => self.unreadable.push((column, row)),
            }
        }
        let done = self
            .services
            .db
            .transaction(move |tx| {
                Box::pin(async move {
                    let mut done = 0;
                    for (row, sealed) in &anew {
                        done += usize::from(column.replace(tx, row, sealed).await?);
                    }
                    Ok(done)
                })
            })
            .await?;
        Ok(done)
    }

    /// Forgets the former keys, if nothing that can be opened is under them.
    async fn forget(&mut self, by: &By, tell: &mut (impl FnMut(Change) + Send)) -> Result<Vec<SealingKeyId>> {
        let known = known(self.services).await?;
        if known.sealing != self.key {
            return Err(Error::Changing(known.sealing));
        }
        let mut forgotten = Vec::new();
        for former in known.opening {
            // What isn't held opens nothing, and nothing would be seen to be under it.
            if !self.services.sealer.holds(former) {
                return Err(Error::Changing(self.key));
            }
            if self.forget_one(by, former).await? {
                tell(Change::Forgotten(former));
                forgotten.push(former);
            }
        }
        Ok(forgotten)
    }

    /// Tells whether nobody else was first.
    async fn forget_one(&mut self, by: &By, former: SealingKeyId) -> Result<bool> {
        let event = event(
            by,
            json!({
                "change": "finished",
                "key": self.key.to_string(),
                "former": former.to_string(),
                "unreadable": self.unreadable.len(),
            }),
        );
        let (clock, entropy, key) = (
            self.services.clock.clone(),
            self.services.entropy.clone(),
            self.key,
        );
        let (sealer, unreadable) = (Arc::clone(&self.services.sealer), self.unreadable.clone());
        let number = self
            .services
            .db
            .transaction(move |tx| {
                Box::pin(async move {
                    // First: from here on nobody writes under it, and whoever did a moment ago is seen below.
                    if !sealing_checks::delete(tx, former).await? {
                        return Ok(None);
                    }
                    let number = seal_the_last(tx, &sealer, key, &unreadable).await?;
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                    Ok(Some(number))
                })
            })
            .await?;
        self.number += number.unwrap_or_default();
        Ok(number.is_some())
    }
}

/// Seals anew what was written under the former key since the last pass: nobody can write more now, and whoever wants to
/// waits for this.
async fn seal_the_last(
    tx: &mut Tx<'_>,
    sealer: &Sealer,
    key: SealingKeyId,
    unreadable: &[(&'static SealedColumn, SealedRow)],
) -> store::Result<usize> {
    let again =
        || store::Error::Unavailable("values are being written under the former sealing key".to_owned());
    let mut number = 0;
    for column in SEALED {
        let mut last = None;
        loop {
            let rows = column.list_in(tx, key, last.as_ref()).await?;
            let Some(end) = rows.last() else {
                break;
            };
            last = Some(end.clone());
            for row in &rows {
                let is_known = |(other, known): &(&SealedColumn, SealedRow)| {
                    known == row && (other.table, other.column) == (column.table, column.column)
                };
                if unreadable.iter().any(is_known) {
                    continue;
                }
                let sealed = anew_under(sealer, key, column, row).map_err(|_| again())?;
                number += usize::from(column.replace(tx, row, &sealed).await?);
                if number > BATCH {
                    return Err(again());
                }
            }
        }
    }
    Ok(number)
}

/// A value under the key that it is to be under.
fn anew_under(
    sealer: &Sealer,
    key: SealingKeyId,
    column: &SealedColumn,
    row: &SealedRow,
) -> std::result::Result<Sealed, CannotOpen> {
    let place = Place {
        table: column.table,
        column: column.column,
        row: &row.row,
        account: row.account.as_ref(),
    };
    sealer.reseal(&place, &row.sealed, key)
}
