use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::model::audit::AuditEvent;
use crate::model::{Privileges, UserId};
use crate::store;

/// Who changes users, and what of.
#[derive(Clone, Debug)]
pub struct Changer {
    /// As the record of changes names them.
    pub by: By,
    /// The user that they are; none for commands and programs.
    pub user: Option<UserId>,
    /// What they may give at most, and take; none for commands alone, which have no limits of that kind.
    pub limit: Option<Privileges>,
    /// The revision that the account must be at.
    pub revision: Option<i64>,
}

impl Changer {
    /// Without limits.
    pub const fn unlimited(by: By) -> Self {
        Self {
            by,
            user: None,
            limit: None,
            revision: None,
        }
    }

    /// Whether they may give that to somebody, or take it (SEC-129).
    pub(in crate::directory) fn may_give(&self, privileges: &Privileges) -> Result<()> {
        match &self.limit {
            Some(own) if !own.cover(privileges) => Err(Error::BeyondOwn),
            _ => Ok(()),
        }
    }

    pub(super) fn is(&self, id: UserId) -> bool {
        self.user == Some(id)
    }
}

type Step<'t> = std::pin::Pin<Box<dyn Future<Output = store::Result<bool>> + Send + 't>>;

impl Changer {
    /// Makes a change, with its rows on the record and the account's next revision. Where `change` tells that something isn't as it
    /// was read, all is undone.
    pub(in crate::directory) async fn write<F>(
        &self,
        services: &Services,
        account: &AccountId,
        events: Vec<AuditEvent>,
        change: F,
    ) -> Result<i64>
    where
        F: for<'t> FnOnce(&'t mut store::Tx<'_>) -> Step<'t> + Send + 'static,
    {
        enum Done {
            At(i64),
            OtherRevision,
            Changed,
        }
        let (clock, entropy, expected) = (services.clock.clone(), services.entropy.clone(), self.revision);
        let id = account.clone();
        let done = services
            .db
            .transaction(move |tx| {
                Box::pin(async move {
                    let Some(revision) = store::users::advance(tx, &id, expected).await? else {
                        return Ok(Done::OtherRevision);
                    };
                    if !change(tx).await? {
                        return Err(store::Error::Fault(CHANGED.to_owned()));
                    }
                    for event in &events {
                        store::audit::insert(tx, event, &clock, &entropy).await?;
                    }
                    Ok(Done::At(revision))
                })
            })
            .await;
        let done = match done {
            Err(store::Error::Fault(why)) if why == CHANGED => Done::Changed,
            done => done?,
        };
        match done {
            Done::At(revision) => Ok(revision),
            Done::OtherRevision => {
                let revision = store::users::revision(&services.db, account).await?;
                Err(Error::Revision(revision))
            }
            Done::Changed => Err(Error::Changed),
        }
    }
}

/// What undoes a transaction whose rows have changed since they were read.
const CHANGED: &str = "a user was changed meanwhile";
