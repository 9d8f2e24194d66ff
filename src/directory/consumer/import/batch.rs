use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;

use super::{Error, Event, Summary, Told};
use crate::base::id::{AccountId, Realm, Subject};
use crate::base::{Clock, Entropy, Timestamp};
use crate::directory::By;
use crate::directory::consumer::{Checked, changed, password, taken};
use crate::login::HashPool;
use crate::model::audit::AuditEvent;
use crate::model::{Consumer, ConsumerStatus, Profile, Refusal};
use crate::store::consumers::{self, Clash, Written};
use crate::store::{self, Db, Tx};

/// What to do with a consumer who is there already, and differs from the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Refuse the row.
    Refuse,
    /// Leave the consumer alone.
    Skip,
    /// Lay the row over the consumer; what it doesn't say stays.
    Update,
}

/// Rows of one transaction, and what reading them has found.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) rows: Vec<Row>,
    pub(super) summary: Summary,
}

/// A row that may be written.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) checked: Checked,
}

/// A row whose password is hashed.
struct Ready {
    line: u64,
    profile: Profile,
    hash: Option<String>,
}

/// Writes batches.
#[derive(Clone)]
pub(super) struct Writer {
    pub(super) account: AccountId,
    pub(super) by: By,
    pub(super) clock: Clock,
    pub(super) entropy: Entropy,
    pub(super) pool: HashPool,
    pub(super) on_duplicate: OnDuplicate,
    pub(super) dry_run: bool,
    pub(super) told: Told,
}

/// How a row ended.
enum Ended {
    Created,
    Updated(Subject),
    Unchanged,
    Skipped,
    Refused(Refusal),
}

impl Writer {
    /// Each batch in a transaction of its own.
    pub(super) async fn write_each(
        &self,
        db: &Db,
        mut batches: Receiver<Result<Batch, String>>,
    ) -> Result<Summary, Error> {
        let mut summary = Summary {
            written: true,
            ..Summary::default()
        };
        while let Some(batch) = batches.recv().await {
            match self.write_one(db, batch).await {
                Ok(written) => summary.add(&written),
                Err(cause) => {
                    return Err(match summary.created + summary.updated {
                        0 => cause,
                        written => Error::Stopped {
                            written,
                            cause: Box::new(cause),
                        },
                    });
                }
            }
        }
        Ok(summary)
    }

    async fn write_one(&self, db: &Db, batch: Result<Batch, String>) -> Result<Summary, Error> {
        let Batch { rows, summary: read } = batch.map_err(Error::File)?;
        let rows = self.ready(rows).await?;
        let writer = self.clone();
        let mut written = db
            .transaction(move |tx| {
                Box::pin(async move {
                    let (written, event) = writer.write(tx, rows).await?;
                    writer.record(tx, event.as_slice()).await?;
                    Ok(written)
                })
            })
            .await?;
        written.add(&read);
        Ok(written)
    }

    /// All batches in one transaction, which is undone after a dry run, and, if `or_nothing`, after a refusal.
    pub(super) async fn write_all(
        &self,
        db: &Db,
        mut batches: Receiver<Result<Batch, String>>,
        or_nothing: bool,
    ) -> Result<Summary, Error> {
        let writer = self.clone();
        let ended = Arc::new(Mutex::new(None));
        let tell = Arc::clone(&ended);
        let done = db
            .transaction(move |tx| {
                Box::pin(async move {
                    let summary = writer.write_into(tx, &mut batches).await;
                    let keep = !writer.dry_run
                        && summary
                            .as_ref()
                            .is_ok_and(|summary| !or_nothing || summary.refused == 0);
                    *tell.lock().unwrap_or_else(PoisonError::into_inner) = Some(summary);
                    if keep {
                        Ok(())
                    } else {
                        Err(store::Error::Fault("undone on purpose".to_owned()))
                    }
                })
            })
            .await;
        let told = ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (told, done) {
            (Some(Ok(summary)), Ok(())) => Ok(Summary {
                written: true,
                ..summary
            }),
            (Some(Ok(summary)), Err(store::Error::Fault(_))) => Ok(summary),
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Ok(Summary::default()),
        }
    }

    async fn write_into(
        &self,
        tx: &mut Tx<'_>,
        batches: &mut Receiver<Result<Batch, String>>,
    ) -> Result<Summary, Error> {
        let (mut summary, mut events) = (Summary::default(), Vec::new());
        while let Some(batch) = batches.recv().await {
            let Batch { rows, summary: read } = batch.map_err(Error::File)?;
            summary.add(&read);
            let rows = self.ready(rows).await?;
            let (written, event) = self.write(tx, rows).await?;
            summary.add(&written);
            events.extend(event);
        }
        self.record(tx, &events).await?;
        Ok(summary)
    }

    /// Writes what the record of changes keeps: last of all, since others wait for it to be through.
    async fn record(&self, tx: &mut Tx<'_>, events: &[AuditEvent]) -> store::Result<()> {
        for event in events {
            store::audit::insert(tx, event, &self.clock, &self.entropy).await?;
        }
        Ok(())
    }

