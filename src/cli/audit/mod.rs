//! `signet audit …`: the record of changes.

mod export;
mod list;
mod verify;

use clap::{Args, Subcommand};

use super::directory::{self as shared};
use super::{Global, Outcome};
use crate::base::id::{AccountId, Realm};
use crate::context::Services;
use crate::directory;
use crate::store::Db;

/// The record of changes: who changed what, in a chain in which no row can be changed or removed unseen.
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    List(list::List),
    Export(export::Export),
    Verify(verify::Verify),
}

impl Audit {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::List(list) => list.run(global),
            Self::Export(export) => export.run(global),
            Self::Verify(verify) => verify.run(global),
        }
    }
}

/// Whose record a command means.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Whose {
    /// The account; the default account where none is named. Deleted ones keep their record.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// The server's own record: what concerns no single account.
    #[arg(long)]
    server: bool,
}

impl Whose {
    const fn is_named(&self) -> bool {
        self.server || self.account.is_some()
    }

    /// The realm that is named, if one is.
    async fn named(&self, db: &Db) -> directory::Result<Option<Realm>> {
        match &self.account {
            Some(account) => directory::audit::of_account(db, account).await.map(Some),
            None => Ok(self.server.then_some(Realm::Server)),
        }
    }

    /// The realm that is meant.
    async fn find(&self, services: &Services) -> directory::Result<Realm> {
        match self.named(&services.db).await? {
            Some(realm) => Ok(realm),
            None => Ok((&directory::account::find(services, None).await?.account_id).into()),
        }
    }
}
