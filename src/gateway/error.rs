//! Errors as the messaging platform's services tell them.
//!
//! A handler gives an [`Error`]; [`written`], the layer around all of the gateway's routes, writes its body with the time of
//! the answer, and puts what other rooms refused (a body that is too long, a method that nobody declared) into the same
//! form. What is private goes to the log alone, with the request's id.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::base::Timestamp;
use crate::context::Services;
use crate::directory;
use crate::http::extract::NoContext;
use crate::http::input::JSON;
use crate::http::{PrivateDetail, Problem, RetryAfter};
use crate::keys::PlatformKeyError;
use crate::store;

/// `internalCode`: what a refusal is about. A number says something together with the path only: the platform's services
/// reuse each other's (section 7.3 of the platform contract). Those that the contract has no number for are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InternalCode {
    /// The request is malformed, or misses something. Ours.
    Malformed,
    /// What it is about isn't there. Ours.
    NotFound,
    /// Nobody is proved to be asking. Ours.
    Unauthenticated,
    /// Who asks may not. Ours.
    Forbidden,
    /// Something here doesn't work, or not at the moment. Ours.
    Failed,
    /// No account has that id.
    InvalidAccount,
    /// Too much came from there. Ours.
    TooMany,
    /// It is done already, by somebody else. Ours.
    Conflict,
    /// Who asks signed in too long ago for that, or without a second factor. Ours.
    ReauthRequired,
    /// A consumer's code or token is worth nothing (section 1.4); at the login service, the CSRF token isn't the
    /// session's (section 7.3).
    Rejected,
    /// At the login service: username and password don't match. Ours, as are the following.
    WrongCredentials,
    /// The user must wait: there were too many wrong guesses.
    Locked,
    /// The password must be changed first.
    PasswordExpired,
    /// The user is switched off.
    Disabled,
    /// The account's users log in by single sign-on.
    SsoOnly,
}

impl InternalCode {
    /// As it is written.
    pub const fn number(self) -> u16 {
        match self {
            Self::Malformed => 1,
            Self::NotFound => 2,
            Self::Unauthenticated => 3,
            Self::Forbidden => 4,
            Self::Failed => 5,
            Self::InvalidAccount => 6,
            Self::TooMany => 7,
            Self::Conflict => 8,
            Self::ReauthRequired => 9,
            Self::Rejected => 10,
            Self::WrongCredentials => 20,
            Self::Locked => 21,
            Self::PasswordExpired => 22,
            Self::Disabled => 23,
            Self::SsoOnly => 24,
        }
    }
}

/// What would prove who asks, as HTTP's clients read it (RFC 9110 §11.6.1, RFC 6750 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// Nothing was shown that anybody could be known by.
    Anything,
    /// What was shown is unknown, or has ended.
    InvalidToken,
    /// Who asks is known, and may not do that.
    InsufficientScope,
}

impl Challenge {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Anything => "Bearer, OAuth",
            Self::InvalidToken => "Bearer error=\"invalid_token\", OAuth",
            Self::InsufficientScope => "Bearer error=\"insufficient_scope\"",
        }
    }
}

