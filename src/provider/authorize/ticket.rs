//! `login_hint_token`: a consumer whom a program of the brand's has signed in.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use oauth::{MaxAge, Parameters, Prompt};

use super::Stop;
use crate::base::{Digest, OneTime, Timestamp};
use crate::http::{PageError, Visit};
use crate::login::Sessions;
use crate::model::interaction::{AuthorizationRequest, Progress};
use crate::model::session::SessionCookie;
use crate::model::{Client, ConsumerStatus, SignedIn};
use crate::store::sign_in_tickets;

/// The session that a ticket begins, and its cookie.
pub(super) struct TicketHolder {
    pub(super) known: SignedIn,
    /// None where another consumer is signed in here: a link that somebody else made signs nobody out.
    pub(super) cookie: Option<OneTime<SessionCookie>>,
}

/// The ticket of a request that comes as it is. One that was pushed or signed says all there is to say (SEC-027), and
/// anybody could write a ticket beside it.
pub(super) fn of<'p>(client: &Client, parameters: &'p Parameters) -> Option<&'p str> {
    let settings = &client.settings;
    let is_plain = ["request", "request_uri"]
        .iter()
        .all(|name| parameters.get(name).is_none());
    let may_be_plain = !client.must_push() && !settings.require_signed_request_object;
    parameters
        .get("login_hint_token")
        .filter(|_| is_plain && may_be_plain)
}

/// Takes the ticket and begins a session for its consumer. It is this browser's from now on, unless another consumer is
/// signed in here: then it serves this request alone. Nobody is signed in where it is no ticket for this client any more: it
/// names another than it seems, perhaps.
pub(super) async fn redeem(
    visit: &Visit,
    client: &Client,
    presented: &str,
) -> Result<Option<TicketHolder>, Stop> {
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
    let consumer = context.services.consumers.find(account, &taken.sub).await?;
    let Some(consumer) = consumer.filter(|it| it.status == ConsumerStatus::Active) else {
        return Ok(None);
    };
    let here = visit.sessions().await?;
    let former = here.of_subject(&taken.sub).cloned();
    let anothers = former.is_none() && !here.is_empty();
    let sessions = &context.services.sessions;
    let (cookie, mut session) = sessions.begin(account, &taken.sub, Vec::new(), former.as_deref());
    session.auth_time = match &former {
        Some(former) => former.auth_time.max(taken.auth_time),
        None => taken.auth_time,
    };
    let (stored, replaced) = (session.clone(), former.clone());
    let is_stored = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move { Sessions::store(tx, &stored, replaced.as_deref()).await })
        })
        .await?;
    if !is_stored {
        return Ok(None);
    }
    if let Some(former) = former {
        sessions.remove(&former);
    }
    tracing::info!(
        target: "audit", event = "ticket.redeemed", request_id = %context.request_id, %account,
        client = %client.client_id, sub = %taken.sub, ip = %context.ip, "signed in with a ticket"
    );
    Ok(Some(TicketHolder {
        known: SignedIn {
            session: Arc::new(session),
            consumer,
        },
        cookie: (!anothers).then_some(cookie),
    }))
}

/// How long ago the brand may have seen a consumer who is to log in anew.
const FRESH: Duration = Duration::from_mins(1);

/// Who is there, and whether they have signed in for this very request: the brand says when it saw them (SEC-030).
pub(super) fn standing(
    holder: Option<&TicketHolder>,
    request: &AuthorizationRequest,
    now: Timestamp,
) -> (Vec<SignedIn>, Progress) {
    let Some(TicketHolder { known, .. }) = holder else {
        return (Vec::new(), Progress::default());
    };
    let session = &known.session;
    let age = now.since(session.auth_time);
    let too_old = |max_age: &MaxAge| age > Duration::from_secs(max_age.seconds().into());
    let is_stale = request.max_age.as_ref().is_some_and(too_old)
        || (request.prompt.contains(Prompt::Login) && age > FRESH);
    let progress = Progress {
        logged_in: (!is_stale).then(|| session.sub.clone()),
        ..Progress::default()
    };
    (vec![known.clone()], progress)
}

/// Gives the browser the session's cookie, until it is closed.
pub(super) async fn remember(
    visit: &Visit,
    holder: &TicketHolder,
    mut response: Response,
) -> Result<Response, PageError> {
    if let Some(cookie) = &holder.cookie {
        let here = visit.sessions().await?;
        here.carry(visit, &mut response, (cookie, &holder.known.session), Some(false));
    }
    Ok(response)
}
