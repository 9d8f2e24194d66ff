//! Signing in.

use std::sync::Arc;

use axum::Extension;
use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::Parameters;
use pages::{ErrorKind, FormTokens, LoginProblem};

use super::pending::{self, Pending};
use crate::base::OneTime;
use crate::base::id::Subject;
use crate::context::Context;
use crate::http::cookies::Cookie;
use crate::http::csrf::{self, Form};
use crate::http::page::{PageError, Pages, Permissions};
use crate::http::redirect::{destination, see_other};
use crate::http::{Caller, Purpose, RateLimits};
use crate::login::{LoginRefusal, Sessions, Source};
use crate::model::interaction::{BrowserCookie, Progress};
use crate::model::session::{Amr, SessionCookie};
use crate::store;

/// What is shown beside the empty form.
#[derive(Default)]
struct Entry<'a> {
    username: &'a str,
    remember: bool,
    problem: Option<LoginProblem>,
}

/// `GET /login?interaction=…`; without an interaction the consumer ends at `/me`.
pub(super) async fn get(context: Context, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let parameters = Parameters::parse(query.unwrap_or_default())
            .map_err(|error| PageError::with_detail(ErrorKind::InvalidRequest, error.to_string()))?;
        let pending = find(&context, &headers, parameters.get("interaction")).await?;
        show(&context, &headers, pending.as_ref(), &Entry::default()).await
    };
    outcome
        .await
        .unwrap_or_else(|error| Pages::new::<&str>(&context, &headers, &[]).error(&error))
}

/// `POST /login`
pub(super) async fn post(
    context: Context,
    Extension(limits): Extension<Arc<RateLimits>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = sign_in(&context, &limits, &caller, &headers, &body).await;
    outcome.unwrap_or_else(|error| Pages::new::<&str>(&context, &headers, &[]).error(&error))
}

async fn find(
    context: &Context,
    headers: &HeaderMap,
    handle: Option<&str>,
) -> Result<Option<Pending>, PageError> {
    match handle {
        Some(handle) => Pending::find(context, headers, handle).await.map(Some),
        None => Ok(None),
    }
}

async fn sign_in(
    context: &Context,
    limits: &RateLimits,
    caller: &Caller,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, PageError> {
    let form = Parameters::parse(body)
        .map_err(|error| PageError::with_detail(ErrorKind::InvalidRequest, error.to_string()))?;
    let pending = find(context, headers, form.get("interaction")).await?;
    let (browser, new) = pending::browser(context, headers);
    let about = pending.as_ref().map_or("", |pending| pending.handle.expose());
    let token = form.get("csrf").unwrap_or_default();
    if new || !csrf::verify(context, headers, Form::Login, browser.digest(), about, token) {
        tracing::warn!(target: "audit", event = "csrf.rejected", request_id = %context.request_id, ip = %context.ip, "login form refused");
        return Err(PageError::new(ErrorKind::Csrf));
    }
    if let (Some(pending), Some(_)) = (&pending, form.get("cancel")) {
        pending.deny(context).await?;
        return pending.resume(context);
    }
    let username = form.get("username").unwrap_or_default();
    let entry = Entry {
        username,
        remember: form.get("remember").is_some(),
        problem: None,
    };
    if let Err(wait) = limits.check(Purpose::Login, caller) {
        let retry_after = u32::try_from(wait.seconds()).unwrap_or(u32::MAX);
        let entry = Entry {
            problem: Some(LoginProblem::Throttled { retry_after }),
            ..entry
        };
        return show(context, headers, pending.as_ref(), &entry).await;
    }
    let password = form.get("password").unwrap_or_default();
    let account = &context.tenant.account.account_id;
    let source = Source { ip: context.ip };
    match context
        .services
        .passwords
        .authenticate(account, username, password, source)
        .await
    {
        Ok(sub) => accept(context, headers, pending.as_ref(), &sub, entry.remember).await,
        Err(LoginRefusal::NoMatch) => {
            let entry = Entry {
                problem: Some(LoginProblem::Credentials),
                ..entry
            };
            show(context, headers, pending.as_ref(), &entry).await
        }
        Err(LoginRefusal::Throttled(seconds)) => {
            let retry_after = u32::try_from(seconds).unwrap_or(u32::MAX);
            let entry = Entry {
                problem: Some(LoginProblem::Throttled { retry_after }),
                ..entry
            };
            show(context, headers, pending.as_ref(), &entry).await
        }
        Err(LoginRefusal::Busy) => Err(PageError::busy("the password pool is full")),
        Err(LoginRefusal::Store(error)) => Err(error.into()),
    }
}

/// The consumer has proved who they are: a new session id (SEC-069), and on with the interaction.
async fn accept(
    context: &Context,
    headers: &HeaderMap,
    pending: Option<&Pending>,
    sub: &Subject,
    remember: bool,
) -> Result<Response, PageError> {
    let services = &context.services;
    let account = &context.tenant.account.account_id;
    let former = match Cookie::Session.read(context, headers) {
        Some(cookie) => services.sessions.find(account, cookie).await?,
        None => None,
    };
    let (cookie, session) = services
        .sessions
        .begin(account, sub, vec![Amr::Pwd], former.as_deref());
    let noted = pending.map(|pending| {
        (
            pending.handle.digest(),
            Progress {
                logged_in: true,
                ..pending.interaction.progress.clone()
            },
        )
    });
    let (owner, replaced) = (account.clone(), former.clone());
    context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                Sessions::store(tx, &session, replaced.as_deref()).await?;
                match noted {
                    Some((handle, progress)) => Pending::note(tx, &owner, handle, &progress).await,
                    None => Ok(()),
                }
            })
        })
        .await?;
    if let Some(former) = &former {
        services.sessions.remove(former);
    }
    let mut response = match pending {
        Some(pending) => pending.resume(context)?,
        None => see_other(&format!("{}/me", context.issuer()))
            .ok_or_else(|| PageError::new(ErrorKind::Internal))?,
    };
    pending::add_cookie(&mut response, &session_cookie(context, &cookie, remember));
    Ok(response)
}

