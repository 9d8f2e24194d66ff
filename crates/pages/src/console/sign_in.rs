//! How an account's users sign in to the console: by their password, and by a second factor.

use std::fmt::Write as _;

use crate::{Frame, Locale, LoginProblem, frame};
use askama::Template;
use fast_qr::QRBuilder;

use super::{OnceValue, Shell};

/// The first step: `login-form` with `account`, `username`, `password` and `submit`; `new_password` where the password must be
/// changed.
#[derive(Debug, Clone, Copy)]
pub struct UserLogin<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The form's token.
    pub csrf: &'a str,
    /// Where the user was on the way to; empty where nowhere.
    pub next: &'a str,
    /// The account.
    pub account: &'a str,
    /// The login name.
    pub username: &'a str,
    /// Whether a new password is asked for.
    pub changes: bool,
    /// What was wrong with the entry before this one.
    pub problem: Option<UserLoginProblem>,
}

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserLoginProblem {
    /// What is told to everybody.
    Login(LoginProblem),
    /// The user is switched off: told to whoever knows the password, as are the following.
    Disabled,
    /// The password must be changed.
    Expired,
    /// The new password can't be used.
    Weak,
    /// There is nothing at the console for them.
    Nothing,
    /// Their account's users sign in elsewhere.
    Elsewhere,
    /// The sign-in took too long, or something was changed meanwhile.
    Over,
}

#[derive(Template)]
#[template(path = "console/user_login.html")]
struct LoginPage<'a> {
    view: &'a UserLogin<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl UserLogin<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&LoginPage {
            view: self,
            frame: self.frame,
            locale: Locale::English,
        })
    }

    fn problem_text(&self) -> Option<String> {
        Some(match self.problem? {
            UserLoginProblem::Login(problem) => problem.text(Locale::English),
            UserLoginProblem::Disabled => {
                "You are switched off. Ask an administrator of the account.".to_owned()
            }
            UserLoginProblem::Expired => {
                "Your password must be changed: choose a new one, which isn’t the same.".to_owned()
            }
            UserLoginProblem::Weak => "Choose a longer password that isn’t easy to guess.".to_owned(),
            UserLoginProblem::Nothing => {
                "There is nothing here that you may do. Administrators and campaign managers sign in here."
                    .to_owned()
            }
            UserLoginProblem::Elsewhere => {
                "The users of this account sign in by single sign-on, which the console doesn’t take."
                    .to_owned()
            }
            UserLoginProblem::Over => {
                "That took too long, or something was changed meanwhile. Begin again.".to_owned()
            }
        })
    }
}

/// The second step: `factor-form` with `otp` and `otp-submit`.
#[derive(Debug, Clone, Copy)]
pub struct Factor<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The form's token.
    pub csrf: &'a str,
    /// Where the user was on the way to; empty where nowhere.
    pub next: &'a str,
    /// Who signs in.
    pub username: &'a str,
    /// Whether they have no factor yet.
    pub is_new: bool,
    /// The factor to set up, where it is shown.
    pub set_up: Option<SetUp<'a>>,
    /// What was wrong with the entry before this one.
    pub problem: Option<FactorProblem>,
}

/// A factor that is to be set up.
#[derive(Debug, Clone, Copy)]
pub struct SetUp<'a> {
    /// What an authenticator reads: an `otpauth:` URI.
    pub uri: &'a str,
    /// The same for people who type it.
    pub secret: &'a str,
}

/// What was wrong with a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorProblem {
    /// It isn't right, or was used before.
    Wrong,
    /// There were too many; the next one counts after so many seconds.
    Throttled(u32),
}

#[derive(Template)]
#[template(path = "console/factor.html")]
struct FactorPage<'a> {
    view: &'a Factor<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl Factor<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&FactorPage {
            view: self,
            frame: self.frame,
            locale: Locale::English,
        })
    }

    fn problem_text(&self) -> Option<String> {
        self.problem.map(FactorProblem::text)
    }
}

impl FactorProblem {
    fn text(self) -> String {
        match self {
            Self::Wrong => {
                "The code is not right, or was used before. Wait for the next one, and try again.".to_owned()
            }
            Self::Throttled(seconds) => {
                LoginProblem::Throttled { retry_after: seconds }.text(Locale::English)
            }
        }
    }
}

impl SetUp<'_> {
    /// The picture: its width in squares, and the dark ones as the path of a drawing. None where it can't be drawn.
    fn picture(&self) -> Option<(usize, String)> {
        let code = QRBuilder::new(self.uri).ecl(fast_qr::ECL::M).build().ok()?;
        let mut path = String::new();
        for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
            for (x, square) in row.iter().enumerate() {
                if square.value() {
                    let _ = write!(path, "M{x} {y}h1v1h-1z");
                }
            }
        }
        Some((code.size, path))
    }
}

/// An administrator's own second factor: `factor-form` with `otp` and `otp-submit`, where there is none yet.
#[derive(Debug, Clone, Copy)]
pub struct OwnFactor<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// The form's token.
    pub csrf: &'a str,
    /// Whether there is none yet.
    pub is_new: bool,
    /// The factor to set up; none where there is one, and where it was shown before.
    pub set_up: Option<SetUp<'a>>,
    /// What was wrong with the entry before this one.
    pub problem: Option<FactorProblem>,
    /// The page of the console that needs one, to come back to; empty where none does.
    pub next: &'a str,
}

in_shell!(OwnFactor, "console/own_factor.html");

impl OwnFactor<'_> {
    fn problem_text(&self) -> Option<String> {
        self.problem.map(FactorProblem::text)
    }
}

/// What lets somebody in who has lost the factor, shown once.
#[derive(Debug, Clone, Copy)]
pub struct RecoveryCodes<'a> {
    /// What every page has.
    pub frame: Frame<'a>,
    /// The codes, in lines.
    pub values: &'a [OnceValue<'a>],
    /// Where to go on to.
    pub onward: &'a crate::Link,
}

#[derive(Template)]
#[template(path = "console/recovery_codes.html")]
struct CodesPage<'a> {
    view: &'a RecoveryCodes<'a>,
    frame: Frame<'a>,
    locale: Locale,
}

impl RecoveryCodes<'_> {
    /// The page as HTML.
    pub fn render(&self) -> String {
        frame::html(&CodesPage {
            view: self,
            frame: self.frame,
            locale: Locale::English,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_drawn_as_a_square_picture() {
        let set_up = SetUp {
            uri: "otpauth://totp/Acme:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme",
            secret: "",
        };
        let (size, path) = set_up.picture().unwrap();
        assert_eq!((size - 17) % 4, 0, "{size}");
        // The three corners of every such picture.
        assert!(path.starts_with("M0 0h1v1h-1zM1 0h1v1h-1z"), "{path}");
    }
}
