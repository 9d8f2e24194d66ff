//! The way back in for a consumer who forgot the password (SEC-091).
//!
//! A link goes to the address that the consumer is known by. It leads to a page whose form sets the new password: looking at it
//! changes nothing, since mail is looked through by programs (SEC-075).

use axum::response::Response;
use http::StatusCode;
use oauth::Parameters;
use pages::{ErrorKind, FormTokens, Link, PasswordProblem, Tell, Told};
use secrecy::SecretString;

use super::failed;
use crate::base::OneTime;
use crate::directory::By;
use crate::directory::consumer::{self, Forgotten, Unrecovered};
use crate::http::csrf::{self, Purpose};
use crate::http::input::{Form, Query};
use crate::http::page::Permissions;
use crate::http::pending::Pending;
use crate::http::{PageError, Visit, rate};
use crate::model::challenge::Recovery;
use crate::model::{Consumer, Identifier};

/// `GET /recover`, with an interaction or without; `GET /recover?token=…`, where the link out of the mail leads.
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    demand_mail(&visit)?;
    let pending = Pending::here(&visit, &query).await?;
    match query.get("token") {
        None => Ok(show(&visit, pending.as_ref())),
        Some(token) => {
            let link = OneTime::presented(token);
            let consumer = proven(&visit, &link).await?;
            Ok(choose(&visit, pending.as_ref(), &link, &consumer, None))
        }
    }
}

/// `POST /recover`: asks for a link; with the token of one, sets the new password.
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    demand_mail(&visit)?;
    match form.get("token") {
        None => ask(&visit, &form).await,
        Some(token) => set(&visit, &form, &OneTime::presented(token)).await,
    }
}

/// Where no mail can be sent, there is no such page.
pub(super) fn demand_mail(visit: &Visit) -> Result<(), PageError> {
    if visit.context.services.settings.mail.is_set_up() {
        Ok(())
    } else {
        Err(PageError::new(ErrorKind::NotFound))
    }
}

/// Where a consumer goes who forgot the password, if mail can be sent.
pub(super) fn link(visit: &Visit, pending: Option<&Pending>) -> Option<Link> {
    demand_mail(visit).ok()?;
    below(visit, "recover", pending)
}

/// A page of ours that the interaction goes on to.
fn below(visit: &Visit, page: &str, pending: Option<&Pending>) -> Option<Link> {
    let page = visit.path(page);
    match pending {
        Some(pending) => Link::local(&format!("{page}?interaction={}", pending.handle.expose())),
        None => Link::local(&page),
    }
}

/// The same page whoever has that name, if anybody (SEC-086).
async fn ask(visit: &Visit, form: &Parameters) -> Result<Response, PageError> {
    csrf::demand(visit, Purpose::Recover, handle(form), form)?;
    visit.count(rate::Purpose::Recovery)?;
    let pending = Pending::here(visit, form).await?;
    let context = &visit.context;
    let pages = pages_for(visit, pending.as_ref());
    let forgotten = Forgotten {
        name: form.get("username").unwrap_or_default(),
        interaction: pending.as_ref().map(|pending| pending.handle.expose()),
        locale: pages.locale(),
    };
    let by = By::consumer(&context.request_id, context.ip);
    consumer::ask_for_recovery(&context.services, &by, &context.tenant.account, forgotten)
        .await
        .map_err(failed::page)?;
    let seconds = context.services.settings.login.recovery_ttl.get().as_secs();
    let minutes = u32::try_from(seconds / 60).unwrap_or(u32::MAX);
    Ok(told(visit, pending.as_ref(), Tell::RecoverSent { minutes }))
}

async fn proven(visit: &Visit, link: &OneTime<Recovery>) -> Result<Consumer, PageError> {
    let context = &visit.context;
    consumer::proven(&context.services, &context.tenant.account, link)
        .await
        .map_err(failed::page)?
        .ok_or_else(|| PageError::new(ErrorKind::ExpiredLink))
}

async fn set(visit: &Visit, form: &Parameters, link: &OneTime<Recovery>) -> Result<Response, PageError> {
    csrf::demand(visit, Purpose::Challenge, link.expose(), form)?;
    visit.count(rate::Purpose::Recovery)?;
    let pending = Pending::here(visit, form).await?;
    let context = &visit.context;
    let by = By::consumer(&context.request_id, context.ip);
    let password = SecretString::from(form.get("password").unwrap_or_default().to_owned());
    let locale = pages_for(visit, pending.as_ref()).locale();
    match consumer::recover(
        &context.services,
        &by,
        &context.tenant.account,
        link,
        password,
        locale,
    )
    .await
    {
        Ok(()) => Ok(told(visit, pending.as_ref(), Tell::Recovered)),
        Err(Unrecovered::Void) => Err(PageError::new(ErrorKind::ExpiredLink)),
        Err(Unrecovered::Weak(weak)) => {
            let consumer = proven(visit, link).await?;
            let problem = Some(failed::password(weak));
            Ok(choose(visit, pending.as_ref(), link, &consumer, problem))
        }
        Err(Unrecovered::Failed(error)) => Err(failed::page(error)),
    }
}

/// What the form is bound to, as it came: the interaction may be over by now.
fn handle(form: &Parameters) -> &str {
    form.get("interaction").unwrap_or_default()
}

fn pages_for<'v>(visit: &'v Visit, pending: Option<&Pending>) -> crate::http::page::Pages<'v> {
    let request = pending.map(|pending| &pending.interaction.request);
    visit.pages_in(request.map_or(&[], |request| request.ui_locales.as_slice()))
}

fn show(visit: &Visit, pending: Option<&Pending>) -> Response {
    let pages = pages_for(visit, pending);
    let hint = pending.and_then(|pending| pending.interaction.request.login_hint.as_deref());
    let interaction = pending.map_or("", |pending| pending.handle.expose());
    let login = below(visit, "login", pending);
    let view = pages::Recover {
        frame: pages.frame(),
        action: &visit.path("recover"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Recover, interaction),
            interaction,
        },
        username: hint.unwrap_or_default(),
        login: login.as_ref(),
    };
    pages.show(view.render(pages.locale()))
}

fn choose(
    visit: &Visit,
    pending: Option<&Pending>,
    link: &OneTime<Recovery>,
    consumer: &Consumer,
    problem: Option<PasswordProblem>,
) -> Response {
    let pages = pages_for(visit, pending);
    let email = consumer.address();
    let username = consumer.username.as_deref();
    let view = pages::NewPassword {
        frame: pages.frame(),
        action: &visit.path("recover"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Challenge, link.expose()),
            interaction: pending.map_or("", |pending| pending.handle.expose()),
        },
        token: link.expose(),
        username: username
            .or(email.as_ref().map(Identifier::as_str))
            .unwrap_or_default(),
        problem,
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    pages.respond(status, view.render(pages.locale()), &Permissions::default())
}

fn told(visit: &Visit, pending: Option<&Pending>, what: Tell) -> Response {
    let pages = pages_for(visit, pending);
    let onward = below(visit, "login", pending);
    let view = Told {
        frame: pages.frame(),
        what,
        onward: onward.as_ref(),
    };
    pages.show(view.render(pages.locale()))
}