/// What a body says, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `{"error":{"time","message","internalCode","responseStatus"}}` (section 7.3).
    Platform(InternalCode, &'static str),
    /// The same without `responseStatus`, with the time in ISO 8601: how the window is told that a consumer isn't who
    /// they should be (section 1.4).
    Window(InternalCode, &'static str),
    /// `{"internalErrorCode"}` (section 5.5).
    Identity(&'static str),
    /// As the API for connectors tells programs (section 5.6).
    Send(u16, &'static str, &'static str),
}

/// A refusal: a status, a fixed public body, and a private detail for the log.
#[derive(Clone, Debug)]
pub struct Error {
    status: StatusCode,
    form: Form,
    /// What is said in the place of the form's sentence, of the request that is refused.
    told: Option<Box<str>>,
    private: Option<Cow<'static, str>>,
    retry_after: Option<u64>,
    challenge: Option<Challenge>,
}

impl Error {
    /// In the platform's own form. The message is the same for everybody who does it wrong.
    pub const fn new(status: StatusCode, code: InternalCode, message: &'static str) -> Self {
        Self::of(status, Form::Platform(code, message))
    }

    /// As the messaging window is told (section 1.4).
    pub const fn window(status: StatusCode, code: InternalCode, message: &'static str) -> Self {
        Self::of(status, Form::Window(code, message))
    }

    /// As the identity service tells what is wrong with a brand's token (section 5.5): `9007`, for one.
    pub const fn identity(code: &'static str) -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, Form::Identity(code))
    }

    /// As the API for connectors tells programs (section 5.6): its code, a title, and what is the matter.
    pub const fn send(status: StatusCode, code: u16, title: &'static str, details: &'static str) -> Self {
        Self::of(status, Form::Send(code, title, details))
    }

    const fn of(status: StatusCode, form: Form) -> Self {
        Self {
            status,
            form,
            told: None,
            private: None,
            retry_after: None,
            challenge: None,
        }
    }

    /// 400: `message` says what is wrong with the request.
    pub const fn malformed(message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, InternalCode::Malformed, message)
    }

    /// 400: the first few of the members that can't be, each by its name and its place.
    pub fn invalid(problems: &[directory::Problem]) -> Self {
        const MOST: usize = 10;
        let mut told: Vec<String> = problems.iter().take(MOST).map(ToString::to_string).collect();
        if let Some(more @ 1..) = problems.len().checked_sub(MOST) {
            told.push(format!("and {more} more"));
        }
        Self::malformed("").telling(format!(
            "A member is missing, not valid, or refers to what isn't there: {}",
            told.join("; ")
        ))
    }

    /// 404: what the request is about isn't there, or is another account's.
    pub const fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            InternalCode::NotFound,
            "There is nothing here.",
        )
    }

    /// 401: the caller shows nothing that proves who they are.
    pub const fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            InternalCode::Unauthenticated,
            "The request isn't authenticated.",
        )
    }

    /// 403: the caller may not do that.
    pub const fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            InternalCode::Forbidden,
            "You may not do that.",
        )
    }

    /// 403: the caller may, once they have shown anew who they are (SEC-130).
    pub const fn reauth_required() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            InternalCode::ReauthRequired,
            "reauth_required: log in once more, with a code of your second factor as otp, and ask again within five minutes.",
        )
    }

    /// 401: no account has that id, as the Login Service tells it (section 7.3).
    pub const fn invalid_site() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, InternalCode::InvalidAccount, NO_ACCOUNT)
    }

    /// 451: the account is suspended, so that nobody logs in.
    pub const fn blocked() -> Self {
        Self::new(
            StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
            InternalCode::InvalidAccount,
            "The account is suspended.",
        )
    }

    /// 500: our fault.
    pub fn internal(private: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            InternalCode::Failed,
            "Something went wrong here.",
        )
        .because(private)
    }

    /// 503: something that we need is away for the moment; nothing was consumed.
    pub fn busy(private: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            InternalCode::Failed,
            "Try again in a moment.",
        )
        .because(private)
        .retry_after(2)
    }

    /// What is told in the place of the sentence that is the same for everybody. Never a secret, and in the platform's own form
    /// alone.
    #[must_use]
    pub fn telling(mut self, message: impl Into<String>) -> Self {
        self.told = Some(message.into().into());
        self
    }

    /// What the log should say.
    #[must_use]
    pub fn because(mut self, private: impl Into<Cow<'static, str>>) -> Self {
        self.private = Some(private.into());
        self
    }

    /// When to try again, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// What would prove who asks.
    #[must_use]
    pub const fn challenging(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The body, told at `now`.
    pub fn document(&self, now: Timestamp) -> Value {
        match self.form {
            Form::Platform(code, message) => json!({"error": {
                "time": now.to_us_english(),
                "message": self.told.as_deref().unwrap_or(message),
                "internalCode": code.number(),
                "responseStatus": response_status(self.status),
            }}),
            Form::Window(code, message) => json!({"error": {
                "time": now.to_rfc3339(),
                "message": message,
                "internalCode": code.number(),
            }}),
            Form::Identity(code) => json!({"internalErrorCode": code}),
            Form::Send(code, title, details) => json!({
                "kind": "resp",
                "code": self.status.as_u16(),
                "body": {"title": title, "details": details, "errorCode": code},
                "type": ".ReqBody$ErrorResp",
            }),
        }
    }
}

/// A status by the name that the platform has for it: `UNAUTHORIZED`.
fn response_status(status: StatusCode) -> String {
    let name = status.canonical_reason().unwrap_or("Error");
    name.to_ascii_uppercase().replace([' ', '-'], "_")
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(private) = self.private.clone() {
            response.extensions_mut().insert(PrivateDetail(private));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of an [`Error`], and of what was refused before it came to a handler: the layer around all of the
/// gateway's routes.
pub async fn written(State(services): State<Arc<Services>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let error = match response.extensions_mut().remove::<Error>() {
        Some(error) => error,
        None => match response.extensions_mut().remove::<Problem>() {
            Some(problem) => Error::from(problem),
            None if is_bare(&response) => Error::bare(response.status()),
            None => return response,
        },
    };
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = error.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(challenge) = error.challenge {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge.as_str()));
    }
    *response.body_mut() = Body::from(error.document(services.clock.now()).to_string());
    response
}

/// Whether it is an error that nobody has written a body for: a method that no route has, mostly.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error()) && !response.headers().contains_key(CONTENT_TYPE)
}

impl Error {
    fn bare(status: StatusCode) -> Self {
        let (code, message) = match status {
            StatusCode::NOT_FOUND => return Self::not_found(),
            StatusCode::UNAUTHORIZED => return Self::unauthenticated(),
            StatusCode::FORBIDDEN => return Self::forbidden(),
            StatusCode::TOO_MANY_REQUESTS => (InternalCode::TooMany, TOO_MANY),
            status if status.is_server_error() => (InternalCode::Failed, "Something went wrong here."),
            _ => (InternalCode::Malformed, "The request can't be taken as it is."),
        };
        Self::new(status, code, message)
    }
}

/// The sentence about an account that nobody has.
const NO_ACCOUNT: &str = "There is no such account.";

/// The sentence of 429.
const TOO_MANY: &str = "Too many requests. Try again later.";

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::bare(problem.status())
    }
}

impl From<RetryAfter> for Error {
    fn from(wait: RetryAfter) -> Self {
        Self::bare(StatusCode::TOO_MANY_REQUESTS).retry_after(wait.seconds())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(detail) => Self::busy(detail),
            error => Self::internal(error.to_string()),
        }
    }
}

impl From<PlatformKeyError> for Error {
    fn from(error: PlatformKeyError) -> Self {
        match error {
            PlatformKeyError::Store(error) => error.into(),
            error => Self::internal(error.to_string()),
        }
    }
}

impl From<NoContext> for Error {
    fn from(refused: NoContext) -> Self {
        match refused {
            NoContext::Unknown => Self::new(StatusCode::NOT_FOUND, InternalCode::InvalidAccount, NO_ACCOUNT),
            NoContext::Suspended(_) => Self::new(
                StatusCode::UNAUTHORIZED,
                InternalCode::InvalidAccount,
                "The account is suspended.",
            ),
            NoContext::Unavailable(detail) => Self::busy(detail),
        }
    }
}
