//! What a consumer is told where the directory can't do what they asked for.

use pages::{ErrorKind, PasswordProblem};

use crate::directory::Error;
use crate::http::PageError;
use crate::login::WeakPassword;
use crate::store;

/// What isn't theirs to mend.
pub(super) fn page(error: Error) -> PageError {
    match error {
        Error::Busy(busy) => PageError::busy(busy.to_string()),
        // Something else was written at the same moment: another try meets what is there now.
        Error::Changed | Error::Store(store::Error::Stale) => PageError::busy("changed at the same moment"),
        Error::Store(error) => error.into(),
        error => PageError::with_detail(ErrorKind::Internal, error.to_string()),
    }
}

/// What is wrong with a new password.
pub(super) fn password(weak: WeakPassword) -> PasswordProblem {
    match weak {
        WeakPassword::TooShort(least) => PasswordProblem::TooShort {
            least: u32::try_from(least).unwrap_or(u32::MAX),
        },
        WeakPassword::TooLong(_) => PasswordProblem::TooLong,
        WeakPassword::Common => PasswordProblem::Common,
        WeakPassword::Breached => PasswordProblem::Breached,
        WeakPassword::Unchecked => PasswordProblem::Unchecked,
        WeakPassword::Context => PasswordProblem::Context,
        WeakPassword::Repeated => PasswordProblem::Repeated,
        WeakPassword::Sequence(_) | WeakPassword::Run(_) | WeakPassword::Lacks(_) => {
            PasswordProblem::Guessable
        }
    }
}
