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
    /// Whether they have just shown who they are, as whoever changes how they themselves are reached must (SEC-090).
    pub is_fresh: bool,
    /// Whether they have shown it well enough to let others administer anything (SEC-130).
    pub may_promote: bool,
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
            is_fresh: true,
            may_promote: true,
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

    /// Refuses whoever signed in too long ago, or by too little, to give somebody what `after` has beyond `before` (SEC-130).
    pub(in crate::directory) fn may_promote(&self, before: &Privileges, after: &Privileges) -> Result<()> {
        if self.may_promote || !after.administer_beyond(before) {
            Ok(())
        } else {
            Err(Error::ReauthRequired)
        }
    }

    pub(super) fn is(&self, id: UserId) -> bool {
        self.user == Some(id)
    }
}

/// How a change in a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::directory) enum Written {
    /// All is written.
    Done,
    /// Something isn't as it was read: all is undone.
    Changed,
    /// Nobody would be left to administer the account's users: all is undone.
    LastAdministrator,
}

type Step<'t> = std::pin::Pin<Box<dyn Future<Output = store::Result<Written>> + Send + 't>>;

impl Changer {
    /// Makes a change, with its rows on the record and the account's next revision, which `change` is told. Changes of one
    /// account take turns, so that what `change` reads is what there is.
    pub(in crate::directory) async fn write<F>(
        &self,
        services: &Services,
        account: &AccountId,
        events: Vec<AuditEvent>,
        change: F,
    ) -> Result<i64>
    where
        F: for<'t> FnOnce(&'t mut store::Tx<'_>, i64) -> Step<'t> + Send + 'static,
    {
        let (clock, entropy, expected) = (services.clock.clone(), services.entropy.clone(), self.revision);
        let id = account.clone();
        let done = services
            .db
            .transaction(move |tx| {
                Box::pin(async move {
                    let Some(revision) = store::users::advance(tx, &id, expected).await? else {
                        return Ok(None);
                    };
                    match change(tx, revision).await? {
                        Written::Done => {}
                        Written::Changed => return Err(store::Error::Fault(CHANGED.to_owned())),
                        Written::LastAdministrator => return Err(store::Error::Fault(LAST.to_owned())),
                    }
                    for event in &events {
                        store::audit::insert(tx, event, &clock, &entropy).await?;
                    }
                    Ok(Some(revision))
                })
            })
            .await;
        match done {
            Ok(Some(revision)) => Ok(revision),
            Ok(None) => Err(Error::Revision(
                store::users::revision(&services.db, account).await?,
            )),
            Err(store::Error::Fault(why)) if why == CHANGED => Err(Error::Changed),
            Err(store::Error::Fault(why)) if why == LAST => Err(Error::LastAdministrator),
            Err(error) => Err(error.into()),
        }
    }

    /// For a change that changes nothing: the account's revision, if it is the one that is expected.
    pub(super) async fn unchanged(&self, services: &Services, account: &AccountId) -> Result<i64> {
        let revision = store::users::revision(&services.db, account).await?;
        match self.revision {
            Some(expected) if expected != revision => Err(Error::Revision(revision)),
            _ => Ok(revision),
        }
    }
}

/// What undoes a transaction whose rows have changed since they were read …
const CHANGED: &str = "a user was changed meanwhile";
/// … and one after which nobody would administer the account's users.
const LAST: &str = "nobody would administer the account's users";
