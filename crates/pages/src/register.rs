//! The page on which a consumer makes an account.

use crate::{FormTokens, Frame, Link, Locale, frame};
use askama::Template;

/// The sign-up page: `register-form` with `email`, `name`, `password` and `submit`.
///
/// The form posts `csrf`, `interaction`, `email`, `name` and `password`; the cancel button posts `cancel=1` besides.
#[derive(Debug, Clone, Copy)]
pub struct Register<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// The name of the client that the consumer goes on to.
    pub client_name: Option<&'a str>,
    /// What the e-mail field holds: what was typed before, else `login_hint`, else nothing.
    pub email: &'a str,
    /// What the name field holds.
    pub name: &'a str,
    /// What was wrong with the entry before this one. The answer's status is then 422.
    pub problem: Option<RegisterProblem>,
    /// Whether a button gives up and sends `access_denied` back to the client.
    pub cancel: bool,
    /// Where those sign in who have an account.
    pub login: Option<&'a Link>,
}

/// What the sign-up form says after an entry that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterProblem {
    /// No account can be made with these details, whoever else has one.
    Details,
    /// The password breaks a rule.
    Password,
}

#[derive(Template)]
#[template(path = "register.html")]
struct Page<'a> {
    view: &'a Register<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl Register<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
        })
    }

    fn problem_text(&self, locale: Locale) -> Option<String> {
        self.problem.map(|problem| {
            let key = match problem {
                RegisterProblem::Details => "register-problem-details",
                RegisterProblem::Password => "register-problem-password",
            };
            locale.text(key).into_owned()
        })
    }
}
