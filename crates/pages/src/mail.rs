//! What is sent to people: a subject, a text, and the same as HTML.
//!
//! A mail shows the brand, an instant and a link of ours, and nothing that a consumer or a user chose: nobody has us send
//! words of theirs to others. It loads nothing.

use crate::{Brand, Link, Locale, frame};
use askama::Template;
use std::borrow::Cow;

/// What a mail tells.
#[derive(Debug, Clone, Copy)]
pub enum Letter<'a> {
    /// Somebody asks for a new password: where it is chosen, and how many minutes that works.
    Recover {
        /// Where.
        link: &'a Link,
        /// For how long, in minutes.
        minutes: u32,
    },
    /// An address is to be confirmed.
    VerifyAddress {
        /// Where.
        link: &'a Link,
    },
    /// The password is another one.
    PasswordChanged,
    /// The e-mail address is another one: told to the former.
    AddressChanged,
    /// The telephone number is another one.
    PhoneChanged,
    /// An authenticator was set up, with recovery codes.
    FactorAdded,
    /// It was removed, with them.
    FactorRemoved,
    /// The account is gone.
    AccountDeleted,
}

/// A mail about somebody's account with a brand.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// Whose mail it is.
    pub brand: &'a Brand,
    /// When it happened, for people.
    pub when: &'a str,
    /// What happened.
    pub letter: Letter<'a>,
}

/// A mail, written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// One line, without isolates.
    pub subject: String,
    /// The text, each of its lines ended.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A button, and what it is good for.
struct Action<'a> {
    label: Cow<'static, str>,
    link: &'a Link,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    locale: Locale,
    brand: &'a Brand,
    subject: &'a str,
    paragraphs: &'a [String],
    action: Option<&'a Action<'a>>,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    locale: Locale,
    brand: &'a str,
    paragraphs: &'a [String],
    action: Option<&'a Action<'a>>,
}

impl Mail<'_> {
    /// Writes it.
    pub fn write(&self, locale: Locale) -> Written {
        let name = one_line(self.brand.name());
        let (subject, lead) = self.letter.keys();
        let arguments: &[(&str, &str)] = &[("brand", &name), ("when", self.when)];
        let subject = one_line(&locale.text_with(subject, arguments));
        let mut paragraphs = vec![locale.text_with(lead, arguments)];
        let mut action = None;
        match self.letter {
            Letter::Recover { link, minutes } => {
                paragraphs.push(locale.count("mail-recover-valid", minutes));
                paragraphs.push(locale.text("mail-recover-else").into_owned());
                let label = locale.text("mail-recover-action");
                action = Some(Action { label, link });
            }
            Letter::VerifyAddress { link } => {
                paragraphs.push(locale.text("mail-verify-else").into_owned());
                let label = locale.text("mail-verify-action");
                action = Some(Action { label, link });
            }
            _ => paragraphs.push(locale.text_with("mail-not-you", arguments)),
        }
        let (paragraphs, action) = (paragraphs.as_slice(), action.as_ref());
        Written {
            text: frame::html(&Text {
                locale,
                brand: &name,
                paragraphs,
                action,
            }),
            html: frame::html(&Html {
                locale,
                brand: self.brand,
                subject: &subject,
                paragraphs,
                action,
            }),
            subject,
        }
    }
}

impl Letter<'_> {
    /// The sentences of its subject and of its beginning.
    const fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::Recover { .. } => ("mail-recover-subject", "mail-recover-lead"),
            Self::VerifyAddress { .. } => ("mail-verify-subject", "mail-verify-lead"),
            Self::PasswordChanged => ("mail-password-subject", "mail-password-lead"),
            Self::AddressChanged => ("mail-address-subject", "mail-address-lead"),
            Self::PhoneChanged => ("mail-phone-subject", "mail-phone-lead"),
            Self::FactorAdded => ("mail-factor-added-subject", "mail-factor-added-lead"),
            Self::FactorRemoved => ("mail-factor-removed-subject", "mail-factor-removed-lead"),
            Self::AccountDeleted => ("mail-deleted-subject", "mail-deleted-lead"),
        }
    }

    /// Its name in the log and in the figures.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Recover { .. } => "recover",
            Self::VerifyAddress { .. } => "verify_address",
            Self::PasswordChanged => "password_changed",
            Self::AddressChanged => "address_changed",
            Self::PhoneChanged => "phone_changed",
            Self::FactorAdded => "factor_added",
            Self::FactorRemoved => "factor_removed",
            Self::AccountDeleted => "account_deleted",
        }
    }
}

/// A name as it stands in a line of text: nothing in it begins another.
fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|letter| {
            if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                letter
            }
        })
        .collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
