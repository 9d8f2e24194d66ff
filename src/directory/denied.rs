use serde_json::Value;

use super::{By, Result};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::model::audit::{AuditEvent, Outcome};
use crate::store;

/// Puts on the record that somebody wanted what they may not have. Callers bound how often one address makes them do so.
pub async fn record_denied(services: &Services, by: &By, account: &AccountId, detail: Value) -> Result<()> {
    let event = AuditEvent {
        outcome: Outcome::Refused,
        ..by.did(account, "authz.denied", None, detail)
    };
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy).await })
        })
        .await?;
    Ok(())
}
