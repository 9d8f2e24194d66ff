use serde_json::json;

use crate::context::Context;
use crate::directory::{By, Result};
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::sso::{SsoConnection, SsoKind};
use crate::store;

/// Puts on the record that a connection let nobody in by what came from its identity provider, with the reason, which
/// nobody else is told. Callers bound how often one address makes them do so.
pub async fn record_refused(context: &Context, connection: &SsoConnection, reason: &str) -> Result<()> {
    let event = match connection.kind {
        SsoKind::Oidc => "federation.token_rejected",
        SsoKind::Saml => "saml.rejected",
    };
    tracing::warn!(
        target: "audit", event, request_id = %context.request_id, ip = %context.ip, account = %connection.account_id,
        connection = %connection.name, reason, "nobody is let in by single sign-on"
    );
    let by = By {
        request_id: Some(context.request_id.to_string()),
        ip: Some(context.ip.to_string()),
        ..By::system()
    };
    let detail = json!({"connection": connection.name, "reason": reason});
    let event = AuditEvent {
        outcome: Outcome::Refused,
        ..by.did(&connection.account_id, event, None, detail)
    };
    let (clock, entropy) = (context.services.clock.clone(), context.services.entropy.clone());
    let written = context.db().transaction(move |tx| {
        Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy).await })
    });
    Ok(written.await?)
}
