//! What is wrong with a new password, for people.

use crate::Locale;

/// Why a password can't be set (SEC-083).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Too few characters.
    TooShort {
        /// How many it must have.
        least: u32,
    },
    /// Too many bytes.
    TooLong,
    /// One of those that are guessed first.
    Common,
    /// Known from elsewhere.
    Breached,
    /// Nobody can tell now whether it is known from elsewhere.
    Unchecked,
    /// Made of names that a guesser knows.
    Context,
    /// A short pattern, again and again.
    Repeated,
    /// Easy to guess in another way.
    Guessable,
}

impl PasswordProblem {
    /// The sentence that says it.
    pub(crate) fn text(self, locale: Locale) -> String {
        let key = match self {
            Self::TooShort { least } => return locale.count("password-problem-short", least),
            Self::TooLong => "password-problem-long",
            Self::Common => "password-problem-common",
            Self::Breached => "password-problem-breached",
            Self::Unchecked => "password-problem-unchecked",
            Self::Context => "password-problem-context",
            Self::Repeated => "password-problem-repeated",
            Self::Guessable => "register-problem-password",
        };
        locale.text(key).into_owned()
    }
}