    /// Hashes what is plain, as many at once as the pool has places.
    async fn ready(&self, rows: Vec<Row>) -> Result<Vec<Ready>, Error> {
        let mut hashing = JoinSet::new();
        let mut ready = Vec::with_capacity(rows.len());
        for Row {
            line,
            checked: Checked { profile, password },
        } in rows
        {
            let at = ready.len();
            ready.push(Ready {
                line,
                profile,
                hash: None,
            });
            if password.is_some() && !self.dry_run {
                let (pool, of, entropy) = (
                    self.pool.clone(),
                    Realm::from(&self.account),
                    self.entropy.clone(),
                );
                hashing.spawn(async move { (at, password::hash(&pool, &of, &entropy, password).await) });
            }
        }
        while let Some(hashed) = hashing.join_next().await {
            let (at, hash) = hashed.map_err(|error| Error::File(error.to_string()))?;
            if let Some(row) = ready.get_mut(at) {
                row.hash = hash?;
            }
        }
        Ok(ready)
    }

    /// Writes a batch, and returns what is to be recorded of it.
    async fn write(&self, tx: &mut Tx<'_>, rows: Vec<Ready>) -> store::Result<(Summary, Option<AuditEvent>)> {
        let (mut summary, mut updated) = (Summary::default(), Vec::new());
        let lines = rows
            .first()
            .zip(rows.last())
            .map(|(first, last)| [first.line, last.line]);
        for row in rows {
            let line = row.line;
            match self.write_row(tx, row).await? {
                Ended::Created => summary.created += 1,
                Ended::Updated(sub) => {
                    summary.updated += 1;
                    updated.push(sub);
                }
                Ended::Unchanged => summary.unchanged += 1,
                Ended::Skipped => summary.skipped += 1,
                Ended::Refused(Refusal { key, reason }) => {
                    summary.refused += 1;
                    (self.told)(Event::Refused {
                        line,
                        key: &key,
                        reason: &reason,
                    });
                }
            }
        }
        let event = (summary.created + summary.updated > 0).then(|| {
            let detail = json!({"lines": lines, "created": summary.created, "updated": updated});
            self.by.did(&self.account, "consumer.imported", None, detail)
        });
        Ok((summary, event))
    }

    async fn write_row(&self, tx: &mut Tx<'_>, row: Ready) -> store::Result<Ended> {
        let now = self.clock.now();
        let given = row.profile.sub.clone();
        let sub = given.clone().unwrap_or_else(|| Subject::fresh(&self.entropy));
        let consumer = row.profile.clone().new_consumer(&self.account, sub, now);
        let clash = match consumers::insert(tx, &consumer).await? {
            Written::Done => {
                if let Some(hash) = &row.hash {
                    consumers::set_password(tx, &self.account, &consumer.sub, hash, now).await?;
                }
                return Ok(Ended::Created);
            }
            Written::Clash(clash) => clash,
            Written::Changed => return Err(store::Error::Unavailable("changed meanwhile".to_owned())),
        };
        let former = match &clash {
            Clash::Subject => consumers::find_in(tx, &self.account, &consumer.sub).await?,
            // Under another subject than the row's, it is somebody else.
            Clash::Identifier(..) if given.is_some() => None,
            Clash::Lookalike(_) => None,
            Clash::Identifier(_, owner) => consumers::find_in(tx, &self.account, owner).await?,
        };
        match former.filter(|former| former.status != ConsumerStatus::Deleted) {
            Some(former) => self.meet(tx, &former, row, now).await,
            None => Ok(Ended::Refused(taken(&consumer, &clash))),
        }
    }

    /// A row that meets a consumer who is there.
    async fn meet(
        &self,
        tx: &mut Tx<'_>,
        former: &Consumer,
        row: Ready,
        now: Timestamp,
    ) -> store::Result<Ended> {
        let mut after = row.profile.laid_over(former);
        let differing = changed(former, &after);
        match self.on_duplicate {
            OnDuplicate::Refuse | OnDuplicate::Skip if differing.is_empty() => return Ok(Ended::Unchanged),
            OnDuplicate::Skip => return Ok(Ended::Skipped),
            OnDuplicate::Refuse => {
                let key = differing.first().cloned().unwrap_or_default();
                let reason = format!(
                    "the consumer is there already, and differs in {}",
                    differing.join(", ")
                );
                return Ok(Ended::Refused(Refusal::new(key, reason)));
            }
            OnDuplicate::Update if differing.is_empty() && row.hash.is_none() => return Ok(Ended::Unchanged),
            OnDuplicate::Update => {}
        }
        after.updated_at = now.max(Timestamp::from_millis(former.updated_at.millis() + 1));
        match consumers::update(tx, former, &after).await? {
            Written::Done => {}
            Written::Clash(clash) => return Ok(Ended::Refused(taken(&after, &clash))),
            Written::Changed => return Err(store::Error::Unavailable("changed meanwhile".to_owned())),
        }
        if let Some(hash) = &row.hash {
            consumers::set_password(tx, &self.account, &former.sub, hash, after.updated_at).await?;
        }
        if row.hash.is_some() || after.status != former.status {
            consumers::end_all(tx, &self.account, &former.sub, after.updated_at).await?;
        }
        Ok(Ended::Updated(former.sub.clone()))
    }
}
