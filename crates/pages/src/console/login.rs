//! Signing in to the console.

use crate::{Frame, Locale, LoginProblem, frame};
use askama::Template;

/// The sign-in page: `login-form` with `username`, `password` and `submit`. The form posts `csrf`, `next`, `username` and
/// `password`.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's token.
    pub csrf: &'a str,
    /// Where the administrator was on the way to; empty where nowhere.
    pub next: &'a str,
    /// What the field holds: what was typed before.
    pub username: &'a str,
    /// What was wrong with the entry before this one.
    pub problem: Option<LoginProblem>,
}

#[derive(Template)]
#[template(path = "console/login.html")]
struct Page<'a> {
    view: &'a Login<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl Login<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale: Locale::English,
        })
    }

    fn problem_text(&self) -> Option<String> {
        self.problem.map(|problem| problem.text(Locale::English))
    }
}
