//! The first step of a user: the password, by the rules of the Login Service.

use axum::response::Response;
use http::StatusCode;
use pages::LoginProblem;
use pages::console::{UserLogin, UserLoginProblem};
use secrecy::SecretString;

use super::{HOME, is_signed_in, respond, within};
use crate::admin::visit::Visit;
use crate::admin::{cookies, csrf, fault};
use crate::base::id::AccountId;
use crate::directory::user::NotLoggedIn;
use crate::directory::user::console::{self, NotBegun};
use crate::http::devices::Whom;
use crate::http::input::{Form, Query};
use crate::http::redirect::see_other;
use crate::http::visit::add_cookie;
use crate::http::{PageError, figures, rate};
use crate::login::{Source, UserRefusal};
use crate::model::AccountStatus;

const FORM: &str = "user-login";

/// `GET /admin/login/user`
pub(in crate::admin) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let next = query.get("next").and_then(within).unwrap_or_default();
    if query.get("again").is_none() && is_signed_in(&visit).await? {
        return see_other(if next.is_empty() { HOME } else { next });
    }
    let account = query.get("account").filter(|it| AccountId::parse(it).is_ok());
    let over = (query.get("over") == Some("1")).then_some(UserLoginProblem::Over);
    Ok(show(&visit, next, (account.unwrap_or_default(), ""), over))
}

/// `POST /admin/login/user`
pub(in crate::admin) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    csrf::demand(&visit, FORM, b"", &form)?;
    let given = |name: &str| form.get(name).unwrap_or_default();
    let next = form.get("next").and_then(within).unwrap_or_default();
    let who = (given("account").trim(), given("username"));
    let new = form.get("new_password").filter(|new| !new.is_empty());
    let problem = match step(&visit, who, given("password"), new).await? {
        Ok(cookie) => {
            let mut response = see_other(&super::factor::place(next))?;
            add_cookie(&mut response, &cookie);
            return Ok(response);
        }
        Err(problem) => problem,
    };
    figures::login(match problem {
        UserLoginProblem::Login(LoginProblem::Throttled { .. }) => "throttled",
        _ => "refused",
    });
    Ok(show(&visit, next, who, Some(problem)))
}

/// The cookie that leads to the second step, or what the form says.
async fn step(
    visit: &Visit,
    (account, name): (&str, &str),
    password: &str,
    new: Option<&str>,
) -> Result<Result<String, UserLoginProblem>, PageError> {
    const NO_MATCH: UserLoginProblem = UserLoginProblem::Login(LoginProblem::Credentials);
    if let Err(wait) = visit.count(rate::Purpose::Login) {
        return Ok(Err(throttled(wait.seconds())));
    }
    let services = &visit.services;
    let Ok(account) = AccountId::parse(account) else {
        return Ok(Err(NO_MATCH));
    };
    let tenant = services.accounts.find(&account).await;
    let tenant = tenant.map_err(|error| PageError::busy(error.to_string()))?;
    let Some(tenant) = tenant.filter(|tenant| tenant.account.status == AccountStatus::Active) else {
        return Ok(Err(NO_MATCH));
    };
    let devices = visit.devices();
    let known = |user| devices.known_by(&Whom::user(&account, user));
    let entry = console::Entry {
        name,
        password: SecretString::from(password),
        new_password: new.map(SecretString::from),
        known: &known,
    };
    let begun = console::begin(
        services,
        &tenant.account,
        &visit.caller.request_id,
        Source { ip: visit.caller.ip },
        entry,
    );
    let refused = match Box::pin(begun).await {
        Ok(step) => {
            let value = cookies::users_step(&account, &step);
            return Ok(Ok(cookies::step(&services.settings).set(&value, None)));
        }
        Err(NotBegun::Nothing) => return Ok(Err(UserLoginProblem::Nothing)),
        Err(NotBegun::Refused(refused)) => refused,
    };
    Ok(Err(match refused {
        NotLoggedIn::Refused(UserRefusal::NoMatch) | NotLoggedIn::WrongCode => NO_MATCH,
        NotLoggedIn::Refused(UserRefusal::Locked(seconds) | UserRefusal::Throttled(seconds)) => {
            throttled(seconds)
        }
        NotLoggedIn::Refused(UserRefusal::Busy) => {
            figures::login("busy");
            return Err(PageError::busy("the password pool is full"));
        }
        NotLoggedIn::Refused(UserRefusal::Store(error)) => return Err(error.into()),
        NotLoggedIn::Disabled => UserLoginProblem::Disabled,
        NotLoggedIn::Expired => UserLoginProblem::Expired,
        NotLoggedIn::SsoOnly => UserLoginProblem::Elsewhere,
        NotLoggedIn::Weak(_) => UserLoginProblem::Weak,
        NotLoggedIn::Failed(error) => return Err(fault(error)),
    }))
}

fn throttled(seconds: u64) -> UserLoginProblem {
    let retry_after = u32::try_from(seconds).unwrap_or(u32::MAX);
    UserLoginProblem::Login(LoginProblem::Throttled { retry_after })
}

fn show(
    visit: &Visit,
    next: &str,
    (account, username): (&str, &str),
    problem: Option<UserLoginProblem>,
) -> Response {
    let pages = visit.pages();
    let view = UserLogin {
        frame: pages.frame(),
        csrf: &csrf::token(visit, FORM, b""),
        next,
        account,
        username,
        changes: matches!(problem, Some(UserLoginProblem::Expired | UserLoginProblem::Weak)),
        problem,
    };
    let (status, retry_after) = match problem {
        None | Some(UserLoginProblem::Over) => (StatusCode::OK, None),
        Some(UserLoginProblem::Login(LoginProblem::Throttled { retry_after })) => {
            (StatusCode::TOO_MANY_REQUESTS, Some(retry_after))
        }
        Some(UserLoginProblem::Nothing | UserLoginProblem::Elsewhere) => (StatusCode::FORBIDDEN, None),
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, None),
    };
    respond(&pages, status, view.render(), retry_after)
}
