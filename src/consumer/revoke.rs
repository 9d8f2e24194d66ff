//! What a consumer ends on their own page: at once, at every endpoint (SEC-179).

use axum::response::Response;
use pages::ErrorKind;
use serde_json::{Value, json};

use crate::base::id::{ClientId, SessionId};
use crate::http::{PageError, Visit, signing_out};
use crate::model::SignedIn;
use crate::model::audit::{AuditEvent, Outcome};
use crate::store;

/// Ends one of their sessions; this one with all that goes with a logout.
pub(super) async fn session(visit: &Visit, known: &SignedIn, sid: &str) -> Result<Response, PageError> {
    if sid == known.session.sid.as_str() {
        return signing_out::end(visit, &[&known.session], None).await;
    }
    let context = &visit.context;
    let (account, sub) = (&known.session.account_id, &known.session.sub);
    let theirs = store::sessions::list_of_subject(context.db(), account, sub, context.now).await?;
    let sid = SessionId::parse(sid).ok();
    let Some(session) = theirs
        .into_iter()
        .find(|session| Some(&session.sid) == sid.as_ref())
    else {
        // It has ended meanwhile, or is somebody else's: either way nothing is left to do.
        return visit.send_to("me");
    };
    context.services.sessions.end(&session).await?;
    tracing::info!(
        target: "audit", event = "session.terminated", request_id = %context.request_id, %account, %sub,
        ip = %context.ip, "signed out from another browser"
    );
    context.services.sessions.forget();
    visit.send_to("me")
}

/// Takes back what they allowed a client, with every token of it.
pub(super) async fn consent(visit: &Visit, known: &SignedIn, client: &str) -> Result<Response, PageError> {
    let client = ClientId::parse(client)
        .map_err(|_| PageError::with_detail(ErrorKind::InvalidRequest, "not a client's id"))?;
    let context = &visit.context;
    let event = event(visit, known, "consent.revoked", Some(client.clone()), json!({}));
    let (clock, entropy, now) = (
        context.services.clock.clone(),
        context.services.entropy.clone(),
        context.now,
    );
    let (account, sub) = (known.session.account_id.clone(), known.session.sub.clone());
    context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                if store::grants::revoke(tx, &account, &sub, &client, now).await? > 0 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(())
            })
        })
        .await?;
    visit.send_to("me")
}

/// Ends all their sessions and takes back all their tokens, and what they allowed; this browser ends as by a logout.
pub(super) async fn all(visit: &Visit, known: &SignedIn) -> Result<Response, PageError> {
    let context = &visit.context;
    let (account, sub) = (known.session.account_id.clone(), known.session.sub.clone());
    let grants = store::grants::list_of_subject(context.db(), &account, &sub).await?;
    let response = signing_out::end(visit, &[&known.session], None).await?;
    let event = event(
        visit,
        known,
        "consumer.signed_out_everywhere",
        None,
        json!({"consents": grants.len()}),
    );
    let (clock, entropy, now) = (
        context.services.clock.clone(),
        context.services.entropy.clone(),
        context.now,
    );
    context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                store::consumers::end_all(tx, &account, &sub, now).await?;
                for grant in grants {
                    store::grants::revoke(tx, &account, &sub, &grant.client_id, now).await?;
                }
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await?;
    context.services.sessions.forget();
    Ok(response)
}

fn event(
    visit: &Visit,
    known: &SignedIn,
    event: &'static str,
    client_id: Option<ClientId>,
    detail: Value,
) -> AuditEvent {
    let context = &visit.context;
    AuditEvent {
        realm: (&known.session.account_id).into(),
        event,
        actor: "consumer".to_owned(),
        request_id: Some(context.request_id.as_ref().to_owned()),
        client_id,
        sub: Some(known.session.sub.clone()),
        ip: Some(context.ip.to_string()),
        outcome: Outcome::Done,
        detail,
    }
}
