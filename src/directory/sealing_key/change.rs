use std::path::PathBuf;

use serde_json::{Value, json};

use super::work::Work;
use crate::base::id::{AccountId, Realm};
use crate::config::SealSource;
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::keys::{NextKey, ROOT, SealingKeyError};
use crate::model::audit::AuditEvent;
use crate::model::{SealingKeyId, SealingKeyState};
use crate::store::sealed::{SealedColumn, SealedRow};
use crate::store::{self, sealing_checks};

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
    services
        .sealer
        .follow(&services.db)
        .await
        .map_err(|error| match error {
            // Somebody else's, begun a moment ago.
            SealingKeyError::Absent(key, _) => Error::Changing(key),
            error => error.into(),
        })?;
    if !services.sealer.holds(key) {
        return Err(Error::Changing(key));
    }
    if wish.new_root {
        renew_root(services, by).await?;
        tell(Change::Root);
    }
    let mut work = Work::new(services, key);
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
pub(super) struct Known {
    pub(super) sealing: SealingKeyId,
    pub(super) opening: Vec<SealingKeyId>,
}

pub(super) async fn known(services: &Services) -> Result<Known> {
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

pub(super) fn event(by: &By, detail: Value) -> AuditEvent {
    by.did_in(&Realm::Server, "storage.master_key", None, detail)
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
