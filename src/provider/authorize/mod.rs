//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): received, identified, validated, and then
//! answered or handed to the consumer's pages.

mod asked;
mod checks;
pub(super) mod embedded;
pub(super) mod encrypted;
mod jarm;
mod object;
mod request;
mod response;
mod ticket;

use std::sync::Arc;

use axum::response::Response;
use oauth::{Parameters, Prompt};

pub(super) use self::asked::pushable;
use self::asked::{Asked, Endpoint, unknown};
pub(super) use self::checks::{acr_values, is_served};
use self::request::{Identified, Refused};
use crate::base::OneTime;
use crate::http::input::{Form, Query};
use crate::http::pending::Pending;
use crate::http::{PageError, Purpose, Visit};
use crate::issue::interaction::{self, Needed, Ready, Reason};
use crate::model::interaction::{AuthorizationRequest, Interaction, InteractionHandle, Progress};
use crate::model::pushed_request::RequestUri;
use crate::model::{ClientPolicy, RegisteredBy};
use crate::store;

/// What stops a request: a page for the person, or an answer to the client.
#[derive(Debug)]
enum Stop {
    Page(PageError),
    Client(Box<Refused>),
}

impl<E: Into<PageError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Page(error.into())
    }
}

impl Stop {
    fn client(to: &Identified, error: impl Into<oauth::Error>) -> Self {
        Self::Client(Box::new(to.refuse(error)))
    }
}

/// `GET /authorize`
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    finish(&visit, begin(&visit, &query).await).await
}

/// `POST /authorize`: parameters in the form, or in the query, and none in both (SEC-020).
pub(super) async fn post(visit: Visit, Query(query): Query, Form(form): Form) -> Result<Response, PageError> {
    let parameters = Parameters::merge(query, form)?;
    if let Some(page) = visit.once_more_by_get("authorize", &parameters) {
        return visit.send_to(&page);
    }
    finish(&visit, begin(&visit, &parameters).await).await
}

/// `GET /authorize/resume`: the consumer comes back from a page of ours.
pub(super) async fn resume(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    finish(&visit, go_on(&visit, &query).await).await
}

async fn finish(visit: &Visit, outcome: Result<Response, Stop>) -> Result<Response, PageError> {
    match outcome {
        Ok(response) => Ok(response),
        Err(Stop::Page(error)) => Err(error),
        Err(Stop::Client(refused)) => response::refuse(visit, &refused).await,
    }
}

async fn begin(visit: &Visit, parameters: &Parameters) -> Result<Response, Stop> {
    let context = &visit.context;
    let by_reference = parameters.get("request_uri");
    if by_reference.is_some_and(|uri| !uri.starts_with(RequestUri::PREFIX)) {
        // Strangers can make us call its client's server: an address can't do so without end.
        visit.count(Purpose::Authorize)?;
    }
    let asked = match Asked::read(context, Endpoint::Authorize, parameters).await {
        Err(Stop::Client(refused)) if waits_for_a_person(&refused.to, parameters) => {
            return response::refuse_on_page(visit, &refused).map_err(Stop::Page);
        }
        asked => asked?,
    };
    let (identified, request) = (&asked.identified, &asked.request);
    let silent = request.prompt.contains(Prompt::None);
    let client = Arc::clone(&identified.client);
    let signed_in = match ticket::of(&client, parameters) {
        Some(presented) => Some(ticket::redeem(visit, &client, presented).await?),
        None => None,
    };
    let (everybody, progress) = match &signed_in {
        None => (visit.everybody().await?, Progress::default()),
        Some(signed_in) => ticket::standing(signed_in.as_ref(), request, context.now),
    };
    let mut required = interaction::required(context, &client, request, &everybody, &progress).await?;
    if !silent {
        required = still(visit, required).await?;
    }
    let outcome = match required {
        Ok(ready) => {
            let answer = issue(visit, identified, request, &ready).await?;
            asked.use_up(visit).await?;
            Ok(response::tell(visit, identified, answer, Some(&ready.session)).await?)
        }
        Err(needed) if silent => {
            asked.use_up(visit).await?;
            Err(Stop::client(identified, needed.reason.error()))
        }
        Err(needed) => hand_over(visit, asked, needed.reason, progress).await,
    };
    let response = finish(visit, outcome).await?;
    Ok(match signed_in.flatten() {
        Some(signed_in) => ticket::remember(visit, &signed_in, response).await?,
        None => response,
    })
}

