//! The pages for what another device began: typing its code, allowing it, and the end of that.

use crate::consent::{Permission, permission};
use crate::{FormTokens, Frame, Link, Locale, frame};
use askama::Template;

/// Where a person types the code that a device shows (RFC 8628 §3.3): `device-form` with `user-code` and `submit`.
///
/// The form posts `csrf`, `interaction` and `user_code`.
#[derive(Debug, Clone, Copy)]
pub struct DeviceCode<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// Who is signed in, as people know them.
    pub user: &'a str,
    /// The page on which another account is chosen.
    pub others: Option<&'a Link>,
    /// What was typed before, or came with the link.
    pub user_code: &'a str,
    /// What was wrong with the entry before this one. The answer's status is then 422 or 429.
    pub problem: Option<CodeProblem>,
}

/// What the form says after a code that did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeProblem {
    /// Nobody waits under that code, or no more.
    Unknown,
    /// Too many attempts.
    Throttled,
}

/// Allowing what waits on another device: `consent-form` with `consent-allow` and `consent-deny`, as on the consent page.
///
/// The form posts `csrf`, `interaction` and `decision`, which is `allow` or `deny`.
#[derive(Debug, Clone, Copy)]
pub struct Approval<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// The client's name.
    pub client_name: &'a str,
    /// Who is signed in, as people know them.
    pub user: &'a str,
    /// The page on which another account is chosen, where what waits is for whoever allows it.
    pub others: Option<&'a Link>,
    /// What the other device shows, to be compared.
    pub shown_there: Option<ShownThere<'a>>,
    /// The scopes asked for.
    pub scopes: &'a [&'a str],
}

/// What a person can compare on both screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownThere<'a> {
    /// The code that they typed.
    Code(&'a str),
    /// A message (CIBA §7.1, `binding_message`).
    Message(&'a str),
}

/// The end: `decision-done`.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// What came of it.
    pub outcome: DecidedOutcome,
}

/// What came of a question from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedOutcome {
    /// It was allowed.
    Allowed,
    /// It was refused.
    Denied,
    /// There is nothing to decide.
    Nothing,
}

#[derive(Template)]
#[template(path = "device_code.html")]
struct CodePage<'a> {
    view: &'a DeviceCode<'a>,
    frame: Frame<'a>,
    locale: Locale,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "approval.html")]
struct ApprovalPage<'a> {
    view: &'a Approval<'a>,
    frame: Frame<'a>,
    locale: Locale,
    permissions: Vec<Permission<'a>>,
}

#[derive(Template)]
#[template(path = "decided.html")]
struct DecidedPage<'a> {
    frame: Frame<'a>,
    locale: Locale,
    good: bool,
    title: &'static str,
    lead: &'static str,
}

impl DeviceCode<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&CodePage {
            view: self,
            frame: self.frame,
            locale,
            problem: self.problem.map(|problem| match problem {
                CodeProblem::Unknown => "device-problem-unknown",
                CodeProblem::Throttled => "login-problem-throttled",
            }),
        })
    }
}

impl Approval<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&ApprovalPage {
            view: self,
            frame: self.frame,
            locale,
            permissions: self.scopes.iter().map(|scope| permission(scope)).collect(),
        })
    }
}

impl Decided<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        let (title, lead) = match self.outcome {
            DecidedOutcome::Allowed => ("decided-allowed-title", "decided-allowed-lead"),
            DecidedOutcome::Denied => ("decided-denied-title", "decided-denied-lead"),
            DecidedOutcome::Nothing => ("decided-nothing-title", "decided-nothing-lead"),
        };
        frame::html(&DecidedPage {
            frame: self.frame,
            locale,
            good: self.outcome == DecidedOutcome::Allowed,
            title,
            lead,
        })
    }
}
