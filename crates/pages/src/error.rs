//! The error page: one fixed sentence per kind of error.

use crate::{Frame, Link, Locale, frame};
use askama::Template;

/// The error page: `error-title`, `error-message`, and the request's id.
#[derive(Debug, Clone, Copy)]
pub struct Error<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// What went wrong. Nothing else about it is shown.
    pub kind: ErrorKind,
    /// The request's id, as the log and `x-request-id` have it.
    pub request_id: &'a str,
    /// A way on: an error for a client that nobody vouches for becomes a link instead of a redirect (SEC-037).
    /// Address, and the client's name.
    pub onward: Option<(&'a Link, &'a str)>,
}

/// The kinds of error that a person can meet on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request is incomplete or not valid.
    InvalidRequest,
    /// A parameter was given twice (SEC-020).
    RepeatedParameter,
    /// The `client_id` names no client of this account (SEC-019).
    UnknownClient,
    /// The client is switched off (SEC-061).
    ClientUnavailable,
    /// The redirect URI is not registered for the client (SEC-064).
    RedirectUri,
    /// A signed request could not be verified (SEC-028).
    RequestObject,
    /// A pushed request is unknown, used or expired (SEC-027).
    RequestUri,
    /// A link out of a mail was used, is too old, or is void since something has changed (SEC-091).
    ExpiredLink,
    /// The request is larger than is accepted (SEC-025).
    TooLarge,
    /// The interaction has expired or is over.
    ExpiredInteraction,
    /// The interaction belongs to another browser (SEC-031).
    OtherBrowser,
    /// The browser sent no cookie where it must have one.
    NoCookie,
    /// The form did not come from our own page (SEC-074).
    Csrf,
    /// The logout request is not valid (SEC-066).
    LogoutRequest,
    /// The account is suspended (SEC-140).
    AccountUnavailable,
    /// A company's own sign-in lets nobody in here (SEC-103, SEC-110).
    SignInRefused,
    /// Too many attempts.
    RateLimited,
    /// Too much to do at the moment.
    Busy,
    /// No page has this address.
    NotFound,
    /// The page is not for this method (SEC-075).
    MethodNotAllowed,
    /// The form came in a media type that is not taken.
    UnsupportedMediaType,
    /// The host is not one of ours (SEC-078).
    MisdirectedRequest,
    /// Our own fault.
    Internal,
}

impl ErrorKind {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::InvalidRequest,
        Self::RepeatedParameter,
        Self::UnknownClient,
        Self::ClientUnavailable,
        Self::RedirectUri,
        Self::RequestObject,
        Self::RequestUri,
        Self::ExpiredLink,
        Self::TooLarge,
        Self::ExpiredInteraction,
        Self::OtherBrowser,
        Self::NoCookie,
        Self::Csrf,
        Self::LogoutRequest,
        Self::AccountUnavailable,
        Self::SignInRefused,
        Self::RateLimited,
        Self::Busy,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::MisdirectedRequest,
        Self::Internal,
    ];

    /// The kind's name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::RepeatedParameter => "repeated_parameter",
            Self::UnknownClient => "unknown_client",
            Self::ClientUnavailable => "client_unavailable",
            Self::RedirectUri => "redirect_uri",
            Self::RequestObject => "request_object",
            Self::RequestUri => "request_uri",
            Self::ExpiredLink => "expired_link",
            Self::TooLarge => "too_large",
            Self::ExpiredInteraction => "expired_interaction",
            Self::OtherBrowser => "other_browser",
            Self::NoCookie => "no_cookie",
            Self::Csrf => "csrf",
            Self::LogoutRequest => "logout_request",
            Self::AccountUnavailable => "account_unavailable",
            Self::SignInRefused => "sign_in_refused",
            Self::RateLimited => "rate_limited",
            Self::Busy => "busy",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::MisdirectedRequest => "misdirected_request",
            Self::Internal => "internal",
        }
    }

    /// The status code that belongs to it (RFC 9110 §15).
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest
            | Self::RepeatedParameter
            | Self::UnknownClient
            | Self::ClientUnavailable
            | Self::RedirectUri
            | Self::RequestObject
            | Self::RequestUri
            | Self::ExpiredLink
            | Self::ExpiredInteraction
            | Self::OtherBrowser
            | Self::NoCookie
            | Self::LogoutRequest
            | Self::AccountUnavailable
            | Self::TooLarge => 400,
            Self::Csrf | Self::SignInRefused => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::UnsupportedMediaType => 415,
            Self::MisdirectedRequest => 421,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Busy => 503,
        }
    }

    /// The one sentence that says it, as `error-message` has it.
    pub fn message(self, locale: Locale) -> String {
        locale.text(&self.key("message")).into_owned()
    }

    /// The heading above it, as `error-title` has it.
    pub fn title(self, locale: Locale) -> String {
        locale.text(&self.key("title")).into_owned()
    }

    fn key(self, part: &str) -> String {
        format!("error-{}-{part}", self.name().replace('_', "-"))
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    view: &'a Error<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl Error<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}
