//! From anonymous to authenticated in one conversation (section 1.12 of the platform contract): an anonymous identity becomes
//! one consumer's, once, and is nobody's own from then on.

use http::StatusCode;
use serde_json::json;

use super::anonymous::Anonymous;
use crate::context::Context;
use crate::gateway::{Error, InternalCode};
use crate::model::audit::{AuditEvent, Outcome};
use crate::store::{self, merged_identities};

/// Makes the identity that `token` proves the consumer's. Asked again by the same consumer, it changes nothing.
pub(super) async fn merge(context: &Context, token: &str, consumer_id: &str) -> Result<(), Error> {
    let anonymous = Anonymous::refreshable(context, token).await?;
    let account = context.tenant.account.account_id.clone();
    let (sub, consumer, now) = (anonymous.sub.clone(), consumer_id.to_owned(), context.now);
    let event = AuditEvent {
        realm: (&account).into(),
        event: "consumer.stepped_up",
        actor: "consumer".to_owned(),
        request_id: Some(context.request_id.to_string()),
        client_id: None,
        sub: None,
        ip: Some(context.ip.to_string()),
        outcome: Outcome::Done,
        detail: json!({"anonymous_sub": sub, "consumer_id": consumer}),
    };
    let (clock, entropy) = (context.services.clock.clone(), context.services.entropy.clone());
    let taken = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                let taken = merged_identities::take(tx, &account, &sub, &consumer, now).await?;
                if taken {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(taken)
            })
        })
        .await?;
    if taken {
        return Ok(());
    }
    let account = &context.tenant.account.account_id;
    match merged_identities::find(context.db(), account, &anonymous.sub).await? {
        Some(owner) if owner == consumer_id => Ok(()),
        _ => Err(Error::new(
            StatusCode::CONFLICT,
            InternalCode::Conflict,
            "The anonymous identity is another consumer's.",
        )
        .because("step-up to a second consumer")),
    }
}

/// Who the consumer was before they logged in, newest first.
pub(super) async fn earlier(context: &Context, consumer_id: &str) -> Result<Vec<String>, Error> {
    let account = &context.tenant.account.account_id;
    Ok(merged_identities::list(context.db(), account, consumer_id).await?)
}
