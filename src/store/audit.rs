//! The record of changes.

use super::{Result, Tx, sql};
use crate::base::{Clock, Entropy, id};
use crate::model::audit::AuditEvent;

/// Writes an event, in the transaction of the change that it tells of (SEC-134).
pub async fn insert(tx: &mut Tx<'_>, event: &AuditEvent, clock: &Clock, entropy: &Entropy) -> Result<()> {
    sql("INSERT INTO audit (audit_id, account_id, at, event, actor, request_id, client_id, sub, ip, outcome, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
        .bind(id::fresh(clock, entropy))
        .bind(&event.account_id)
        .bind(clock.now())
        .bind(event.event)
        .bind(&event.actor)
        .bind(event.request_id.clone())
        .bind(event.client_id.as_ref())
        .bind(event.sub.as_ref())
        .bind(event.ip.clone())
        .bind(event.outcome.as_str())
        .bind(event.detail.to_string())
        .execute_in(tx)
        .await
        .map(|_| ())
}
