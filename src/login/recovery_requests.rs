//! Links that consumers ask for: per whoever is meant, whichever of their names is typed, so that nobody's mailbox is filled
//! (SEC-165). What an address may ask for is counted elsewhere.

use std::time::Duration;

use super::guesses::digest_of;
use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};
use crate::store::login_attempts::{self, Admission, Bucket, Forget, Policy};
use crate::store::{Db, Result};

/// Four at once; then a minute between two, which doubles up to a quarter of an hour. Forgotten an hour after the last.
const POLICY: Policy = Policy {
    attempts: 4,
    delay: Duration::from_mins(1),
    delay_max: Duration::from_mins(15),
    most: u32::MAX,
    forget: Forget::AfterLast(Duration::from_hours(1)),
};

/// Counts one more, and tells whether it is not one too many. Names that nobody has are counted like those that somebody has.
pub async fn admit(
    db: &Db,
    account: &AccountId,
    known: Option<&Subject>,
    name: &str,
    now: Timestamp,
) -> Result<bool> {
    let bucket = Bucket {
        name: known.map_or_else(
            || format!("recover-id:{}", digest_of(name)),
            |sub| format!("recover:{sub}"),
        ),
        policy: POLICY,
    };
    let admission = login_attempts::admit(db, account, vec![bucket], now).await?;
    Ok(admission == Admission::Admitted)
}
