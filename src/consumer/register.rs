//! Making an account (Initiating User Registration, `prompt=create`), where the brand lets everybody.
//!
//! The answer doesn't tell whether the name was free: whoever asked signs in next, with the password that they chose or with
//! the one that they had (SEC-086).

use axum::response::Response;
use http::StatusCode;
use oauth::Parameters;
use pages::{ErrorKind, FormTokens, Link, RegisterProblem};
use secrecy::SecretString;

use super::failed;
use super::login;
use super::turn;
use crate::directory::consumer::{self, NewPassword};
use crate::directory::{By, Error};
use crate::http::csrf::{self, Purpose};
use crate::http::input::{Form, Query};
use crate::http::pending::Pending;
use crate::http::{PageError, Visit, rate};
use crate::issue::interaction::Reason;
use crate::model::draft::Draft;
use crate::store;

/// Why nobody was made.
enum Failed {
    /// The form is shown again.
    Entry(RegisterProblem),
    /// It isn't the consumer's to mend.
    Page(PageError),
}

/// `GET /register-account`, with an interaction or without.
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let pending = open(&visit, &query).await?;
    match &pending {
        Some(pending) if !is_its_turn(&visit, pending).await? => pending.resume(&visit),
        _ => Ok(show(&visit, pending.as_ref(), &Parameters::default(), None)),
    }
}

/// `POST /register-account`
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let pending = open(&visit, &form).await?;
    let pending = pending.as_ref();
    csrf::demand(&visit, Purpose::Register, handle(pending), &form)?;
    if let Some(pending) = pending {
        if form.get("cancel").is_some() {
            pending.deny(&visit).await?;
            return pending.resume(&visit);
        }
        if !is_its_turn(&visit, pending).await? {
            return pending.resume(&visit);
        }
    }
    match make(&visit, &form).await {
        Ok(()) => login::show_registered(&visit, pending, email(&form)).await,
        Err(Failed::Entry(problem)) => Ok(show(&visit, pending, &form, Some(problem))),
        Err(Failed::Page(error)) => Err(error),
    }
}

/// The interaction that is named, where accounts may be made at all.
async fn open(visit: &Visit, parameters: &Parameters) -> Result<Option<Pending>, PageError> {
    if !visit.context.tenant.account.settings.features.sign_up {
        return Err(PageError::new(ErrorKind::NotFound));
    }
    Pending::named(visit, parameters).await
}

/// Whether making an account is something that may come next (SEC-032).
async fn is_its_turn(visit: &Visit, pending: &Pending) -> store::Result<bool> {
    let needed = turn::needed(visit, pending).await?;
    Ok(needed.is_some_and(|needed| matches!(needed.reason, Reason::Create | Reason::Login)))
}

fn handle(pending: Option<&Pending>) -> &str {
    pending.map_or("", |pending| pending.handle.expose())
}

fn email(form: &Parameters) -> &str {
    form.get("email").unwrap_or_default().trim()
}

/// Whatever is wrong with the entry is told before anybody looks who is known (SEC-086).
async fn make(visit: &Visit, form: &Parameters) -> Result<(), Failed> {
    let context = &visit.context;
    let too_many = visit.count(rate::Purpose::Registration);
    too_many.map_err(|wait| Failed::Page(wait.into()))?;
    let mut draft = Draft::default();
    let mut claim = |name: &str, value: serde_json::Value| draft.claims.insert(name.to_owned(), value);
    claim("email", email(form).into());
    // Nobody has proved yet that it is theirs.
    claim("email_verified", false.into());
    if let Some(name) = form.get("name") {
        claim("name", name.trim().into());
    }
    let password = SecretString::from(form.get("password").unwrap_or_default().to_owned());
    let by = By::consumer(&context.request_id, context.ip);
    let account = &context.tenant.account;
    let password = NewPassword::Plain(password);
    match consumer::sign_up(&context.services, &by, account, draft, password).await {
        Ok(()) => Ok(()),
        Err(Error::Refused(refusals)) if refusals.iter().all(|refusal| refusal.key == "password") => {
            Err(Failed::Entry(RegisterProblem::Password))
        }
        Err(Error::Refused(_)) => Err(Failed::Entry(RegisterProblem::Details)),
        Err(error) => Err(Failed::Page(failed::page(error))),
    }
}

fn show(
    visit: &Visit,
    pending: Option<&Pending>,
    entry: &Parameters,
    problem: Option<RegisterProblem>,
) -> Response {
    let request = pending.map(|pending| &pending.interaction.request);
    let hint = request.and_then(|request| request.login_hint.as_deref());
    let pages = visit.pages_in(request.map_or(&[], |request| request.ui_locales.as_slice()));
    let back = match pending {
        Some(pending) => format!("{}?interaction={}", visit.path("login"), pending.handle.expose()),
        None => visit.path("login"),
    };
    let back = Link::local(&back);
    let view = pages::Register {
        frame: pages.frame(),
        action: &visit.path("register-account"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Register, handle(pending)),
            interaction: handle(pending),
        },
        client_name: pending.map(|pending| pending.client.shown_name()),
        email: entry.get("email").or(hint).unwrap_or_default(),
        name: entry.get("name").unwrap_or_default(),
        problem,
        cancel: pending.is_some(),
        login: back.as_ref(),
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let permissions = Pending::permissions(pending);
    pages.respond(status, view.render(pages.locale()), &permissions)
}
