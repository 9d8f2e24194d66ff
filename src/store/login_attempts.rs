//! Guesses at a login: counted before the hash is computed, so that no number of parallel guesses gets past the limit,
//! on however many nodes (SEC-087).
//!
//! A bucket is a subject or a source. Each of the first few guesses is let through; from the limit on, each one that is
//! let through blocks the next for a delay that doubles, up to a longest one (SEC-088: nobody is shut out for good).

use std::time::Duration;

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AdministratorId, Realm, Subject};
use crate::model::UserId;

/// How a bucket counts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Guesses that are let through without a delay.
    pub attempts: u32,
    /// The first delay.
    pub delay: Duration,
    /// The longest one …
    pub delay_max: Duration,
    /// … until there were so many; from then on there is one in [`PAUSE`].
    pub most: u32,
    /// When guesses are forgotten.
    pub forget: Forget,
}

/// How long each guess blocks the next once there were too many.
pub const PAUSE: Duration = Duration::from_hours(24);

/// When guesses are forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forget {
    /// That long after the last one.
    AfterLast(Duration),
    /// That long after the first one.
    AfterFirst(Duration),
}

/// A bucket with its policy.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name: nothing that tells who it is to a reader of the table.
    pub name: String,
    /// How it counts.
    pub policy: Policy,
}

/// The name of a consumer's bucket.
pub fn of_subject(sub: &Subject) -> String {
    format!("sub:{sub}")
}

/// The name of a user's bucket.
pub fn of_user(id: UserId) -> String {
    format!("user:{id}")
}

/// The name of an administrator's bucket.
pub fn of_administrator(id: &AdministratorId) -> String {
    format!("admin:{id}")
}

/// Whether a guess may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may, and is counted.
    Admitted,
    /// Not before that instant. It isn't counted, so that guesses that are turned away lengthen nothing.
    Blocked(Timestamp),
}

/// Counts a guess in each of `buckets` in turn, in one transaction, up to the first that blocks it. Those before
/// that one keep the count.
pub async fn admit(
    db: &Db,
    realm: impl Into<Realm>,
    buckets: Vec<Bucket>,
    now: Timestamp,
) -> Result<Admission> {
    let realm = realm.into();
    db.transaction(move |tx| {
        Box::pin(async move {
            for bucket in &buckets {
                if let blocked @ Admission::Blocked(_) = count(tx, &realm, bucket, now).await? {
                    return Ok(blocked);
                }
            }
            Ok(Admission::Admitted)
        })
    })
    .await
}

/// One statement decides and counts: the row's lock makes guesses take turns.
async fn count(tx: &mut Tx<'_>, realm: &Realm, bucket: &Bucket, now: Timestamp) -> Result<Admission> {
    let policy = &bucket.policy;
    let (forget_at, sliding) = match policy.forget {
        Forget::AfterLast(after) => (now + after, true),
        Forget::AfterFirst(after) => (now + after, false),
    };
    let first = if policy.attempts <= 1 {
        (now + policy.delay).millis()
    } else {
        0
    };
    let counted: Option<i64> = sql(
        "INSERT INTO login_attempts (account_id, bucket, failures, blocked_until, expires_at)
         VALUES ($1, $2, 1, CAST($4 AS BIGINT), CAST($5 AS BIGINT))
         ON CONFLICT (account_id, bucket) DO UPDATE SET
             failures = CASE WHEN login_attempts.expires_at <= $3 THEN 1 ELSE login_attempts.failures + 1 END,
             blocked_until = CASE
                 WHEN login_attempts.expires_at <= $3 THEN CAST($4 AS BIGINT)
                 WHEN login_attempts.failures + 1 < CAST($7 AS BIGINT) THEN 0
                 WHEN login_attempts.failures + 1 >= CAST($11 AS BIGINT) THEN $3 + CAST($12 AS BIGINT)
                 WHEN login_attempts.failures + 1 - CAST($7 AS BIGINT) >= CAST($10 AS BIGINT)
                     THEN $3 + CAST($9 AS BIGINT)
                 ELSE $3 + (CAST($8 AS BIGINT) << CAST(login_attempts.failures + 1 - CAST($7 AS BIGINT) AS INTEGER))
             END,
             expires_at = CASE WHEN login_attempts.expires_at <= $3 OR $6 THEN CAST($5 AS BIGINT)
                               ELSE login_attempts.expires_at END
         WHERE login_attempts.blocked_until <= $3
         RETURNING failures",
    )
    .bind(realm)
    .bind(&bucket.name)
    .bind(now)
    .bind(first)
    .bind(forget_at)
    .bind(sliding)
    .bind(i64::from(policy.attempts.max(1)))
    .bind(millis(policy.delay))
    .bind(millis(policy.delay_max))
    .bind(policy.doublings())
    .bind(i64::from(policy.most))
    .bind(millis(PAUSE))
    .fetch_optional_in(tx)
    .await?;
    if counted.is_some() {
        return Ok(Admission::Admitted);
    }
    let blocked_until: Option<i64> =
        sql("SELECT blocked_until FROM login_attempts WHERE account_id = $1 AND bucket = $2")
            .bind(realm)
            .bind(&bucket.name)
            .fetch_optional_in(tx)
            .await?;
    // Whoever took the row away in between has only just logged in: a moment's wait is right.
    Ok(Admission::Blocked(
        blocked_until.map_or(now, Timestamp::from_millis),
    ))
}