/// Kept for as long as the session may last where the consumer wants to stay signed in, else until the browser is
/// closed.
fn session_cookie(context: &Context, cookie: &OneTime<SessionCookie>, remember: bool) -> String {
    let seconds = remember.then(|| context.services.settings.sessions.absolute.get().as_secs());
    Cookie::Session.set(context, cookie.expose(), seconds)
}

async fn show(
    context: &Context,
    headers: &HeaderMap,
    pending: Option<&Pending>,
    entry: &Entry<'_>,
) -> Result<Response, PageError> {
    let (browser, new): (OneTime<BrowserCookie>, bool) = pending::browser(context, headers);
    let handle = pending.map_or("", |pending| pending.handle.expose());
    let request = pending.map(|pending| &pending.interaction.request);
    let csrf = csrf::token(context, Form::Login, browser.digest(), handle);
    let hint = request
        .and_then(|request| request.login_hint.as_deref())
        .unwrap_or_default();
    let locales = request.map_or(&[][..], |request| &request.ui_locales);
    let pages = Pages::new(context, headers, locales);
    let view = pages::Login {
        frame: pages.frame(),
        action: &format!("{}/login", path_of(context)),
        tokens: FormTokens {
            csrf: &csrf,
            interaction: handle,
        },
        client_name: pending
            .map(|pending| pending.client.settings.client_name.as_str())
            .filter(|name| !name.is_empty()),
        username: if entry.username.is_empty() {
            hint
        } else {
            entry.username
        },
        remember: Some(entry.remember),
        again: is_known(context, headers).await?,
        problem: entry.problem,
        cancel: pending.is_some(),
        recover: None,
        register: None,
    };
    let permissions = Permissions {
        form_action: request
            .and_then(|request| destination(&request.redirect_uri))
            .into_iter()
            .collect(),
        ..Permissions::default()
    };
    let status = match entry.problem {
        None => StatusCode::OK,
        Some(LoginProblem::Credentials) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(LoginProblem::Throttled { .. }) => StatusCode::TOO_MANY_REQUESTS,
    };
    let mut response = pages.respond(status, view.render(pages.locale()), &permissions);
    if let Some(LoginProblem::Throttled { retry_after }) = entry.problem
        && let Ok(seconds) = HeaderValue::from_str(&retry_after.to_string())
    {
        response.headers_mut().insert(http::header::RETRY_AFTER, seconds);
    }
    if new {
        pending::add_cookie(
            &mut response,
            &Cookie::Browser.set(context, browser.expose(), None),
        );
    }
    Ok(response)
}

async fn is_known(context: &Context, headers: &HeaderMap) -> Result<bool, store::Error> {
    match Cookie::Session.read(context, headers) {
        Some(cookie) => {
            let account = &context.tenant.account.account_id;
            Ok(context.services.sessions.find(account, cookie).await?.is_some())
        }
        None => Ok(false),
    }
}

/// The path of the issuer: forms lead to our own origin by path alone, whatever it is called.
pub(super) fn path_of(context: &Context) -> String {
    url::Url::parse(context.issuer())
        .map(|issuer| issuer.path().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}
