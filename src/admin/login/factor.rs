//! The second step of a user: a code of their second factor, which they set up at their first sign-in.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use pages::Link;
use pages::console::{Factor, FactorProblem, OnceValue, RecoveryCodes, SetUp};

use super::{HOME, end, respond, within};
use crate::admin::operator::There;
use crate::admin::visit::Visit;
use crate::admin::{cookies, csrf, fault};
use crate::context::Tenant;
use crate::directory::user::console::{self, Finished, NotFinished};
use crate::directory::user::has_factor;
use crate::http::devices::Whom;
use crate::http::input::{Form, Query};
use crate::http::redirect::see_other;
use crate::http::visit::add_cookie;
use crate::http::{PageError, figures};
use crate::login::{Source, Totp};
use crate::model::user_factor::ConsoleSignIn;
use crate::model::{AccountStatus, User};

const FORM: &str = "factor";

/// Where it is, on the way to `next`.
pub(super) fn place(next: &str) -> String {
    if next.is_empty() {
        return "/admin/login/factor".to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/admin/login/factor?next={next}")
}

/// A sign-in that waits for its second step.
struct Waiting {
    tenant: Arc<Tenant>,
    sign_in: ConsoleSignIn,
    user: User,
}

impl Waiting {
    /// The one of this browser, if it isn't over.
    async fn find(visit: &Visit) -> Result<Option<Self>, PageError> {
        let services = &visit.services;
        let value = cookies::step(&services.settings).read(&visit.headers);
        let Some((account, step)) = value.and_then(cookies::of_user) else {
            return Ok(None);
        };
        let tenant = services.accounts.find(&account).await;
        let tenant = tenant.map_err(|error| PageError::busy(error.to_string()))?;
        let Some(tenant) = tenant.filter(|tenant| tenant.account.status == AccountStatus::Active) else {
            return Ok(None);
        };
        let begun = console::begun(services, &account, step).await.map_err(fault)?;
        Ok(begun.map(|(sign_in, user)| Self {
            tenant,
            sign_in,
            user,
        }))
    }

    fn whom(&self) -> Whom {
        Whom::user(&self.user.account_id, self.user.user_id)
    }

    /// What binds the form to it.
    fn about(&self) -> &[u8] {
        self.sign_in.digest.as_bytes().as_slice()
    }

    fn show(
        &self,
        visit: &Visit,
        next: &str,
        (is_new, totp): (bool, Option<&Totp>),
        problem: Option<FactorProblem>,
    ) -> Response {
        let pages = visit.pages();
        let shown = totp.and_then(|totp| Some((totp.uri()?, totp.secret())));
        let view = Factor {
            frame: pages.frame(),
            csrf: &csrf::token(visit, FORM, self.about()),
            next,
            username: &self.user.login_name,
            is_new,
            set_up: shown.as_ref().map(|(uri, secret)| SetUp { uri, secret }),
            problem,
        };
        let (status, retry_after) = match problem {
            None => (StatusCode::OK, None),
            Some(FactorProblem::Wrong) => (StatusCode::UNPROCESSABLE_ENTITY, None),
            Some(FactorProblem::Throttled(seconds)) => (StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
        };
        respond(&pages, status, view.render(), retry_after)
    }
}

/// `GET /admin/login/factor`: asks for a code; whoever has no factor is shown a new one first.
pub(in crate::admin) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let next = query.get("next").and_then(within).unwrap_or_default();
    let Some(waiting) = Waiting::find(&visit).await? else {
        return see_other("/admin/login/user");
    };
    let account = &waiting.tenant.account;
    let set_up = console::set_up(&visit.services, account, &waiting.sign_in, &waiting.user);
    let totp = Box::pin(set_up).await.map_err(fault)?;
    Ok(waiting.show(&visit, next, (totp.is_some(), totp.as_ref()), None))
}

/// `POST /admin/login/factor`
pub(in crate::admin) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let services = &visit.services;
    let Some(waiting) = Waiting::find(&visit).await? else {
        return over(&visit);
    };
    csrf::demand(&visit, FORM, waiting.about(), &form)?;
    let next = form.get("next").and_then(within).unwrap_or_default();
    let former = There::find(services, &visit.headers, &visit.caller).await?;
    let finished = console::finish(
        services,
        &waiting.tenant.account,
        &visit.caller.request_id,
        Source { ip: visit.caller.ip },
        (&waiting.sign_in, &waiting.user),
        console::Code {
            code: form.get("otp").unwrap_or_default(),
            is_known: visit.devices().known_by(&waiting.whom()).is_some(),
        },
    );
    let problem = match Box::pin(finished).await {
        Ok(finished) => {
            figures::login("done");
            if let Some(former) = former {
                end(&visit, former).await;
            }
            return signed_in(&visit, &waiting, &finished, next);
        }
        Err(NotFinished::Wrong) => {
            figures::login("refused");
            FactorProblem::Wrong
        }
        Err(NotFinished::Throttled(seconds)) => {
            figures::login("throttled");
            FactorProblem::Throttled(u32::try_from(seconds).unwrap_or(u32::MAX))
        }
        Err(NotFinished::Over) => return over(&visit),
        Err(NotFinished::Failed(error)) => return Err(fault(error)),
    };
    let user = &waiting.user;
    let has = has_factor(services, &user.account_id, user.user_id)
        .await
        .map_err(fault)?;
    Ok(waiting.show(&visit, next, (!has, None), Some(problem)))
}

/// In, under a new secret (SEC-069); with the recovery codes on the way, where the factor is new.
fn signed_in(
    visit: &Visit,
    waiting: &Waiting,
    finished: &Finished,
    next: &str,
) -> Result<Response, PageError> {
    let settings = &visit.services.settings;
    let next = if next.is_empty() { HOME } else { next };
    let mut response = match Link::local(next).filter(|_| !finished.recovery_codes.is_empty()) {
        Some(onward) => {
            let pages = visit.pages();
            let values: Vec<OnceValue<'_>> = finished
                .recovery_codes
                .iter()
                .map(|value| OnceValue { label: "", value })
                .collect();
            let view = RecoveryCodes {
                frame: pages.frame(),
                values: &values,
                onward: &onward,
            };
            pages.show(view.render())
        }
        None => see_other(next)?,
    };
    let value = cookies::users(&waiting.user.account_id, &finished.values.cookie);
    add_cookie(&mut response, &cookies::session(settings).set(&value, None));
    add_cookie(&mut response, &cookies::step(settings).clear());
    add_cookie(&mut response, &visit.devices().remember(&waiting.whom()));
    Ok(response)
}

/// They begin anew.
fn over(visit: &Visit) -> Result<Response, PageError> {
    let mut response = see_other("/admin/login/user?over=1")?;
    add_cookie(&mut response, &cookies::step(&visit.services.settings).clear());
    Ok(response)
}
