//! The page on which a consumer chooses with which account to go on.

use crate::{FormTokens, Frame, Locale, brand, frame};
use askama::Template;

/// The choice of an account (OpenID Connect Core §3.1.2.1, `prompt=select_account`): `choose-form` with a button for each
/// account, `choose-continue`, `choose-continue-2` and so on, and `choose-other`. It names nobody but who is signed in in this
/// browser (SEC-143).
///
/// The form posts `csrf`, `interaction` and `decision`, which is `other`, or names an account's session.
#[derive(Debug, Clone, Copy)]
pub struct SelectAccount<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// The name of the client that the consumer goes on to; without one they go on to a page of the brand's own.
    pub client_name: Option<&'a str>,
    /// Who is signed in, whoever was chosen last first.
    pub accounts: &'a [Account<'a>],
}

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// What the form names them by.
    pub session: &'a str,
    /// Their name, as people know it.
    pub name: &'a str,
    /// What they sign in with.
    pub username: Option<&'a str>,
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

impl Account<'_> {
    fn initial(&self) -> String {
        brand::initial(self.name)
    }

    /// What they sign in with, where that isn't their name anyway: two may have one name.
    fn other_name(&self) -> Option<&str> {
        self.username.filter(|username| *username != self.name)
    }
}
