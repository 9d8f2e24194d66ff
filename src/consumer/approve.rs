//! Where a consumer answers clients that wait elsewhere (CIBA §8): what waits for them, one at a time.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use pages::{DecidedOutcome, ErrorKind, FormTokens, ShownThere};

use super::granting::{Granting, must_sign_in_again};
use super::onward::Onward;
use crate::context::Context;
use crate::http::csrf::{self, Purpose};
use crate::http::input::Form;
use crate::http::page::Permissions;
use crate::http::{PageError, Visit};
use crate::model::backchannel::BackchannelRequest;
use crate::model::device::Decision;
use crate::model::{Client, SignedIn};
use crate::{issue, store};

/// How long a client that can't be called is left alone, the first time; then twice as long.
const PAUSE: Duration = Duration::from_secs(2);
/// How often it is called.
const CALLS: u32 = 4;

/// `GET /approve`: whatever waits for any of those who are signed in in this browser.
pub(super) async fn get(visit: Visit) -> Result<Response, PageError> {
    let everybody = visit.everybody().await?;
    if everybody.is_empty() {
        return visit.send_to(&Onward::Approve.login());
    }
    for known in &everybody {
        if let Some((request, client)) = waiting(&visit, known, None).await?
            && visit.keep(&known.session).await?
        {
            if must_sign_in_again(&client, known, visit.context.now) {
                return visit.send_to(&Onward::Approve.login_of_another());
            }
            return Ok(show(&visit, known, &request, &client));
        }
    }
    Ok(show_outcome(&visit, StatusCode::OK, DecidedOutcome::Nothing))
}

/// `POST /approve`
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let handle = form.get("interaction").unwrap_or_default();
    let theirs = |known: &SignedIn| about(known, handle);
    let Some(known) = csrf::whose(&visit, Purpose::Approve, theirs, &form).await? else {
        return visit.send_to(&Onward::Approve.login());
    };
    let Some((request, client)) = waiting(&visit, &known, Some(handle)).await? else {
        return Ok(show_outcome(
            &visit,
            StatusCode::UNPROCESSABLE_ENTITY,
            DecidedOutcome::Nothing,
        ));
    };
    if must_sign_in_again(&client, &known, visit.context.now) {
        return visit.send_to(&Onward::Approve.login_of_another());
    }
    let (granting, decision) = match form.get("decision") {
        Some("allow") => {
            let granting = Granting::of(&visit, &client, &known, &request.scope).await?;
            let allowed = granting.allowed(&known, &request.acr_values);
            (Some(granting), Decision::Allowed(allowed))
        }
        Some("deny") => (None, Decision::Denied),
        _ => return Err(PageError::with_detail(ErrorKind::InvalidRequest, "no decision")),
    };
    let outcome = match decision {
        Decision::Allowed(_) => DecidedOutcome::Allowed,
        Decision::Denied => DecidedOutcome::Denied,
    };
    if !decide(&visit, &request, granting, decision).await? {
        return Ok(show_outcome(
            &visit,
            StatusCode::UNPROCESSABLE_ENTITY,
            DecidedOutcome::Nothing,
        ));
    }
    let context = &visit.context;
    tracing::info!(
        target: "audit", event = "backchannel.decided", request_id = %context.request_id,
        account = %request.account_id, client = %client.client_id, sub = %request.sub, ip = %context.ip,
        decision = ?outcome, "a backchannel request was decided"
    );
    call(context.clone(), request, client);
    Ok(show_outcome(&visit, StatusCode::OK, outcome))
}

/// What waits for them under that handle, or first of all, with a client that may still act.
async fn waiting(
    visit: &Visit,
    known: &SignedIn,
    handle: Option<&str>,
) -> Result<Option<(BackchannelRequest, Arc<Client>)>, PageError> {
    let context = &visit.context;
    let (account, sub) = (&known.session.account_id, &known.session.sub);
    let (db, now) = (context.db(), context.now);
    let all: Vec<_> = match handle {
        Some(handle) => {
            let found = store::backchannel::find_undecided(db, account, sub, handle, now).await?;
            found.into_iter().collect()
        }
        None => store::backchannel::list_undecided(db, account, sub, now).await?,
    };
    for request in all {
        let client = context.services.clients.find(account, &request.client_id).await?;
        if let Some(client) = client.filter(|client| client.enabled) {
            return Ok(Some((request, client)));
        }
    }
    Ok(None)
}

async fn decide(
    visit: &Visit,
    request: &BackchannelRequest,
    granting: Option<Granting>,
    decision: Decision,
) -> Result<bool, PageError> {
    let context = &visit.context;
    let (clock, entropy) = (context.services.clock.clone(), context.services.entropy.clone());
    let (request, now) = (request.clone(), context.now);
    let decided = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                if !store::backchannel::decide(tx, &request, &decision, now).await? {
                    return Ok(false);
                }
                if let Some(granting) = &granting {
                    granting.write(tx, &clock, &entropy).await?;
                }
                Ok(true)
            })
        })
        .await?;
    Ok(decided)
}

/// Calls the client, where it wants to be called. It may ask of its own accord as well, so that a call that is lost costs
/// time alone; nobody waits for it here.
fn call(context: Context, request: BackchannelRequest, client: Arc<Client>) {
    if request.ping.is_none() {
        return;
    }
    drop(tokio::spawn(async move {
        let mut pause = PAUSE;
        for left in (0..CALLS).rev() {
            match issue::ping::send(&context, &request, &client).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(client = %client.client_id, %error, left, "a client could not be called");
                }
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }));
}

/// A form is bound to who is signed in now, and to the request that it is about.
fn about(known: &SignedIn, handle: &str) -> String {
    format!("{handle}.{}", known.session.sid)
}

fn show(visit: &Visit, known: &SignedIn, request: &BackchannelRequest, client: &Client) -> Response {
    let pages = visit.pages();
    let scopes: Vec<&str> = request.scope.iter().collect();
    let view = pages::Approval {
        frame: pages.frame(),
        action: &visit.path("approve"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Approve, &about(known, &request.handle)),
            interaction: &request.handle,
        },
        client_name: client.shown_name(),
        user: known.consumer.shown_name(),
        // It waits for them alone.
        others: None,
        shown_there: request.binding_message.as_deref().map(ShownThere::Message),
        scopes: &scopes,
    };
    pages.show(view.render(pages.locale()))
}

fn show_outcome(visit: &Visit, status: StatusCode, outcome: DecidedOutcome) -> Response {
    let pages = visit.pages();
    let view = pages::Decided {
        frame: pages.frame(),
        outcome,
    };
    pages.respond(status, view.render(pages.locale()), &Permissions::default())
}
