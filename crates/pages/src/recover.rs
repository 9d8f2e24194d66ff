//! The pages of a consumer who forgot the password, and of one who proves an address.

use crate::{FormTokens, Frame, Link, Locale, PasswordProblem, frame};
use askama::Template;

/// Where a consumer says who they are: `recover-form` with `username` and `submit`.
///
/// The form posts `csrf`, `interaction` and `username`.
#[derive(Debug, Clone, Copy)]
pub struct Recover<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// What the field holds: `login_hint`, else nothing.
    pub username: &'a str,
    /// Where those sign in who remember it.
    pub login: Option<&'a Link>,
}

/// Where the link out of a mail leads: `password-form` with `password` and `submit`.
///
/// The form posts `csrf`, `interaction`, `token`, `username` (for password managers alone) and `password`.
#[derive(Debug, Clone, Copy)]
pub struct NewPassword<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// What the link carries.
    pub token: &'a str,
    /// What the consumer signs in with.
    pub username: &'a str,
    /// What was wrong with the entry before this one. The answer's status is then 422.
    pub problem: Option<PasswordProblem>,
}

/// Where the link that proves an address leads: `address-form` with `submit`.
///
/// The form posts `csrf`, `interaction` and `token`.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmAddress<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// The form's hidden fields.
    pub tokens: FormTokens<'a>,
    /// What the link carries.
    pub token: &'a str,
    /// The address.
    pub email: &'a str,
}

/// The end of a step, with a way on: `onward`.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// What is told.
    pub what: Tell,
    /// Where it goes on.
    pub onward: Option<&'a Link>,
}

/// What a page tells at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// A link is on its way, if there is such an account (SEC-086): `recover-sent`.
    RecoverSent {
        /// For how long it works.
        minutes: u32,
    },
    /// The new password is set: `recover-done`.
    Recovered,
    /// The password was changed by who knew the one before: `password-changed`.
    PasswordChanged,
    /// A link that proves the address is on its way: `address-sent`.
    AddressSent,
    /// The address is proved: `address-proved`.
    AddressProved,
}

impl Tell {
    /// Its heading's id, and the sentences of the heading and below it.
    const fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::RecoverSent { .. } => ("recover-sent", "recover-sent-title", "recover-sent-lead"),
            Self::Recovered => ("recover-done", "recover-done-title", "recover-done-lead"),
            Self::PasswordChanged => (
                "password-changed",
                "password-changed-title",
                "password-changed-lead",
            ),
            Self::AddressSent => ("address-sent", "address-sent-title", "address-sent-lead"),
            Self::AddressProved => ("address-proved", "address-proved-title", "address-proved-lead"),
        }
    }

    const fn id(self) -> &'static str {
        self.parts().0
    }

    /// Whether something is done, and not only on its way.
    const fn is_done(self) -> bool {
        matches!(
            self,
            Self::Recovered | Self::PasswordChanged | Self::AddressProved
        )
    }

    fn title(self, locale: Locale) -> String {
        locale.text(self.parts().1).into_owned()
    }

    fn lead(self, locale: Locale) -> String {
        let (_, _, lead) = self.parts();
        match self {
            Self::RecoverSent { minutes } => locale.count(lead, minutes),
            _ => locale.text(lead).into_owned(),
        }
    }

    fn help(self, locale: Locale) -> Option<String> {
        matches!(self, Self::RecoverSent { .. } | Self::AddressSent)
            .then(|| locale.text("mail-help").into_owned())
    }

    fn way_on(self, locale: Locale) -> String {
        let key = match self {
            Self::RecoverSent { .. } => "recover-back",
            Self::Recovered => "login-submit",
            Self::PasswordChanged | Self::AddressSent | Self::AddressProved => "me-back",
        };
        locale.text(key).into_owned()
    }
}

#[derive(Template)]
#[template(path = "recover.html")]
struct RecoverPage<'a> {
    view: &'a Recover<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct NewPasswordPage<'a> {
    view: &'a NewPassword<'a>,
    frame: Frame<'a>,
    locale: Locale,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "confirm_address.html")]
struct ConfirmAddressPage<'a> {
    view: &'a ConfirmAddress<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

#[derive(Template)]
#[template(path = "told.html")]
struct ToldPage<'a> {
    view: &'a Told<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl Recover<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&RecoverPage {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}

impl NewPassword<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&NewPasswordPage {
            view: self,
            frame: self.frame,
            locale,
            problem: self.problem.map(|problem| problem.text(locale)),
        })
    }
}

impl ConfirmAddress<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&ConfirmAddressPage {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}

impl Told<'_> {
    /// The page as HTML.
    pub fn render(&self, locale: Locale) -> String {
        frame::html(&ToldPage {
            view: self,
            frame: self.frame,
            locale,
        })
    }
}
