//! A sign-in by a form that let nobody in, at whichever door.

use pages::LoginProblem;

use super::{PageError, figures};
use crate::login::LoginRefusal;

/// What the form says of it, counted.
pub fn problem(refusal: LoginRefusal) -> Result<LoginProblem, PageError> {
    match refusal {
        LoginRefusal::NoMatch => {
            figures::login("refused");
            Ok(LoginProblem::Credentials)
        }
        LoginRefusal::Throttled(seconds) => {
            figures::login("throttled");
            let retry_after = u32::try_from(seconds).unwrap_or(u32::MAX);
            Ok(LoginProblem::Throttled { retry_after })
        }
        LoginRefusal::Busy => {
            figures::login("busy");
            Err(PageError::busy("the password pool is full"))
        }
        LoginRefusal::Store(error) => Err(error.into()),
    }
}
