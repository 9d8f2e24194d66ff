//! The one writer, which groups the writes that wait into one durable commit.
//!
//! A commit costs a flush of the disk, whatever it holds. Sixteen writes in one commit therefore cost little more
//! than one alone; no caller is answered before the commit that holds its write.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::Duration;

use futures_executor::block_on;
use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::super::db;
use super::super::query::FromRow;
use super::super::{Error, Query, Result, Tx};
use super::checkpoints::Checkpoints;
use crate::base::Stopwatch;

/// The most writes that share one commit: enough to spread the flush, few enough that none waits long.
const GROUP: usize = 64;
/// The most writes that a commit waits for: what more would share of it is little.
const ENOUGH: usize = 16;
/// How long they are awaited. A write that is alone never waits.
const GATHER: Duration = Duration::from_millis(1);
/// How many groups come together in time before one more is asked for.
const CALM: u32 = 8;
/// The most writes that wait; beyond it, callers wait to be taken in.
const QUEUE: usize = 1024;

/// Done in the transaction of its group; tells its caller of a failure at once, and of success after the commit.
type Work = Box<dyn FnOnce(&mut Connection) -> Done + Send>;

enum Done {
    /// What waits for the commit.
    Well(Waiting),
    /// It failed, and has left nothing.
    Undone,
    /// It failed, and what it has left must not be committed.
    Spoilt,
}

/// What waits for the commit of its group.
type Waiting = Box<dyn FnOnce(Result<()>) + Send>;

enum Job {
    Work(Work),
    /// Commit what waits, close, and tell.
    Close(oneshot::Sender<()>),
}

/// The one writer.
#[derive(Clone, Debug)]
pub(in crate::store) struct Writer {
    jobs: mpsc::Sender<Job>,
    gathering: Gathering,
    thread: Thread,
}

/// For how many writes the writer waits at this moment; beyond all numbers where it doesn't.
type Gathering = Arc<AtomicUsize>;

impl Writer {
    /// On a thread of its own: among the tasks that sign, each step of a commit would wait for all of their
    /// signatures.
    pub(super) fn start(connection: Connection, path: &Path) -> Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let gathering = Gathering::new(AtomicUsize::new(usize::MAX));
        let awaited = Arc::clone(&gathering);
        // An import in one transaction hashes its passwords as it goes: what it spawns is the caller's runtime's to do.
        let runtime = Handle::try_current().ok();
        let checkpoints = Checkpoints::of(&connection, path)?;
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                let _context = runtime.as_ref().map(Handle::enter);
                run(connection, checkpoints, queue, &awaited);
            })
            .map_err(|error| Error::Unavailable(format!("the writer's thread: {error}")))?;
        Ok(Self {
            jobs,
            gathering,
            thread: thread.thread().clone(),
        })
    }

    /// One statement: SQLite undoes it alone when it fails.
    pub(in crate::store) async fn execute(&self, query: Query) -> Result<u64> {
        self.work(Done::Undone, move |connection| super::execute(connection, &query))
            .await
    }

    /// One statement that returns a row.
    pub(in crate::store) async fn fetch<T: FromRow + Send + 'static>(
        &self,
        query: Query,
    ) -> Result<Option<T>> {
        self.work(Done::Undone, move |connection| super::fetch(connection, &query))
            .await
    }

    /// Several: a savepoint undoes them together.
    pub(in crate::store) async fn transaction(&self, work: db::Work) -> Result<()> {
        self.work(Done::Undone, move |connection| {
            plain(connection, "SAVEPOINT work")?;
            // Its statements run at once; what waits here waits for rows of an import.
            let done = block_on(work(&mut Tx::Sqlite(connection)));
            if done.is_err() {
                // Where its disk is full SQLite has undone all of it by itself, the savepoint too: what it said is to be told.
                if connection.is_autocommit() {
                    return done;
                }
                plain(connection, "ROLLBACK TO work")?;
            }
            plain(connection, "RELEASE work")?;
            done
        })
        .await
    }

    /// Several that fail only where the database does: without the savepoint, for which SQLite copies each page before it is
    /// written, and with the fate of the group.
    pub(in crate::store) async fn shared(&self, work: db::Work) -> Result<()> {
        self.work(Done::Spoilt, move |connection| {
            block_on(work(&mut Tx::Sqlite(connection)))
        })
        .await
    }

    /// Whether nothing can be written any more.
    pub(in crate::store) fn is_closed(&self) -> bool {
        self.jobs.is_closed()
    }

    pub(in crate::store) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.send(Job::Close(answer)).await.is_ok() {
            let _ = answered.await;
        }
    }

    async fn work<T, F>(&self, failed: Done, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel::<Result<T>>();
        let work: Work = Box::new(move |connection| match work(connection) {
            Ok(done) => Done::Well(Box::new(move |committed| {
                let _ = answer.send(committed.map(|()| done));
            })),
            Err(error) => {
                let _ = answer.send(Err(error));
                failed
            }
        });
        self.send(Job::Work(work)).await?;
        answered.await.map_err(|_| {
            Error::Unavailable("other writers keep the database busy, or it is closed".to_owned())
        })?
    }

    async fn send(&self, job: Job) -> Result<()> {
        self.jobs.send(job).await.map_err(|_| gone())?;
        let waiting = self.jobs.max_capacity() - self.jobs.capacity();
        if waiting >= self.gathering.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
        Ok(())
    }
}