/// The session of who is there is used: its idle end moves on. Where it was ended meanwhile, somebody must sign in.
async fn still(visit: &Visit, required: Result<Ready, Needed>) -> store::Result<Result<Ready, Needed>> {
    Ok(match required {
        Ok(ready) if !visit.keep(&ready.session).await? => Err(Reason::Login.into()),
        required => required,
    })
}

/// A client that anybody registered could use us to send people wherever it likes, with an error for a pretext: whoever
/// has done nothing yet is shown a link instead (SEC-037). What is certified sends them at once, and so does a request
/// that nobody sees.
fn waits_for_a_person(identified: &Identified, parameters: &Parameters) -> bool {
    let settings = &identified.client.settings;
    settings.registered_by == RegisteredBy::Anybody
        && settings.policy == ClientPolicy::Strict
        && parameters.get("prompt") != Some("none")
}

/// What the client gets, before it is sent.
async fn issue(
    visit: &Visit,
    identified: &Identified,
    request: &AuthorizationRequest,
    ready: &Ready,
) -> Result<oauth::AuthorizationResponse, Stop> {
    // An app that signs its consumer in again and again shall not do so for ever (F-34).
    visit.count_consumer(Purpose::Authorize, &ready.session.sub)?;
    let issued = response::issue(&visit.context, &identified.client, request, ready).await;
    issued.map_err(|error| {
        // What passes is worth another try by the person, unless there is none.
        if error.passes() && !request.prompt.contains(Prompt::None) {
            Stop::Page(PageError::busy(error.to_string()))
        } else {
            Stop::client(identified, error)
        }
    })
}

/// Keeps the request for this browser alone (SEC-031), and shows the page of the first thing to do.
async fn hand_over(
    visit: &Visit,
    asked: Asked,
    reason: Reason,
    progress: Progress,
) -> Result<Response, Stop> {
    let context = &visit.context;
    let services = &context.services;
    // The one thing that strangers can make us store (SEC-173): an address must not use up what its account may have.
    visit.count(Purpose::Authorize)?;
    let handle = OneTime::<InteractionHandle>::fresh(&services.entropy);
    let (request, pushed) = asked.keep();
    let interaction = Interaction {
        digest: handle.digest(),
        account_id: context.tenant.account.account_id.clone(),
        browser: visit.browser(),
        request,
        progress,
        created_at: context.now,
        expires_at: context.now + services.settings.login.interaction_ttl.get(),
    };
    visit.count_account_bytes(Purpose::Interaction, interaction.stored_bytes())?;
    let Some(pushed) = pushed else {
        store::interactions::insert(context.db(), &interaction).await?;
        return to_page(visit, reason, &handle);
    };
    let taken = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                let taken = store::pushed_requests::take(tx, &interaction.account_id, pushed).await?;
                if taken {
                    store::interactions::insert_in(tx, &interaction).await?;
                }
                Ok(taken)
            })
        })
        .await?;
    if !taken {
        return Err(unknown().into());
    }
    to_page(visit, reason, &handle)
}

fn to_page(visit: &Visit, reason: Reason, handle: &OneTime<InteractionHandle>) -> Result<Response, Stop> {
    let page = match reason {
        // Where another is expected, signing in again is how they come.
        Reason::Login | Reason::FreshLogin | Reason::OtherConsumer => "login",
        Reason::Create => "register-account",
        Reason::Choose => "select-account",
        Reason::Consent => "consent",
    };
    Ok(visit.send_to(&format!("{page}?interaction={}", handle.expose()))?)
}

/// Answers an interaction that has come to its end, or shows what is still to be done (SEC-032).
async fn go_on(visit: &Visit, parameters: &Parameters) -> Result<Response, Stop> {
    let pending = Pending::demanded(visit, parameters).await?;
    let Interaction {
        request, progress, ..
    } = &pending.interaction;
    let identified = Identified::stored(&pending.client, request)?;
    if progress.denied {
        pending.take(visit).await?;
        let refusal = oauth::Error::access_denied("The user said no.");
        return Err(Stop::client(&identified, refusal));
    }
    let everybody = visit.everybody().await?;
    let required =
        interaction::required(&visit.context, &pending.client, request, &everybody, progress).await?;
    match still(visit, required).await? {
        Ok(ready) => {
            // Taken once it can be answered: what fails here can be tried again.
            let answer = issue(visit, &identified, request, &ready).await?;
            pending.take(visit).await?;
            Ok(response::tell(visit, &identified, answer, Some(&ready.session)).await?)
        }
        Err(Needed {
            reason: reason @ Reason::OtherConsumer,
            ..
        }) => {
            pending.take(visit).await?;
            Err(Stop::client(&identified, reason.error()))
        }
        Err(needed) => to_page(visit, needed.reason, &pending.handle),
    }
}
