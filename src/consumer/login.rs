//! Signing in.

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use oauth::Parameters;
use pages::{FormTokens, Link, LoginProblem};

use super::choice::Choice;
use super::onward::Onward;
use super::recover;
use super::switch::Reissue;
use super::turn;
use crate::base::id::{SessionId, Subject};
use crate::http::browser_state::BrowserState;
use crate::http::csrf::{self, Purpose};
use crate::http::devices::Devices;
use crate::http::input::{Form, Query};
use crate::http::pending::{self, Pending};
use crate::http::visit::add_cookie;
use crate::http::{PageError, Visit, figures, rate, refused_login};
use crate::issue::interaction::{Needed, Reason};
use crate::login::{LoginRefusal, Sessions, Source};
use crate::model::SignedIn;
use crate::model::session::Amr;
use crate::store;

/// What is shown in the form.
#[derive(Default)]
struct Entry<'a> {
    username: &'a str,
    remember: bool,
    registered: bool,
    problem: Option<LoginProblem>,
    /// Who is signed in, and is to prove it once more.
    who: Option<SignedIn>,
}

/// `GET /login?interaction=…`; without an interaction the consumer ends at `/me`, or at another page of ours that needed
/// them to sign in.
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let pending = Pending::named(&visit, &query).await?;
    let onward = Onward::of(&query);
    let mut entry = Entry::default();
    if let Some(pending) = &pending {
        let Some(needed) = its_turn(&visit, pending).await? else {
            return pending.resume(&visit);
        };
        entry.who = needed.who;
    } else if onward.is_named() && !Onward::is_for_another(&query) && visit.signed_in().await?.is_some() {
        return visit.send_to(&onward.page());
    }
    show(&visit, pending.as_ref(), &onward, &entry).await
}

/// Who is to sign in, where that is what comes next (SEC-032).
async fn its_turn(visit: &Visit, pending: &Pending) -> store::Result<Option<Needed>> {
    let needed = turn::needed(visit, pending).await?;
    // Whoever is to make an account may have one.
    Ok(needed.filter(|needed| matches!(needed.reason, Reason::Login | Reason::FreshLogin | Reason::Create)))
}

/// `POST /login`
pub(super) async fn post(visit: Visit, Query(query): Query, Form(form): Form) -> Result<Response, PageError> {
    let onward = Onward::of(&query);
    let pending = Pending::named(&visit, &form).await?;
    let pending = pending.as_ref();
    csrf::demand(&visit, Purpose::Login, handle(pending), &form)?;
    if let (Some(pending), Some(_)) = (pending, form.get("cancel")) {
        pending.deny(&visit).await?;
        return pending.resume(&visit);
    }
    match authenticate(&visit, &form).await {
        Ok(sub) => {
            figures::login("done");
            accept(&visit, pending, &onward, &sub, form.get("remember").is_some()).await
        }
        Err(refusal) => {
            let entry = Entry {
                username: form.get("username").unwrap_or_default(),
                remember: form.get("remember").is_some(),
                problem: Some(refused_login::problem(refusal)?),
                who: match pending {
                    Some(pending) => its_turn(&visit, pending).await?.and_then(|needed| needed.who),
                    None => None,
                },
                ..Entry::default()
            };
            show(&visit, pending, &onward, &entry).await
        }
    }
}

fn handle(pending: Option<&Pending>) -> &str {
    pending.map_or("", |pending| pending.handle.expose())
}

async fn authenticate(visit: &Visit, form: &Parameters) -> Result<Subject, LoginRefusal> {
    visit
        .count(rate::Purpose::Login)
        .map_err(|wait| LoginRefusal::Throttled(wait.seconds()))?;
    let context = &visit.context;
    let source = Source { ip: context.ip };
    let username = form.get("username").unwrap_or_default();
    let password = form.get("password").unwrap_or_default();
    let (account, devices) = (&context.tenant.account.account_id, Devices::of(visit));
    context
        .services
        .passwords
        .authenticate_on(account, username, password, source, |sub| devices.known_by(sub))
        .await
}

