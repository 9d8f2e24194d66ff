//! Values that are text, and the two that have a form.

use serde::Serialize;
use std::fmt;

/// A text value: at most 50,000 characters (the platform's limit for any attribute's value), none of them NUL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// The most characters that a value may have.
    pub const MAX_CHARACTERS: usize = 50_000;
    pub(crate) const ALLOWED: &str = "text of at most 50000 characters, without NUL";

    /// Takes text if it is within the limits. NUL is refused because not every database can store it.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let short = text.len() <= Self::MAX_CHARACTERS || text.chars().count() <= Self::MAX_CHARACTERS;
        (short && !text.contains('\0')).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A language with its region: ISO 639-1 in small letters, `-` or `_`, ISO 3166-1 alpha-2 in capitals, such as `fr-CA`.
///
/// The form is checked, not that the codes have been given to anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    pub(crate) const ALLOWED: &str =
        "a language in small letters, - or _, and a region in capitals, such as en-US";

    /// Takes a language of that form.
    pub fn new(text: &str) -> Option<Self> {
        let [first, second, separator, region @ ..] = text.as_bytes() else {
            return None;
        };
        let valid = first.is_ascii_lowercase()
            && second.is_ascii_lowercase()
            && matches!(separator, b'-' | b'_')
            && is_alpha_2(region);
        valid.then(|| Self(text.to_owned()))
    }

    /// The language as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A country: two capitals, as in ISO 3166-1 alpha-2. The form is checked, not that the code has been given to anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Country(String);

impl Country {
    pub(crate) const ALLOWED: &str = "a country code of two capitals, such as US";

    /// Takes a country code of that form.
    pub fn new(text: &str) -> Option<Self> {
        is_alpha_2(text.as_bytes()).then(|| Self(text.to_owned()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_alpha_2(code: &[u8]) -> bool {
    matches!(code, [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase())
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
