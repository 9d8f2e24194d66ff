//! Verifying the record where it is kept, while others write to it.

use super::PAGE;
use super::chain::{Broken, Chain, How, Verified};
use crate::base::id::Realm;
use crate::model::audit::{Entry, Head};
use crate::store::{self, Db, Result, audit, audit_chains, audit_realms};

/// Follows the chains of all realms, in the order of their ids.
pub async fn verify_all(db: &Db) -> Result<Vec<std::result::Result<Verified, Broken>>> {
    let (mut chains, mut realm) = (Vec::new(), None);
    while let Some(next) = audit_realms::next(db, realm.as_deref()).await? {
        let found = next
            .parse::<Realm>()
            .map_err(|error| store::Error::Corrupt(format!("account_id: {error}")))?;
        chains.push(verify(db, &found, None).await?);
        realm = Some(next);
    }
    Ok(chains)
}

/// Follows a realm's chain from its beginning to where it stands. `noted` is an entry that it must hold.
pub async fn verify(
    db: &Db,
    realm: &Realm,
    noted: Option<Head>,
) -> Result<std::result::Result<Verified, Broken>> {
    let mut chain = Chain::new(realm.as_str(), noted);
    let before = audit::count_before_chain(db, realm).await?;
    chain.unchained(u64::try_from(before).unwrap_or_default());
    loop {
        // The head is read first: what it names was committed with it, and so must be among the rows.
        let head = audit_chains::find(db, realm).await?;
        let Some(rows) = page(db, realm, chain.reached()).await? else {
            return Ok(Err(chain.broken(chain.reached() + 1, How::Unreadable)));
        };
        if rows.is_empty() {
            return Ok(chain.end(head.as_ref()));
        }
        for row in &rows {
            if let Err(broken) = chain.follow(row) {
                return Ok(Err(broken));
            }
        }
        // Rows that came since belong to a head that came with them.
        if head.is_none_or(|head| head.seq < chain.reached()) {
            let head = audit_chains::find(db, realm).await?;
            if head.as_ref().is_none_or(|head| head.seq < chain.reached()) {
                return Ok(chain.end(head.as_ref()));
            }
        }
    }
}

/// The next rows; `None` where the very next one can't be read.
async fn page(db: &Db, realm: &Realm, after: i64) -> Result<Option<Vec<Entry>>> {
    for limit in [PAGE, 1] {
        match audit::list_chain(db, realm, after, limit).await {
            Ok(rows) => return Ok(Some(rows)),
            // A value of another type than its column's: somebody put it there. Which row it is, is found one by one.
            Err(store::Error::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