/// The consumer has proved who they are: a new session id (SEC-069), beside the sessions of others (SEC-143), and on with the
/// interaction.
async fn accept(
    visit: &Visit,
    pending: Option<&Pending>,
    onward: &Onward,
    sub: &Subject,
    remember: bool,
) -> Result<Response, PageError> {
    let context = &visit.context;
    let sessions = &context.services.sessions;
    let account = context.tenant.account.account_id.clone();
    let here = visit.sessions().await?;
    let former = here.of_subject(sub).cloned();
    let (cookie, session) = sessions.begin(&account, sub, vec![Amr::Pwd], former.as_deref());
    let note = pending.map(|pending| pending.noting(|progress| progress.logged_in = Some(sub.clone())));
    let ending = here.in_the_way_of(sub);
    let choice = pending.map(|pending| Choice::of(here, &session, &pending.client));
    let left = Reissue::of_left(sessions, here, sub);
    let (begun, replaced, ended) = (session.clone(), former.clone(), ending.clone());
    let beside = left.clone();
    let is_new = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                if let Some(note) = note
                    && !Pending::note(tx, &account, &note).await?
                {
                    return Ok(None);
                }
                for session in &ended {
                    store::sessions::end(tx, &account, &session.sid, begun.auth_time).await?;
                }
                if !Sessions::store(tx, &begun, replaced.as_deref()).await? {
                    return Ok(None);
                }
                if let Some(choice) = &choice {
                    choice.write(tx).await?;
                }
                Ok(Some(match &beside {
                    Some(beside) => beside.write(tx).await?,
                    None => false,
                }))
            })
        })
        .await?;
    let is_new = is_new.ok_or_else(pending::over)?;
    for former in former.iter().chain(&ending) {
        sessions.remove(former);
    }
    let mut response = match pending {
        Some(pending) => pending.resume(visit)?,
        None => visit.send_to(&onward.page())?,
    };
    let ended = |sid: &&SessionId| ending.iter().any(|session| session.sid == **sid);
    here.clear(visit, &mut response, ending.iter().map(|session| &session.sid));
    here.carry(visit, &mut response, (&cookie, &session), Some(remember));
    if let Some(left) = left.filter(|_| is_new) {
        left.send(visit, here, &mut response, false);
    }
    add_cookie(&mut response, &Devices::of(visit).remember(sub));
    let others = here.iter().map(|session| &session.sid).filter(|sid| !ended(sid));
    let state = BrowserState::of(visit, std::iter::once(&session.sid).chain(others));
    state.keep(visit, &mut response);
    Ok(response)
}

/// Where an account is made, if everybody may.
fn register_link(visit: &Visit, pending: Option<&Pending>) -> Option<Link> {
    if !visit.context.tenant.account.settings.features.sign_up {
        return None;
    }
    let page = visit.path("register-account");
    match pending {
        Some(pending) => Link::local(&format!("{page}?interaction={}", pending.handle.expose())),
        None => Link::local(&page),
    }
}

/// The form for whoever has asked for an account under that name a moment ago, whether they got it or somebody had it
/// (SEC-086).
pub(super) async fn show_registered(
    visit: &Visit,
    pending: Option<&Pending>,
    username: &str,
) -> Result<Response, PageError> {
    let entry = Entry {
        username,
        registered: true,
        ..Entry::default()
    };
    show(visit, pending, &Onward::Me, &entry).await
}

async fn show(
    visit: &Visit,
    pending: Option<&Pending>,
    onward: &Onward,
    entry: &Entry<'_>,
) -> Result<Response, PageError> {
    let request = pending.map(|pending| &pending.interaction.request);
    let hint = request.and_then(|request| request.login_hint.as_deref());
    let pages = visit.pages_in(request.map_or(&[], |request| request.ui_locales.as_slice()));
    let register = register_link(visit, pending);
    let recover = recover::link(visit, pending);
    let again = entry.who.as_ref();
    let known = again.and_then(|known| known.consumer.username.as_deref());
    let several = visit.sessions().await?.len() > 1;
    let view = pages::Login {
        frame: pages.frame(),
        action: &visit.path(&onward.login()),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Login, handle(pending)),
            interaction: handle(pending),
        },
        client_name: pending.map(|pending| pending.client.shown_name()),
        username: match entry.username {
            "" => hint.or(known.filter(|_| several)).unwrap_or_default(),
            typed => typed,
        },
        remember: Some(entry.remember),
        again: again.is_some() && !entry.registered,
        registered: entry.registered,
        problem: entry.problem,
        cancel: pending.is_some(),
        recover: recover.as_ref(),
        register: register.as_ref(),
    };
    let (status, retry_after) = match entry.problem {
        None => (StatusCode::OK, None),
        Some(LoginProblem::Credentials) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Some(LoginProblem::Throttled { retry_after }) => (StatusCode::TOO_MANY_REQUESTS, Some(retry_after)),
    };
    let permissions = Pending::permissions(pending);
    let mut response = pages.respond(status, view.render(pages.locale()), &permissions);
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}