impl Policy {
    /// From how many doublings on the delay is the longest one. Fewer than 40, so that a shift can't overflow.
    fn doublings(&self) -> i64 {
        let (delay, longest) = (millis(self.delay).max(1), millis(self.delay_max));
        (0..40_u32)
            .find(|doublings| delay.checked_shl(*doublings).is_none_or(|delay| delay >= longest))
            .map_or(40, i64::from)
    }
}

fn millis(duration: Duration) -> i64 {
    // A year is longer than any delay, and keeps the sums far from overflowing.
    const YEAR: i64 = 365 * 24 * 3600 * 1000;
    i64::try_from(duration.as_millis()).unwrap_or(YEAR).min(YEAR)
}

/// Takes back one guess of a bucket: it was right, or was never made. What it blocked is free again.
pub async fn take_back(tx: &mut Tx<'_>, realm: impl Into<Realm>, bucket: &Bucket) -> Result<u64> {
    sql("UPDATE login_attempts SET failures = failures - 1,
                blocked_until = CASE WHEN failures - 1 < CAST($3 AS BIGINT) THEN 0 ELSE blocked_until END
         WHERE account_id = $1 AND bucket = $2 AND failures > 0")
    .bind(&realm.into())
    .bind(&bucket.name)
    .bind(i64::from(bucket.policy.attempts.max(1)))
    .execute_in(tx)
    .await
}

/// Forgets all guesses of a bucket.
pub async fn delete(tx: &mut Tx<'_>, realm: impl Into<Realm>, name: &str) -> Result<u64> {
    sql("DELETE FROM login_attempts WHERE account_id = $1 AND bucket = $2")
        .bind(&realm.into())
        .bind(name)
        .execute_in(tx)
        .await
}

/// What a bucket holds, for people who look into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// Guesses that were let through and were not right.
    pub failures: i64,
    /// Until when further ones are turned away.
    pub blocked_until: Timestamp,
}

impl FromRow for Attempts {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            failures: row.get("failures")?,
            blocked_until: row.time("blocked_until")?,
        })
    }
}

/// What a bucket holds, unless it is forgotten.
pub async fn find(db: &Db, realm: impl Into<Realm>, name: &str, now: Timestamp) -> Result<Option<Attempts>> {
    sql("SELECT failures, blocked_until FROM login_attempts
         WHERE account_id = $1 AND bucket = $2 AND (expires_at > $3 OR blocked_until > $3)")
    .bind(&realm.into())
    .bind(name)
    .bind(now)
    .fetch_optional(db)
    .await
}
