//! The login page.

use crate::{FormTokens, Frame, Link, Locale, frame};
use askama::Template;

/// The login page: `login-form` with `username`, `password`, `remember` and `submit`.
///
/// The form posts `csrf`, `interaction`, `username`, `password`, and `remember=on` if that is offered and chosen;
/// the cancel button posts `cancel=1` besides, with the fields as they are.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// The name of the client that the consumer goes on to.
    pub client_name: Option<&'a str>,
    /// What the username field holds: what was typed before, else `login_hint`, else nothing.
    pub username: &'a str,
    /// Whether the box "keep me signed in" is ticked; `None` leaves it out.
    pub remember: Option<bool>,
    /// The consumer is known and must prove it once more (`prompt=login`, `max_age`).
    pub again: bool,
    /// An account was asked for a moment ago: the consumer signs in with what they chose then, or with what they had.
    pub registered: bool,
    /// What was wrong with the entry before this one. The answer's status is then 422 or 429.
    pub problem: Option<LoginProblem>,
    /// Whether a button gives up and sends `access_denied` back to the client.
    pub cancel: bool,
    /// Where a forgotten password is recovered.
    pub recover: Option<&'a Link>,
    /// Where a new account is made.
    pub register: Option<&'a Link>,
}

/// What the login form says after an entry that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginProblem {
    /// Username and password do not match: one sentence for every cause (SEC-085).
    Credentials,
    /// Too many attempts; the next one counts after so many seconds (SEC-088).
    Throttled {
        /// Seconds until the next attempt; 0 where none is told.
        retry_after: u32,
    },
}

#[derive(Template)]
#[template(path = "login.html")]
struct Page<'a> {
    view: &'a Login<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl Login<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
        })
    }

    fn problem_text(&self, locale: Locale) -> Option<String> {
        self.problem.map(|problem| problem.text(locale))
    }
}

impl LoginProblem {
    /// The sentence that says it.
    pub(crate) fn text(self, locale: Locale) -> String {
        match self {
            Self::Credentials => locale.text("login-problem-credentials").into_owned(),
            Self::Throttled { retry_after: 0 } => locale.text("login-problem-throttled").into_owned(),
            Self::Throttled { retry_after } => locale.count("login-problem-throttled-for", retry_after),
        }
    }
}
