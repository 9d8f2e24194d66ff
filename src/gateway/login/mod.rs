//! The Login Service: users log in, keep their session alive, and log out (section 7 of the platform contract).

mod answer;
mod application;
mod body;
mod cookie;
mod sso;

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::extract::{RawQuery, Request};
use axum::response::{IntoResponse as _, Response};
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};
use oauth::Parameters;
use secrecy::ExposeSecret as _;

use self::answer::Answer;
pub(super) use self::application::stands;
use self::body::{Credentials, Csrf};
pub(super) use self::sso::{begin, come_back};
use super::{Error, InternalCode, OfAccount};
use crate::base::Digest;
use crate::context::Context;
use crate::directory::user::{self, LoggedIn, NotLoggedIn};
use crate::directory::{By, Error as DirectoryError};
use crate::http::stale_id::{self, Shown};
use crate::http::{Caller, Purpose, RateLimits, RetryAfter, figures};
use crate::login::{Source, UserRefusal};
use crate::store::login_sessions::Found;

/// The version of the login; it must be told.
const VERSION: &str = "1.3";
/// How long a client waits at least before it tries to log in again, in seconds (section 10).
const LEAST_WAIT: u64 = 5;

/// `POST /api/account/{account_id}/login?v=1.3`
pub(super) async fn log_in(
    Extension(limits): Extension<Arc<RateLimits>>,
    account: OfAccount,
    caller: Caller,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Error> {
    version(query)?;
    limits.check(Purpose::Login, &caller).map_err(too_many)?;
    let logged_in = match Credentials::read(request).await? {
        Credentials::Password(credentials) => by_password(&account, &caller, credentials).await?,
        Credentials::Application(given) => application::log_in(&account, &caller, given)
            .await
            .inspect_err(|_| figures::login("refused"))?,
        Credentials::Assertion(assertion) => {
            let done = Box::pin(sso::by_assertion(&account, &assertion)).await;
            done.map_err(not_vouched_for)?
        }
        Credentials::Ticket(ticket) => {
            let done = Box::pin(sso::by_ticket(&account, &ticket)).await;
            done.map_err(not_vouched_for)?
        }
    };
    figures::login("done");
    answered(&account, &logged_in).await
}

/// What whoever is logged in is answered with, however they proved who they are.
async fn answered(account: &OfAccount, logged_in: &LoggedIn) -> Result<Response, Error> {
    let body = Answer::of(account, logged_in).await?;
    let cookie = cookie::set(
        &logged_in.values.cookie,
        &account.services.settings.server.public_url,
    );
    Ok(with_cookie(Json(body).into_response(), &cookie))
}

async fn by_password(
    account: &OfAccount,
    caller: &Caller,
    credentials: user::Credentials,
) -> Result<LoggedIn, Error> {
    let source = Source { ip: caller.ip };
    let done = user::log_in(
        &account.services,
        &account.tenant.account,
        &caller.request_id,
        source,
        credentials,
    );
    Box::pin(done).await.map_err(refused)
}

/// `POST /api/account/{account_id}/refresh`: 200 without a body.
pub(super) async fn refresh(account: OfAccount, request: Request) -> Result<StatusCode, Error> {
    let Found { session, .. } = session(&account, request).await?;
    // What a program has logged in with may be switched off by now (SEC-124).
    if !stands(&account, &session).await? {
        return Err(no_session());
    }
    if user::refresh(&account.services, &session).await.map_err(failed)? {
        Ok(StatusCode::OK)
    } else {
        Err(no_session())
    }
}

/// `POST /api/account/{account_id}/logout`: 200 without a body.
pub(super) async fn log_out(account: OfAccount, caller: Caller, request: Request) -> Result<Response, Error> {
    let found = session(&account, request).await?;
    let by = By::user(&found.user, &caller.request_id, caller.ip);
    user::log_out(&account.services, &by, &found.session)
        .await
        .map_err(failed)?;
    let cookie = cookie::clear(&account.services.settings.server.public_url);
    Ok(with_cookie(StatusCode::OK.into_response(), &cookie))
}

/// Who shows an id of a session, for the log.
pub(super) fn shown(context: &Context) -> Shown<'_> {
    Shown {
        request_id: &context.request_id,
        ip: context.ip,
        account: Some(&context.tenant.account.account_id),
    }
}

