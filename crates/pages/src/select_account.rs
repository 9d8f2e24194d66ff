//! The page on which a consumer chooses with which account to go on.

use crate::{FormTokens, Frame, Locale, frame};
use askama::Template;

/// The choice of an account (OpenID Connect Core §3.1.2.1, `prompt=select_account`): `choose-form` with `choose-continue` and
/// `choose-other`. It names nobody but who is signed in in this browser (SEC-143).
///
/// The form posts `csrf`, `interaction` and `decision`, which is `continue` or `other`.
#[derive(Debug, Clone, Copy)]
pub struct SelectAccount<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// The name of the client that the consumer goes on to.
    pub client_name: &'a str,
    /// Who is signed in, as people know them.
    pub user: &'a str,
}

#[derive(Template)]
#[template(path = "select_account.html")]
struct Page<'a> {
    view: &'a SelectAccount<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl SelectAccount<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&Page {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}
