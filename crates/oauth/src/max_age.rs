//! `max_age`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How many seconds ago the user may have logged in at the most (OpenID Connect Core §3.1.2.1). `0` always asks for a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MaxAge(pub u32);

/// A `max_age` that isn't a whole number of seconds, zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("max_age must be a whole number of seconds, zero or more")]
pub struct InvalidMaxAge;

impl MaxAge {
    /// The seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl FromStr for MaxAge {
    type Err = InvalidMaxAge;

    /// Decimal digits only. What is beyond 136 years is read as 136 years, which no login is older than.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidMaxAge);
        }
        Ok(Self(text.parse().unwrap_or(u32::MAX)))
    }
}
