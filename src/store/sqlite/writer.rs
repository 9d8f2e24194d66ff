//! The one writer, which groups the writes that wait into one durable commit.
//!
//! A commit costs a flush of the disk, whatever it holds. Sixteen writes in one commit therefore cost little more
//! than one alone; no caller is answered before the commit that holds its write.

use sqlx::sqlite::SqliteRow;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::super::db::Step;
use super::super::{Error, Query, Result, Tx};
use super::together::Together;

/// The most writes that share one commit: enough to spread the flush, few enough that none waits long.
const GROUP: usize = 64;
/// How long a group is awaited where the last one had company: what comes together then pays for one flush and one
/// errand. A write that is alone never waits.
const GATHER: std::time::Duration = std::time::Duration::from_millis(1);
/// The most writes that wait; beyond it, callers wait to be taken in.
const QUEUE: usize = 1024;

type Work = Box<dyn for<'t> FnOnce(&'t mut Tx<'_>) -> Step<'t, Box<dyn FnOnce(Result<()>) + Send>> + Send>;

enum Job {
    /// One statement: SQLite undoes it alone when it fails.
    Execute(Query, oneshot::Sender<Result<u64>>),
    /// One statement that returns a row.
    Fetch(Query, oneshot::Sender<Result<Option<SqliteRow>>>),
    /// Several: a savepoint undoes them together. What the work returns tells its caller how the commit went.
    Work(Work),
    /// Commit what waits, close, and tell.
    Close(oneshot::Sender<()>),
}

/// The one writer.
#[derive(Clone, Debug)]
pub(in crate::store) struct Writer(mpsc::Sender<Job>);

impl Writer {
    /// On a thread of its own: among the tasks that sign, each step of a commit would wait for all of their
    /// signatures.
    pub(super) fn start(connection: SqliteConnection) -> Result<Self> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let failed = |error: std::io::Error| Error::Unavailable(format!("the writer's thread: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(failed)?;
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || runtime.block_on(run(connection, queue)))
            .map_err(failed)?;
        Ok(Self(jobs))
    }

    pub(in crate::store) async fn execute(&self, query: Query) -> Result<u64> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Execute(query, answer)).await?;
        answered.await.map_err(|_| gone())?
    }

    pub(in crate::store) async fn fetch_optional(&self, query: Query) -> Result<Option<SqliteRow>> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Fetch(query, answer)).await?;
        answered.await.map_err(|_| gone())?
    }

    pub(in crate::store) async fn transaction<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> Step<'t, T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel::<Result<T>>();
        let boxed: Work = Box::new(move |tx| {
            Box::pin(async move {
                match work(tx).await {
                    Ok(done) => Ok(Box::new(move |committed: Result<()>| {
                        let _ = answer.send(committed.map(|()| done));
                    }) as Box<dyn FnOnce(Result<()>) + Send>),
                    Err(error) => {
                        let _ = answer.send(Err(error));
                        Err(Error::Fault("undone".to_owned()))
                    }
                }
            })
        });
        self.send(Job::Work(boxed)).await?;
        answered.await.map_err(|_| {
            Error::Unavailable("other writers keep the database busy, or it is closed".to_owned())
        })?
    }

    pub(in crate::store) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.send(Job::Close(answer)).await.is_ok() {
            let _ = answered.await;
        }
    }

    async fn send(&self, job: Job) -> Result<()> {
        self.0.send(job).await.map_err(|_| gone())
    }
}

fn gone() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

/// What waits for the commit of its group.
type Waiting = Box<dyn FnOnce(Result<()>) + Send>;

async fn run(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Job>) {
    let mut group = Vec::with_capacity(GROUP);
    let mut together = Together::default();
    let mut had_company = false;
    while queue.recv_many(&mut group, GROUP).await > 0 {
        if had_company {
            std::thread::sleep(GATHER);
            while group.len() < GROUP
                && let Ok(job) = queue.try_recv()
            {
                group.push(job);
            }
        }
        had_company = group.len() > 1;
        let mut closing = None;
        let jobs = group.drain(..).filter_map(|job| match job {
            Job::Close(answer) => {
                closing = Some(answer);
                None
            }
            job => Some(job),
        });
        let jobs: Vec<Job> = jobs.collect();
        if !jobs.is_empty() {
            commit(&mut connection, &mut together, jobs).await;
        }
        if let Some(answer) = closing {
            queue.close();
            let _ = connection.close().await;
            let _ = answer.send(());
            return;
        }
    }
    let _ = connection.close().await;
}

/// Runs a group in one transaction and answers each job after the commit.
async fn commit(connection: &mut SqliteConnection, together: &mut Together, jobs: Vec<Job>) {
    if let Err(error) = plain(connection, "BEGIN IMMEDIATE").await {
        let error = error.to_string();
        for job in jobs {
            refuse(job, &error);
        }
        return;
    }
    let mut waiting: Vec<Waiting> = Vec::with_capacity(jobs.len());
    let (mut queries, mut answers) = (Vec::with_capacity(jobs.len()), Vec::with_capacity(jobs.len()));
    for job in jobs {
        match job {
            Job::Execute(query, answer) => {
                queries.push(query);
                answers.push(answer);
            }
            Job::Fetch(query, answer) => {
                let done = async { Ok(query.for_sqlite()?.fetch_optional(&mut *connection).await?) }.await;
                wait(&mut waiting, done, answer);
            }
            Job::Work(work) => {
                if let Ok(told) = savepoint(connection, work).await {
                    waiting.push(told);
                }
            }
            Job::Close(_) => {}
        }
    }
    // Writes that wait at the same moment have no order among them.
    let done = together.execute(connection, queries).await;
    for (done, answer) in done.into_iter().zip(answers) {
        wait(&mut waiting, done, answer);
    }
    let committed = plain(connection, "COMMIT").await;
    if committed.is_err() {
        let _ = plain(connection, "ROLLBACK").await;
    }
    let failure = committed.err().map(|error| error.to_string());
    for told in waiting {
        told(
            failure
                .clone()
                .map_or(Ok(()), |error| Err(Error::Unavailable(error))),
        );
    }
}

fn wait<T: Send + 'static>(waiting: &mut Vec<Waiting>, done: Result<T>, answer: oneshot::Sender<Result<T>>) {
    match done {
        Ok(done) => waiting.push(Box::new(move |committed| {
            let _ = answer.send(committed.map(|()| done));
        })),
        Err(error) => {
            let _ = answer.send(Err(error));
        }
    }
}

async fn savepoint(connection: &mut SqliteConnection, work: Work) -> Result<Waiting> {
    plain(connection, "SAVEPOINT work").await?;
    let done = work(&mut Tx::Sqlite(connection)).await;
    if done.is_err() {
        plain(connection, "ROLLBACK TO work").await?;
    }
    plain(connection, "RELEASE work").await?;
    done
}

async fn plain(connection: &mut SqliteConnection, text: &'static str) -> Result<()> {
    sqlx::query(text).execute(connection).await?;
    Ok(())
}

fn refuse(job: Job, error: &str) {
    let error = || Error::Unavailable(error.to_owned());
    match job {
        Job::Execute(_, answer) => drop(answer.send(Err(error()))),
        Job::Fetch(_, answer) => drop(answer.send(Err(error()))),
        // Dropping the work drops its caller's answer, which reads as unavailable.
        Job::Work(_) | Job::Close(_) => {}
    }
}
