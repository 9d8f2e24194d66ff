use std::fmt;
use std::str::FromStr;

use super::{InvalidValue, as_text};

const ALLOWED: &str = "an e-mail address such as \"no-reply@brand.example\", without a name";

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress(smtp::Address);

impl MailAddress {
    /// The address.
    pub const fn get(&self) -> &smtp::Address {
        &self.0
    }
}

impl FromStr for MailAddress {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.parse().map(Self).map_err(|_| InvalidValue(ALLOWED))
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

as_text!(MailAddress);
