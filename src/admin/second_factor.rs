//! An administrator's own second factor: set up here by whoever wants one, or needs one for something else (SEC-130), to which
//! they come back. Users of an account set theirs up at the sign-in.

use axum::response::Response;
use http::StatusCode;
use oauth::Parameters;
use pages::Link;
use pages::console::{FactorProblem, OnceValue, OwnFactor, RecoveryCodes, Section, SetUp};

use super::login::{self, respond};
use super::operator::Standing;
use super::visit::Visit;
use super::{Administrator, cookies, fault};
use crate::directory::administrator::{self, Confirmed, NotShown};
use crate::http::PageError;
use crate::http::input::{Form, Query};
use crate::http::redirect::see_other;
use crate::http::visit::add_cookie;

const FORM: &str = "second-factor";
const PLACE: &str = "/admin/second-factor";

/// `GET /admin/second-factor`; with `next`, for a page that needs one.
pub(super) async fn get(
    visit: Visit,
    administrator: Administrator,
    Query(query): Query,
) -> Result<Response, PageError> {
    let next = next(&query);
    if administrator.freshness(&visit.services) != Standing::Good {
        return login::again(&administrator, &place(next));
    }
    show(&visit, &administrator, next, None).await
}

/// The page of the console that needs one; empty where none does.
fn next(parameters: &Parameters) -> &str {
    parameters.get("next").and_then(login::within).unwrap_or_default()
}

/// This page, on the way to `next`.
fn place(next: &str) -> String {
    if next.is_empty() {
        return PLACE.to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{PLACE}?next={next}")
}

/// `POST /admin/second-factor`: a code of the one that is shown.
pub(super) async fn post(
    visit: Visit,
    administrator: Administrator,
    Form(form): Form,
) -> Result<Response, PageError> {
    visit.demand_form(&administrator, FORM, &form)?;
    let next = next(&form);
    if administrator.freshness(&visit.services) != Standing::Good {
        return login::again(&administrator, &place(next));
    }
    let (services, by) = (&visit.services, administrator.by());
    let code = form.get("otp").unwrap_or_default();
    let confirmed = administrator::confirm(services, &by, &administrator.who, administrator.session, code);
    let problem = match Box::pin(confirmed).await {
        Ok(confirmed) => return recovery_codes(&visit, &confirmed, next),
        Err(NotShown::Wrong) => FactorProblem::Wrong,
        Err(NotShown::Throttled(seconds)) => {
            FactorProblem::Throttled(u32::try_from(seconds).unwrap_or(u32::MAX))
        }
        Err(NotShown::Failed(error)) => return Err(fault(error)),
    };
    show(&visit, &administrator, next, Some(problem)).await
}

async fn show(
    visit: &Visit,
    administrator: &Administrator,
    next: &str,
    problem: Option<FactorProblem>,
) -> Result<Response, PageError> {
    let (services, who) = (&visit.services, &administrator.who);
    // The secret of the one that a wrong code was for isn't shown again (SEC-098).
    let totp = if problem.is_none() {
        let set_up = administrator::set_up(services, who, administrator.session);
        Box::pin(set_up).await.map_err(fault)?
    } else {
        None
    };
    let has = administrator::has_factor(services, who).await.map_err(fault)?;
    if has && !next.is_empty() {
        // They have one, and haven't shown it.
        return login::again(administrator, next);
    }
    let shown = totp.as_ref().and_then(|totp| Some((totp.uri()?, totp.secret())));
    let framed = visit.framed(administrator, None);
    let view = OwnFactor {
        shell: framed.shell(Section::Accounts),
        csrf: &visit.form_token(administrator, FORM),
        is_new: !has,
        set_up: shown.as_ref().map(|(uri, secret)| SetUp { uri, secret }),
        problem,
        next,
    };
    let (status, retry_after) = match problem {
        None => (StatusCode::OK, None),
        Some(FactorProblem::Wrong) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Some(FactorProblem::Throttled(seconds)) => (StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
    };
    Ok(respond(framed.pages(), status, view.render(), retry_after))
}

/// Shown this once, under a new secret of the session (SEC-069).
fn recovery_codes(visit: &Visit, confirmed: &Confirmed, next: &str) -> Result<Response, PageError> {
    let onward = if next.is_empty() { PLACE } else { next };
    let mut response = match Link::local(onward) {
        Some(onward) => codes_page(visit, &confirmed.recovery_codes, &onward),
        None => see_other(PLACE)?,
    };
    let session = cookies::session(&visit.services.settings);
    add_cookie(&mut response, &session.set(confirmed.cookie.expose(), None));
    Ok(response)
}

fn codes_page(visit: &Visit, codes: &[String], onward: &Link) -> Response {
    let pages = visit.pages();
    let values: Vec<OnceValue<'_>> = codes.iter().map(|value| OnceValue { label: "", value }).collect();
    let view = RecoveryCodes {
        frame: pages.frame(),
        values: &values,
        onward,
    };
    pages.show(view.render())
}
