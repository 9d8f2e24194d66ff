//! `login_hint_token`: a consumer whom a program of the brand's has signed in.

use std::sync::Arc;

use axum::response::Response;

use super::Stop;
use crate::base::id::Subject;
use crate::base::{Digest, OneTime};
use crate::http::Visit;
use crate::http::cookies::Cookie;
use crate::http::visit::add_cookie;
use crate::login::Sessions;
use crate::model::interaction::Progress;
use crate::model::session::SessionCookie;
use crate::model::{Client, ConsumerStatus, Session};
use crate::store::sign_in_tickets;

/// The session that a ticket begins, and its cookie.
pub(super) struct SignedIn {
    pub(super) session: Arc<Session>,
    pub(super) cookie: OneTime<SessionCookie>,
}

/// Takes the ticket and begins a session for its consumer, in the place of whoever is signed in here (SEC-030). Nobody is,
/// where it is no ticket for this client any more: it names another than it seems, perhaps.
pub(super) async fn redeem(
    visit: &Visit,
    client: &Client,
    presented: &str,
) -> Result<Option<SignedIn>, Stop> {
    let context = &visit.context;
    let account = &context.tenant.account.account_id;
    let digest = Digest::of(presented);
    let taken = sign_in_tickets::take(context.db(), account, &client.client_id, digest, context.now).await?;
    let Some(taken) = taken else {
        tracing::warn!(
            target: "audit", event = "ticket.refused", request_id = %context.request_id, %account,
            client = %client.client_id, ip = %context.ip, "not a ticket, or not one any more"
        );
        return Ok(None);
    };
    if !may_log_in(visit, &taken.sub).await? {
        return Ok(None);
    }
    let former = visit.session_untouched().await?;
    let sessions = &context.services.sessions;
    let (cookie, mut session) = sessions.begin(account, &taken.sub, Vec::new(), former.as_deref());
    session.auth_time = match &former {
        Some(former) if former.sub == taken.sub => former.auth_time.max(taken.auth_time),
        _ => taken.auth_time,
    };
    let (stored, replaced) = (session.clone(), former.clone());
    context
        .db()
        .transaction(move |tx| {
            Box::pin(async move { Sessions::store(tx, &stored, replaced.as_deref()).await })
        })
        .await?;
    if let Some(former) = former {
        sessions.remove(&former);
    }
    tracing::info!(
        target: "audit", event = "ticket.redeemed", request_id = %context.request_id, %account,
        client = %client.client_id, sub = %taken.sub, ip = %context.ip, "signed in with a ticket"
    );
    Ok(Some(SignedIn {
        session: Arc::new(session),
        cookie,
    }))
}

/// Who is there, and that they have just signed in for this very request.
pub(super) fn standing(signed_in: Option<&SignedIn>) -> (Option<Arc<Session>>, Progress) {
    let Some(SignedIn { session, .. }) = signed_in else {
        return (None, Progress::default());
    };
    let progress = Progress {
        logged_in: Some(session.sub.clone()),
        ..Progress::default()
    };
    (Some(Arc::clone(session)), progress)
}

/// Gives the browser the session's cookie, until it is closed.
pub(super) fn remember(visit: &Visit, signed_in: &SignedIn, mut response: Response) -> Response {
    let cookie = Cookie::Session.set(&visit.context, signed_in.cookie.expose(), None);
    add_cookie(&mut response, &cookie);
    response
}

async fn may_log_in(visit: &Visit, sub: &Subject) -> Result<bool, Stop> {
    let context = &visit.context;
    let account = &context.tenant.account.account_id;
    let consumer = context.services.consumers.find(account, sub).await?;
    Ok(consumer.is_some_and(|it| it.status == ConsumerStatus::Active))
}
