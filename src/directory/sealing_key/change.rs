use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::base::id::{AccountId, Realm};
use crate::config::SealSource;
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::keys::{NextKey, Place, ROOT};
use crate::model::audit::AuditEvent;
use crate::model::{SealingKeyId, SealingKeyState};
use crate::store::sealed::{SEALED, SealedColumn, SealedRow};
use crate::store::{self, Tx, sealing_checks};

/// A step of a change that was taken; what comes after it is taken by whoever runs it again.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// The next key is where it should be.
    Ready(SealingKeyId),
    /// It seals, and the former one opens what it sealed.
    Begun(SealingKeyId),
    /// The root secret is another.
    Root,
    /// So many values of a column were sealed anew.
    Sealed(&'static SealedColumn, usize),
    /// Nothing is under the former key, and the database knows it no more.
    Forgotten(SealingKeyId),
}

/// What a change is to do besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// Make the root secret anew, for the case that somebody has it: what codes and forms are protected with changes.
    /// Every server must be started again then.
    pub new_root: bool,
}

/// What a change came to.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The key that seals.
    pub key: SealingKeyId,
    /// The keys that were forgotten for it; none where there was nothing left to do in the database.
    pub former: Vec<SealingKeyId>,
    /// How many values were sealed anew by this run.
    pub number: usize,
    /// Values that no known key opens. They stay as they are.
    pub unreadable: Vec<Unreadable>,
    /// Where settings must look for it from now on; none where it has taken the former one's place.
    pub source: Option<SealSource>,
    /// The file that keeps the former key.
    pub former_file: Option<PathBuf>,
}

/// A value that no known key opens.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Its column.
    pub column: &'static SealedColumn,
    /// Whose it is; nobody's where it is the server's.
    pub account: Option<AccountId>,
    /// The row's key within its account.
    pub row: String,
}

/// How often values may be written under the former key while its last ones are being looked for.
const PASSES: usize = 20;

/// Changes the sealing key to the one that is where the next one should be, or goes on with a change that was begun.
/// `tell` hears of every step.
pub async fn change(
    services: &Services,
    by: &By,
    wish: Wish,
    mut tell: impl FnMut(Change) + Send,
) -> Result<Changed> {
    let known = known(services).await?;
    let key = if known.opening.is_empty() {
        match begin(services, by, known.sealing, &mut tell).await? {
            Begun::Now(key) => key,
            Begun::Before => return settled(services, known.sealing).await,
        }
    } else {
        known.sealing
    };
    services.sealer.follow(&services.db).await?;
    if wish.new_root {
        renew_root(services, by).await?;
        tell(Change::Root);
    }
    let mut work = Work {
        services,
        key,
        number: 0,
        unreadable: Vec::new(),
    };
    let former = work.finish(by, &mut tell).await?;
    let settled = settled(services, key).await?;
    Ok(Changed {
        former,
        number: work.number,
        unreadable: work.unreadable.into_iter().map(Unreadable::from).collect(),
        ..settled
    })
}

/// The keys that the database knows.
struct Known {
    sealing: SealingKeyId,
    opening: Vec<SealingKeyId>,
}

async fn known(services: &Services) -> Result<Known> {
    let checks = sealing_checks::list(&services.db).await?;
    let (sealing, opening): (Vec<_>, Vec<_>) = checks
        .iter()
        .partition(|check| check.state == SealingKeyState::Sealing);
    let sealing = sealing.first().map(|check| check.key_id);
    Ok(Known {
        sealing: sealing.ok_or_else(|| store::Error::Corrupt("sealing_checks: no key seals".to_owned()))?,
        opening: opening.iter().map(|check| check.key_id).collect(),
    })
}

enum Begun {
    /// The key seals from now on.
    Now(SealingKeyId),
    /// The next key is the one that seals: at the most, files must find their places.
    Before,
}

/// Has the next key made where it may be, and lets it seal.
async fn begin(
    services: &Services,
    by: &By,
    former: SealingKeyId,
    tell: &mut (impl FnMut(Change) + Send),
) -> Result<Begun> {
    let sealer = &services.sealer;
    let source = sealer.next_source().ok_or(Error::NoNextKey)?;
    let mut next = sealer.next_key().await?;
    if next.as_ref().is_some_and(|next| next.id() == former) {
        return Ok(Begun::Before);
    }
    if let Some(former) = sealer.former_file() {
        return Err(Error::FormerKey(former));
    }
    if next.is_none() {
        sealer.make_next_key(&services.entropy)?;
        next = sealer.next_key().await?;
    }
    let next = next.ok_or_else(|| Error::NextKeyMissing(source.to_string()))?;
    tell(Change::Ready(next.id()));
    if !announce(services, by, &next, former).await? {
        // Somebody else began it at the same moment: to the same key, or to another.
        let known = known(services).await?;
        if known.sealing != next.id() {
            return Err(Error::Changing(known.sealing));
        }
    }
    tell(Change::Begun(next.id()));
    Ok(Begun::Now(next.id()))
}

