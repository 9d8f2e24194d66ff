//! Importing consumers from CSV or JSON lines: a stream of rows, of which each is written whole or refused with its
//! line and the key that is wrong.
//!
//! A thread reads and checks, and hands on batches; their plain passwords are hashed in a pool, and each is written in
//! one transaction with its audit row. So a million rows need no more memory than a thousand, and a kill at any instant
//! leaves whole batches; the same file, imported again, finds them unchanged.

mod batch;
mod reader;
mod rows;
mod shape;
mod summary;

use std::io::Read;
use std::sync::Arc;

use passwords::FirebaseProject;

pub use crate::directory::table::{Event, Told};
pub use batch::OnDuplicate;
pub use rows::Format;
pub(in crate::directory::consumer) use shape::{Incoming, column::Column};
pub use summary::Summary;

use self::batch::{Batch, Writer};
use super::super::By;
use crate::context::Services;
use crate::login::{HashPool, PasswordRules};
use crate::model::Account;
use crate::store;

/// How to import.
#[derive(Debug)]
pub struct Options {
    /// What the file is.
    pub format: Format,
    /// What to do with a consumer who is there already, and differs.
    pub on_duplicate: OnDuplicate,
    /// One refused row, and nothing is imported.
    pub all_or_nothing: bool,
    /// Check everything, against the database too, and import nothing.
    pub dry_run: bool,
    /// The parameters of the Firebase project that hashes come from.
    pub firebase: Option<FirebaseProject>,
}

/// Why an import ended before the file did.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be read as what it should be.
    #[error("{0}")]
    File(String),
    /// The store can't do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A password could not be hashed.
    #[error(transparent)]
    Busy(#[from] crate::login::Busy),
    /// It went well for a while.
    #[error("{cause}; {written} consumers were written before, and the same file can be imported again")]
    Stopped {
        /// Consumers that are new or changed, and stay so.
        written: u64,
        /// What happened then.
        cause: Box<Error>,
    },
}

/// Imports all rows of `source`, and tells `told` of each that is refused.
pub async fn run(
    services: &Services,
    by: &By,
    account: &Account,
    source: impl Read + Send + 'static,
    options: Options,
    told: Told,
) -> Result<Summary, Error> {
    let Options {
        format,
        on_duplicate,
        all_or_nothing,
        dry_run,
        firebase,
    } = options;
    let (batches, received) = tokio::sync::mpsc::channel::<Result<Batch, String>>(2);
    let reading = reader::Reading {
        account: account.clone(),
        rules: PasswordRules::new(&services.settings.login),
        firebase,
        told: Arc::clone(&told),
    };
    let reader = tokio::task::spawn_blocking(move || reading.run(source, format, &batches));
    let writer = Writer {
        account: account.account_id.clone(),
        by: by.clone(),
        clock: services.clock.clone(),
        entropy: services.entropy.clone(),
        pool: HashPool::for_command(),
        on_duplicate,
        dry_run,
        told,
    };
    let written = if all_or_nothing || dry_run {
        writer.write_all(&services.db, received, all_or_nothing).await
    } else {
        writer.write_each(&services.db, received).await
    };
    services.forget();
    // Where writing failed, the reader finds nobody to read for, and ends.
    reader.await.map_err(|error| Error::File(error.to_string()))?;
    written
}
