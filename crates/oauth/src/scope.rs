//! `scope`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A set of scope values, in the order they were asked for (RFC 6749 §3.3). May be empty.
///
/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`: values are case-sensitive, and none holds a quotation mark or
/// a backslash, so a scope can stand in a `WWW-Authenticate` header as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope {
    values: Vec<String>,
}

/// Why a scope can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Longer than [`Scope::MAX_BYTES`] (SEC-155).
    #[error("the scope is too long")]
    TooLong,
    /// More than [`Scope::MAX_VALUES`] (SEC-155).
    #[error("the scope has too many values")]
    TooManyValues,
    /// A character that scope values can't have.
    #[error("a scope value has a character that it must not have")]
    Character,
}

impl Scope {
    /// The request is one of OpenID Connect (Core §3.1.2.1).
    pub const OPENID: &str = "openid";
    /// The claims of a profile (Core §5.4).
    pub const PROFILE: &str = "profile";
    /// `email` and `email_verified` (Core §5.4).
    pub const EMAIL: &str = "email";
    /// `address` (Core §5.4).
    pub const ADDRESS: &str = "address";
    /// `phone_number` and `phone_number_verified` (Core §5.4).
    pub const PHONE: &str = "phone";
    /// A refresh token that outlives the session (Core §11).
    pub const OFFLINE_ACCESS: &str = "offline_access";

    /// The longest scope parameter, in bytes (SEC-155).
    pub const MAX_BYTES: usize = 1024;
    /// The most values, before duplicates are dropped (SEC-155).
    pub const MAX_VALUES: usize = 64;

    /// Builds a scope from single values, by the same rules as parsing.
    pub fn from_values<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<Self, ScopeError> {
        let mut scope = Self::default();
        let (mut bytes, mut count) = (0, 0);
        for value in values {
            bytes += value.len() + usize::from(count > 0);
            count += 1;
            if bytes > Self::MAX_BYTES {
                return Err(ScopeError::TooLong);
            }
            if count > Self::MAX_VALUES {
                return Err(ScopeError::TooManyValues);
            }
            if value.is_empty() || !value.bytes().all(is_scope_character) {
                return Err(ScopeError::Character);
            }
            if !scope.contains(value) {
                scope.values.push(value.to_owned());
            }
        }
        Ok(scope)
    }

    /// Whether this value is in it.
    pub fn contains(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }

    /// Whether every value of it is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|value| other.contains(value))
    }

    /// The values that are also in `other`, in this one's order.
    pub fn intersection(&self, other: &Self) -> Self {
        self.filter(|value| other.contains(value))
    }

    /// The values that aren't in `other`, in this one's order.
    pub fn difference(&self, other: &Self) -> Self {
        self.filter(|value| !other.contains(value))
    }

    /// The values for which `keep` holds, in this one's order.
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self {
            values: self.values.iter().filter(|value| keep(value)).cloned().collect(),
        }
    }

    /// The values, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str)
    }

    /// How many values it has.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

const fn is_scope_character(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)
}

impl FromStr for Scope {
    type Err = ScopeError;

    /// More than one space between values is forgiven; any other white space isn't.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > Self::MAX_BYTES {
            return Err(ScopeError::TooLong);
        }
        Self::from_values(text.split(' ').filter(|value| !value.is_empty()))
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.values.join(" "))
    }
}
