//! Signing in.

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use oauth::Parameters;
use pages::{FormTokens, Link, LoginProblem};

use super::onward::Onward;
use crate::base::OneTime;
use crate::base::id::Subject;
use crate::http::browser_state::BrowserState;
use crate::http::cookies::Cookie;
use crate::http::csrf::{self, Purpose};
use crate::http::devices::Devices;
use crate::http::input::{Form, Query};
use crate::http::page::Permissions;
use crate::http::pending::{self, Pending};
use crate::http::visit::add_cookie;
use crate::http::{PageError, Visit, figures, rate};
use crate::issue::interaction::{self, Reason};
use crate::login::{LoginRefusal, Sessions, Source};
use crate::model::session::{Amr, SessionCookie};
use crate::store;

/// What is shown in the form.
#[derive(Default)]
struct Entry<'a> {
    username: &'a str,
    remember: bool,
    registered: bool,
    problem: Option<LoginProblem>,
}

/// `GET /login?interaction=…`; without an interaction the consumer ends at `/me`, or at another page of ours that needed
/// them to sign in.
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let pending = Pending::named(&visit, &query).await?;
    let onward = Onward::of(&query);
    match &pending {
        Some(pending) if !is_its_turn(&visit, pending).await? => pending.resume(&visit),
        None if onward.is_named() && visit.signed_in().await?.is_some() => visit.send_to(&onward.page()),
        _ => show(&visit, pending.as_ref(), &onward, &Entry::default()).await,
    }
}

/// Whether signing in is what comes next (SEC-032).
async fn is_its_turn(visit: &Visit, pending: &Pending) -> store::Result<bool> {
    let (request, progress) = (&pending.interaction.request, &pending.interaction.progress);
    let session = visit.session().await?;
    let required = interaction::required(&visit.context, &pending.client, request, session, progress).await?;
    // Whoever is to make an account may have one.
    Ok(matches!(
        required,
        Err(Reason::Login | Reason::FreshLogin | Reason::Create)
    ))
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
                problem: Some(problem(refusal)?),
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

/// What the form says of it.
fn problem(refusal: LoginRefusal) -> Result<LoginProblem, PageError> {
    match refusal {
        LoginRefusal::NoMatch => {
            figures::login("refused");
            Ok(LoginProblem::Credentials)
        }
        LoginRefusal::Throttled(seconds) => {
            figures::login("throttled");
            let retry_after = u32::try_from(seconds).unwrap_or(u32::MAX);
            Ok(LoginProblem::Throttled { retry_after })
        }
        LoginRefusal::Busy => {
            figures::login("busy");
            Err(PageError::busy("the password pool is full"))
        }
        LoginRefusal::Store(error) => Err(error.into()),
    }
}

/// The consumer has proved who they are: a new session id (SEC-069), and on with the interaction.
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
    let former = visit.session_untouched().await?;
    let (cookie, session) = sessions.begin(&account, sub, vec![Amr::Pwd], former.as_deref());
    let note = pending.map(|pending| pending.noting(|progress| progress.logged_in = Some(sub.clone())));
    let replaced = former.clone();
    let state = BrowserState::of(visit, Some(&session));
    let noted = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                if let Some(note) = note
                    && !Pending::note(tx, &account, &note).await?
                {
                    return Ok(false);
                }
                Sessions::store(tx, &session, replaced.as_deref()).await?;
                Ok(true)
            })
        })
        .await?;
    if !noted {
        return Err(pending::over());
    }
    if let Some(former) = former {
        sessions.remove(&former);
    }
    let mut response = match pending {
        Some(pending) => pending.resume(visit)?,
        None => visit.send_to(&onward.page())?,
    };
    add_cookie(&mut response, &session_cookie(visit, &cookie, remember));
    add_cookie(&mut response, &Devices::of(visit).remember(sub));
    state.keep(visit, &mut response);
    Ok(response)
}

/// Kept for as long as the session may last where the consumer wants to stay signed in, else until the browser is
/// closed.
fn session_cookie(visit: &Visit, cookie: &OneTime<SessionCookie>, remember: bool) -> String {
    let context = &visit.context;
    let seconds = remember.then(|| context.services.settings.sessions.absolute.get().as_secs());
    Cookie::Session.set(context, cookie.expose(), seconds)
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
    let other = pending.is_some_and(|pending| pending.interaction.progress.other);
    let view = pages::Login {
        frame: pages.frame(),
        action: &visit.path(&onward.login()),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Login, handle(pending)),
            interaction: handle(pending),
        },
        client_name: pending.map(|pending| pending.client.shown_name()),
        username: match entry.username {
            "" => hint.unwrap_or_default(),
            typed => typed,
        },
        remember: Some(entry.remember),
        again: !other && !entry.registered && visit.signed_in().await?.is_some(),
        registered: entry.registered,
        problem: entry.problem,
        cancel: pending.is_some(),
        recover: None,
        register: register.as_ref(),
    };
    let (status, retry_after) = match entry.problem {
        None => (StatusCode::OK, None),
        Some(LoginProblem::Credentials) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Some(LoginProblem::Throttled { retry_after }) => (StatusCode::TOO_MANY_REQUESTS, Some(retry_after)),
    };
    let permissions = pending.map_or_else(Permissions::default, |pending| {
        Permissions::leading_to(&pending.client, &pending.interaction.request.redirect_uri)
    });
    let mut response = pages.respond(status, view.render(pages.locale()), &permissions);
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}