pub(in crate::store) fn gone() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

fn undone() -> Error {
    Error::Unavailable("the commit that held the write was undone".to_owned())
}

fn run(
    mut connection: Connection,
    mut checkpoints: Checkpoints,
    mut queue: mpsc::Receiver<Job>,
    gathering: &AtomicUsize,
) {
    let mut group = Vec::with_capacity(GROUP);
    let (mut enough, mut calm) = (1, 0);
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        let in_time = gather(&mut group, &mut queue, enough, gathering);
        let size = group.len();
        let closing = commit(&mut connection, group.drain(..));
        if let Some(answer) = closing {
            queue.close();
            checkpoints.close();
            drop(connection);
            let _ = answer.send(());
            return;
        }
        checkpoints.committed(&connection);
        // As many as come anyway while others are computed: whoever waits for all of them leaves the core idle.
        (enough, calm) = match (in_time, queue.is_empty()) {
            (false, _) => (size, 0),
            (true, true) => ((enough - 1).max(1), 0),
            (true, false) if calm < CALM => (enough, calm + 1),
            (true, false) => ((enough + 1).min(ENOUGH), 0),
        };
    }
}

/// Waits until the group is large enough; whether it became so in time.
fn gather(
    group: &mut Vec<Job>,
    queue: &mut mpsc::Receiver<Job>,
    enough: usize,
    gathering: &AtomicUsize,
) -> bool {
    let missing = enough.saturating_sub(group.len());
    if missing == 0 {
        return true;
    }
    gathering.store(missing, Ordering::SeqCst);
    let since = Stopwatch::start();
    while queue.len() < missing
        && let Some(left) = GATHER.checked_sub(since.elapsed())
    {
        std::thread::park_timeout(left);
    }
    gathering.store(usize::MAX, Ordering::SeqCst);
    while group.len() < GROUP
        && let Ok(job) = queue.try_recv()
    {
        group.push(job);
    }
    group.len() >= enough
}

/// Runs a group in one transaction and answers each job after the commit; who wants the database closed then.
fn commit(connection: &mut Connection, jobs: impl Iterator<Item = Job>) -> Option<oneshot::Sender<()>> {
    let mut closing = None;
    let mut waiting: Vec<Waiting> = Vec::with_capacity(GROUP);
    let mut whole = plain(connection, "BEGIN IMMEDIATE").is_ok();
    for job in jobs {
        match job {
            Job::Work(work) if whole => {
                // A fault of ours ends its group, and not the one writer.
                match catch_unwind(AssertUnwindSafe(|| work(connection))) {
                    Ok(Done::Well(told)) => waiting.push(told),
                    Ok(Done::Undone) => {}
                    Ok(Done::Spoilt) | Err(_) => whole = false,
                }
                // SQLite undoes a transaction by itself where its disk or memory fails: nothing may be done outside one.
                whole &= !connection.is_autocommit();
            }
            // Dropping the work drops its caller's answer, which reads as unavailable.
            Job::Work(_) => {}
            Job::Close(answer) => closing = Some(answer),
        }
    }
    let committed = whole && plain(connection, "COMMIT").is_ok();
    if !committed {
        let _ = plain(connection, "ROLLBACK");
    }
    for told in waiting {
        told(if committed { Ok(()) } else { Err(undone()) });
    }
    closing
}

fn plain(connection: &Connection, text: &str) -> Result<()> {
    connection.prepare_cached(text)?.raw_execute()?;
    Ok(())
}
