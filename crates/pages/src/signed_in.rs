//! Where a consumer lands who signed in without being on the way to a client.

use crate::{FormTokens, Frame, Link, Locale, LoginProblem, PasswordProblem, frame};
use askama::Template;

/// A browser that the consumer is signed in with.
#[derive(Debug, Clone)]
pub struct SignedInSession {
    /// What the form that ends it names.
    pub sid: String,
    /// When they signed in, for people.
    pub since: String,
    /// When it was last used, for people.
    pub last_used: String,
    /// Whether it is the browser that looks at the page.
    pub is_this: bool,
}

/// A client at which the consumer can begin a login (OpenID Connect Core §4).
#[derive(Debug, Clone)]
pub struct BeginsAt {
    /// Its name.
    pub name: String,
    /// Its host, where it isn't the brand's own: others choose their names themselves.
    pub host: Option<String>,
    /// Where it begins one.
    pub begin: Link,
}

impl BeginsAt {
    fn initial(&self) -> String {
        crate::brand::initial(&self.name)
    }
}

/// A client that the consumer has allowed something.
#[derive(Debug, Clone)]
pub struct AllowedClient {
    /// What the form that takes it back names.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// What was allowed: names of scopes.
    pub scopes: String,
    /// When, for people.
    pub since: String,
}

/// The consumer's password, to be changed by who knows it (SEC-090): `me-password-form` with `current-password` and
/// `new-password`.
#[derive(Debug, Clone, Copy)]
pub struct OwnPassword {
    /// What was wrong with the entry before this one. The answer's status is then 422 or 429.
    pub problem: Option<OwnPasswordProblem>,
}

/// Why a consumer's password was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnPasswordProblem {
    /// The current one was not proved.
    Current(LoginProblem),
    /// The new one can't be set.
    New(PasswordProblem),
}

/// The consumer's e-mail address, to be proved by a link that is sent there (SEC-092): `me-address-form`.
#[derive(Debug, Clone, Copy)]
pub struct OwnAddress<'a> {
    /// The address.
    pub email: &'a str,
    /// Whether it is proved.
    pub proved: bool,
    /// Whether a link can be sent.
    pub can_prove: bool,
}

/// Says who is signed in, where, and what they have allowed whom, each with a way to end it (SEC-179), and leads to
/// clients, to signing out and to other accounts: `signed-in`, `me-others`, `me-apps`, `me-sessions`, `me-consents`,
/// `me-password`, `me-address`, `me-end-all`.
///
/// Its forms post `csrf`, `interaction` (empty), `what` and `which`: `session` and a session, `consent` and a client, or
/// `all`; `password` with `current` and `password`; `address`.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The consumer's name, as people know it.
    pub user: &'a str,
    /// What the consumer signs in with; left out where it is the same as the name.
    pub username: Option<&'a str>,
    /// The page that asks before signing out.
    pub logout: &'a Link,
    /// The page on which another account is chosen.
    pub others: &'a Link,
    /// Where the forms post to.
    pub action: &'a str,
    /// Their hidden fields.
    pub tokens: FormTokens<'a>,
    /// Where they can begin; where that is nowhere, nothing is said of it.
    pub apps: &'a [BeginsAt],
    /// Where they are signed in.
    pub sessions: &'a [SignedInSession],
    /// Whom they have allowed what.
    pub consents: &'a [AllowedClient],
    /// Their password, if they have one.
    pub password: Option<OwnPassword>,
    /// Their address, if they have one.
    pub address: Option<OwnAddress<'a>>,
}

#[derive(Template)]
#[template(path = "signed_in.html")]
struct Page<'a> {
    view: &'a SignedIn<'a>,
    frame: Frame<'a>,
    locale: Locale,
    initial: String,
}

impl OwnPassword {
    fn problem_text(&self, locale: Locale) -> Option<String> {
        self.problem.map(|problem| match problem {
            OwnPasswordProblem::Current(LoginProblem::Credentials) => {
                locale.text("me-password-wrong").into_owned()
            }
            OwnPasswordProblem::Current(throttled) => throttled.text(locale),
            OwnPasswordProblem::New(problem) => problem.text(locale),
        })
    }

    fn is_current_wrong(&self) -> bool {
        matches!(self.problem, Some(OwnPasswordProblem::Current(_)))
    }

    fn is_new_wrong(&self) -> bool {
        matches!(self.problem, Some(OwnPasswordProblem::New(_)))
    }
}

impl SignedIn<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
            initial: crate::brand::initial(self.user),
        })
    }
}
