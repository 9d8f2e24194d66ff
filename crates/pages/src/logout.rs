//! The page that asks before a consumer is signed out.

use crate::{FormTokens, Frame, Locale, frame};
use askama::Template;

/// The question before signing out (SEC-073): `logout-form` with `logout-confirm`, and `logout-all` where several are signed
/// in in the browser.
///
/// The form posts `csrf`, `interaction` and `decision`, which is `logout`, `all` or `stay`.
#[derive(Debug, Clone, Copy)]
pub struct Logout<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// Who is signed in, as people know them.
    pub user: Option<&'a str>,
    /// The name of the client that asks for it.
    pub client_name: Option<&'a str>,
    /// Whether others are signed in beside them.
    pub several: bool,
}

#[derive(Template)]
#[template(path = "logout.html")]
struct Page<'a> {
    view: &'a Logout<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl Logout<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}