/// The session of the request's cookie, whose CSRF token is in the body: the two are compared by their digests, in the
/// same time wherever they differ.
async fn session(account: &OfAccount, request: Request) -> Result<Found, Error> {
    let cookie = cookie::read(request.headers()).map(str::to_owned);
    let given: Csrf = body::json(request, "The body must be a JSON object with csrf.").await?;
    let cookie = cookie.ok_or_else(no_session)?;
    let sessions = &account.services.user_sessions;
    let found = sessions
        .find(&account.tenant.account.account_id, &cookie)
        .await?
        .map_err(|none| {
            stale_id::tell(&account.services, none, shown(account));
            no_session()
        })?;
    if found.session.csrf == Digest::of(given.csrf.expose_secret()) {
        Ok(found)
    } else {
        tracing::warn!(
            target: "audit", event = "csrf.rejected", request_id = %account.request_id, ip = %account.ip,
            account = %found.session.account_id, user = %found.session.user_id, "not the session's CSRF token"
        );
        Err(Error::new(
            StatusCode::UNAUTHORIZED,
            InternalCode::Rejected,
            "The CSRF token isn't the session's.",
        ))
    }
}

fn version(query: Option<String>) -> Result<(), Error> {
    const WRONG: Error = Error::malformed("The parameter v must be 1.3, given once.");
    let parameters = Parameters::parse(query.unwrap_or_default()).map_err(|_| WRONG)?;
    let given_twice = parameters.repeated().any(|name| name == "v");
    if parameters.get("v") == Some(VERSION) && !given_twice {
        Ok(())
    } else {
        Err(WRONG)
    }
}

/// The same where an identity provider is believed, and no password.
fn not_vouched_for(refusal: NotLoggedIn) -> Error {
    match refusal {
        NotLoggedIn::Refused(UserRefusal::NoMatch) => {
            figures::login("refused");
            Error::new(
                StatusCode::UNAUTHORIZED,
                InternalCode::WrongCredentials,
                "The assertion or ticket isn't one that lets a user in.",
            )
        }
        refusal => refused(refusal),
    }
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// What a refusal is told as (section 7.3). 20 to 24 are ours, since the contract has no numbers for them.
fn refused(refusal: NotLoggedIn) -> Error {
    let unauthorized = |code, message| Error::new(StatusCode::UNAUTHORIZED, code, message);
    let (outcome, error) = match refusal {
        NotLoggedIn::Refused(UserRefusal::NoMatch) => (
            "refused",
            unauthorized(
                InternalCode::WrongCredentials,
                "Username and password don't match.",
            ),
        ),
        NotLoggedIn::Refused(UserRefusal::Locked(seconds)) => (
            "throttled",
            unauthorized(
                InternalCode::Locked,
                "There were too many wrong passwords. Try again later.",
            )
            .retry_after(seconds.max(LEAST_WAIT)),
        ),
        NotLoggedIn::Refused(UserRefusal::Throttled(seconds)) => {
            ("throttled", too_many(RetryAfter::after(seconds)))
        }
        NotLoggedIn::Refused(UserRefusal::Busy) => ("busy", Error::busy("the password pool is full")),
        NotLoggedIn::Refused(UserRefusal::Store(error)) => return error.into(),
        NotLoggedIn::Disabled => (
            "refused",
            unauthorized(InternalCode::Disabled, "The user is disabled."),
        ),
        NotLoggedIn::Expired => (
            "refused",
            unauthorized(
                InternalCode::PasswordExpired,
                "The password must be changed: log in with newPassword, too, which isn't the same.",
            ),
        ),
        NotLoggedIn::SsoOnly => (
            "refused",
            unauthorized(
                InternalCode::SsoOnly,
                "The account's users log in by single sign-on.",
            ),
        ),
        NotLoggedIn::WrongCode => (
            "refused",
            unauthorized(
                InternalCode::WrongCredentials,
                "otp is no code of the user's second factor, or was used before.",
            ),
        ),
        NotLoggedIn::Weak(_) => (
            "refused",
            Error::malformed("The new password breaks a rule for passwords."),
        ),
        NotLoggedIn::Failed(error) => return failed(error),
    };
    figures::login(outcome);
    error
}

fn too_many(wait: RetryAfter) -> Error {
    RetryAfter::after(wait.seconds().max(LEAST_WAIT)).into()
}

fn no_session() -> Error {
    Error::new(
        StatusCode::UNAUTHORIZED,
        InternalCode::Unauthenticated,
        "The cookie session_id is missing, or its session has ended.",
    )
}

fn failed(error: DirectoryError) -> Error {
    match error {
        DirectoryError::Store(error) => error.into(),
        DirectoryError::Busy(error) => Error::busy(error.to_string()),
        error => Error::internal(error.to_string()),
    }
}
