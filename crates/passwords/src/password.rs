//! The password that someone typed.

use std::fmt;

/// The longest password that is hashed, in bytes (SEC-082).
pub const MAX_PASSWORD_BYTES: usize = 512;

/// A password that may be hashed: 1 to [`MAX_PASSWORD_BYTES`] bytes, taken as they are.
///
/// It borrows, so the owner of the bytes wipes them; `Debug` shows nothing of them.
#[derive(Clone, Copy)]
pub struct Password<'a>(&'a [u8]);

/// Why bytes can't be a password. A page should answer both as it answers a wrong password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unhashable {
    /// No account is opened by nothing, whatever its stored hash says.
    #[error("the password is empty")]
    Empty,
    /// More than [`MAX_PASSWORD_BYTES`]: refused before any work is done (SEC-082).
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
}

impl<'a> Password<'a> {
    /// Takes the bytes of a password, which are UTF-8 wherever they come from a form or JSON.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Unhashable> {
        match bytes.len() {
            0 => Err(Unhashable::Empty),
            1..=MAX_PASSWORD_BYTES => Ok(Self(bytes)),
            _ => Err(Unhashable::TooLong),
        }
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Password<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
