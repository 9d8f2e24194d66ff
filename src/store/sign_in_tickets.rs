//! Sign-in tickets: taken once, by one browser.

use super::query::FromRow;
use super::{Db, Result, Row, sql};
use crate::base::id::{AccountId, ClientId, Subject};
use crate::base::{Digest, Timestamp};
use crate::model::ticket::{SignInTicket, Ticket};

/// Who is signed in with a ticket, and when they were seen.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Who.
    pub sub: Subject,
    /// When.
    pub auth_time: Timestamp,
}

impl FromRow for Taken {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            sub: row.parse("sub")?,
            auth_time: row.time("auth_time")?,
        })
    }
}

/// A new ticket.
pub async fn insert(db: &Db, ticket: &Ticket) -> Result<()> {
    sql(
        "INSERT INTO sign_in_tickets (digest, account_id, client_id, sub, auth_time, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(ticket.digest)
    .bind(&ticket.account_id)
    .bind(&ticket.client_id)
    .bind(&ticket.sub)
    .bind(ticket.auth_time)
    .bind(ticket.expires_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// Takes a ticket, if it is for this client and not too old: only one caller ever gets it.
pub async fn take(
    db: &Db,
    account: &AccountId,
    client: &ClientId,
    digest: Digest<SignInTicket>,
    now: Timestamp,
) -> Result<Option<Taken>> {
    sql("DELETE FROM sign_in_tickets
         WHERE digest = $2 AND account_id = $1 AND client_id = $3 AND expires_at > $4
         RETURNING sub, auth_time")
    .bind(account)
    .bind(digest)
    .bind(client)
    .bind(now)
    .write_optional(db)
    .await
}