/// Tells the database, and so every node, that another key seals; tells whether the former one still did.
async fn announce(services: &Services, by: &By, next: &NextKey, former: SealingKeyId) -> Result<bool> {
    let check = next.check()?;
    let event = event(
        by,
        json!({"change": "begun", "key": next.id().to_string(), "former": former.to_string()}),
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let announced = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let begun = sealing_checks::demote(tx, former).await?
                    && sealing_checks::insert(tx, &check, clock.now()).await?;
                if begun {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(begun)
            })
        })
        .await?;
    Ok(announced)
}

async fn renew_root(services: &Services, by: &By) -> Result<()> {
    let root = services.sealer.seal_new_root(&services.entropy)?;
    let event = event(by, json!({"change": "root secret"}));
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                store::server_secrets::replace(tx, ROOT, root, clock.now()).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await?;
    Ok(())
}

fn event(by: &By, detail: Value) -> AuditEvent {
    by.did_in(&Realm::Server, "storage.master_key", None, detail)
}

/// The sealing anew of everything that isn't under the key that seals.
struct Work<'s> {
    services: &'s Services,
    key: SealingKeyId,
    number: usize,
    /// What no key opens, with its column.
    unreadable: Vec<(&'static SealedColumn, SealedRow)>,
}

impl Work<'_> {
    /// Seals anew what there is, until former keys can be forgotten; returns those.
    async fn finish(&mut self, by: &By, tell: &mut (impl FnMut(Change) + Send)) -> Result<Vec<SealingKeyId>> {
        let mut passes = 0;
        loop {
            passes += 1;
            let passed = match self.pass(tell).await {
                Ok(()) => self.forget(by, tell).await,
                Err(error) => Err(error),
            };
            match passed {
                // A value was written under the former key at the last moment, or a row was held too long.
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
            let place = Place {
                table: column.table,
                column: column.column,
                row: &row.row,
                account: row.account.as_ref(),
            };
            match self.services.sealer.reseal(&place, &row.sealed) {
                Ok(sealed) if sealed.key_id() == Some(self.key) => anew.push((row, sealed)),
                Ok(_) => return Err(Error::Changing(self.services.sealer.id())),
                Err(_) => self.unreadable.push((column, row)),
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
    async fn forget(&self, by: &By, tell: &mut (impl FnMut(Change) + Send)) -> Result<Vec<SealingKeyId>> {
        let known = known(self.services).await?;
        if known.sealing != self.key {
            return Err(Error::Changing(known.sealing));
        }
        let mut forgotten = Vec::new();
        for former in known.opening {
            if self.forget_one(by, former).await? {
                tell(Change::Forgotten(former));
                forgotten.push(former);
            }
        }
        Ok(forgotten)
    }

    async fn forget_one(&self, by: &By, former: SealingKeyId) -> Result<bool> {
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
        let unreadable = Arc::new(self.unreadable.clone());
        let forgotten = self
            .services
            .db
            .transaction(move |tx| {
                Box::pin(async move {
                    // First: from here on nobody writes under it, and whoever did a moment ago is seen below.
                    if !sealing_checks::delete(tx, former).await? {
                        return Ok(false);
                    }
                    expect_nothing_else(tx, key, &unreadable).await?;
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                    Ok(true)
                })
            })
            .await?;
        Ok(forgotten)
    }
}

/// Fails where a value isn't under the key that seals and isn't known as one that nothing opens.
async fn expect_nothing_else(
    tx: &mut Tx<'_>,
    key: SealingKeyId,
    unreadable: &[(&'static SealedColumn, SealedRow)],
) -> store::Result<()> {
    for column in SEALED {
        let mut last = None;
        loop {
            let rows = column.list_in(tx, key, last.as_ref()).await?;
            let known = |row: &SealedRow| {
                unreadable
                    .iter()
                    .any(|(other, known)| other.name() == column.name() && known == row)
            };
            if !rows.iter().all(known) {
                return Err(store::Error::Unavailable(
                    "values are being written under the former sealing key".to_owned(),
                ));
            }
            match rows.last() {
                Some(end) => last = Some(end.clone()),
                None => break,
            }
        }
    }
    Ok(())
}

/// Puts files in their places, and tells where things are.
async fn settled(services: &Services, key: SealingKeyId) -> Result<Changed> {
    let sealer = &services.sealer;
    sealer.put_in_place().await?;
    let moved = !sealer.is_in_place().await;
    Ok(Changed {
        key,
        former: Vec::new(),
        number: 0,
        unreadable: Vec::new(),
        source: sealer.next_source().filter(|_| moved).cloned(),
        former_file: sealer.former_file(),
    })
}

impl From<(&'static SealedColumn, SealedRow)> for Unreadable {
    fn from((column, row): (&'static SealedColumn, SealedRow)) -> Self {
        Self {
            column,
            account: row.account,
            row: row.row,
        }
    }
}
