//! Signing in to the console: administrators here, users of an account next door.

pub(super) mod factor;
pub(super) mod user;

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::uri::PathAndQuery;
use http::{HeaderValue, StatusCode};
use pages::{Link, LoginProblem};

use super::operator::{Operator, Standing, There};
use super::visit::Visit;
use super::{cookies, csrf};
use crate::base::id::AdministratorId;
use crate::directory::administrator::{self, Entry};
use crate::http::devices::Whom;
use crate::http::input::{Form, Query};
use crate::http::page::{Pages, Permissions};
use crate::http::redirect::see_other;
use crate::http::visit::add_cookie;
use crate::http::{PageError, figures, rate, refused_login};
use crate::login::{LoginRefusal, Source};

const HOME: &str = "/admin/";

/// Sends the browser to sign in, and from there on to where it wanted to.
pub(super) fn send_there(on_the_way: Option<&PathAndQuery>) -> Result<Response, PageError> {
    let next = on_the_way.map(PathAndQuery::as_str).filter(|next| *next != HOME);
    match next.and_then(within) {
        Some(next) => {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            see_other(&format!("/admin/login?next={next}"))
        }
        None => see_other("/admin/login"),
    }
}

/// Who signed in too long ago for what needs that does so once more, and who has shown a password alone sets up a second factor
/// (SEC-130). They come back to `back`, a page of the console.
pub(super) fn once_more(
    visit: &Visit,
    operator: &Operator,
    back: &str,
) -> Option<Result<Response, PageError>> {
    match operator.standing(&visit.services) {
        Standing::Good => None,
        Standing::Stale => Some(again(operator, back)),
        Standing::NoFactor => Some(see_other(&format!("/admin/second-factor?next={}", encoded(back)))),
    }
}

/// To the sign-in, and then to `back`.
pub(super) fn again(operator: &Operator, back: &str) -> Result<Response, PageError> {
    let next = encoded(back);
    let place = match operator.own_account().filter(|_| operator.is_user()) {
        Some(account) => format!("/admin/login/user?again=1&account={account}&next={next}"),
        None => format!("/admin/login?again=1&next={next}"),
    };
    see_other(&place)
}

fn encoded(place: &str) -> String {
    form_urlencoded::byte_serialize(place.as_bytes()).collect()
}

/// Whether somebody is signed in in this browser.
async fn is_signed_in(visit: &Visit) -> Result<bool, PageError> {
    let found = There::find(&visit.services, &visit.headers, &visit.caller).await?;
    Ok(found.is_some())
}

/// A page of the console: nobody is sent anywhere else.
pub(super) fn within(next: &str) -> Option<&str> {
    let local = next.len() <= 512 && next.starts_with(HOME) && Link::local(next).is_some();
    (local && !next.starts_with("/admin/log")).then_some(next)
}

/// `GET /admin/login`
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let next = query.get("next").and_then(within).unwrap_or_default();
    let again = query.get("again").is_some();
    if !again && is_signed_in(&visit).await? {
        return see_other(if next.is_empty() { HOME } else { next });
    }
    Ok(show(&visit, next, "", None))
}

/// `POST /admin/login`
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    csrf::demand(&visit, "login", b"", &form)?;
    let next = form.get("next").and_then(within).unwrap_or_default();
    let username = form.get("username").unwrap_or_default();
    let password = form.get("password").unwrap_or_default();
    let code = form.get("otp").unwrap_or_default();
    let devices = visit.devices();
    let known = |id: &AdministratorId| devices.known_by(&Whom::administrator(id));
    let entry = Entry {
        name: username,
        password,
        code,
        known: Some(&known),
    };
    let former = There::find(&visit.services, &visit.headers, &visit.caller).await?;
    let problem = match Box::pin(sign_in(&visit, entry, former)).await {
        Ok((cookie, who)) => {
            figures::login("done");
            let mut response = see_other(if next.is_empty() { HOME } else { next })?;
            add_cookie(&mut response, &cookie);
            add_cookie(&mut response, &devices.remember(&Whom::administrator(&who)));
            return Ok(response);
        }
        Err(refusal) => refused_login::problem(refusal)?,
    };
    Ok(show(&visit, next, username, Some(problem)))
}

/// The cookie of a new session, under a new secret (SEC-069), and whose it is.
async fn sign_in(
    visit: &Visit,
    entry: Entry<'_>,
    former: Option<There>,
) -> Result<(String, AdministratorId), LoginRefusal> {
    visit
        .count(rate::Purpose::Login)
        .map_err(|wait| LoginRefusal::Throttled(wait.seconds()))?;
    let services = &visit.services;
    let (former, other) = match former {
        Some(There::Administrator(session, _)) => (Some(session.credential), None),
        other => (None, other),
    };
    let signed_in = administrator::sign_in_to_console(
        services,
        &visit.caller.request_id,
        entry,
        Source { ip: visit.caller.ip },
        former,
    )
    .await?;
    if let Some(other) = other {
        end(visit, other).await;
    }
    let cookie = cookies::session(&services.settings).set(signed_in.credential.expose(), None);
    Ok((cookie, signed_in.administrator.administrator_id))
}

/// Ends the session that a browser had as somebody else. The sign-in doesn't hang on it: nobody has its cookie any more.
async fn end(visit: &Visit, former: There) {
    let former = former.operator(visit.caller.clone());
    if let Err(error) = former.sign_out(&visit.services).await {
        tracing::warn!(%error, "a former session isn't ended");
    }
}

fn show(visit: &Visit, next: &str, username: &str, problem: Option<LoginProblem>) -> Response {
    let pages = visit.pages();
    let view = pages::console::Login {
        frame: pages.frame(),
        action: "/admin/login",
        csrf: &csrf::token(visit, "login", b""),
        next,
        username,
        problem,
    };
    let retry_after = match problem {
        Some(LoginProblem::Throttled { retry_after }) => Some(retry_after),
        _ => None,
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    respond(&pages, status, view.render(), retry_after)
}

/// A page of the sign-in; one that says how long to wait has a status of its own.
pub(super) fn respond(
    pages: &Pages<'_>,
    status: StatusCode,
    html: String,
    retry_after: Option<u32>,
) -> Response {
    let status = retry_after.map_or(status, |_| StatusCode::TOO_MANY_REQUESTS);
    let mut response = pages.respond(status, html, &Permissions::default());
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
