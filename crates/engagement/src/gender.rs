//! `gender`, whose two notations the platform's pages contradict each other about.

use serde::Serialize;
use serde_json::Value;

/// Written as a word. Read as a word, or as the number that the platform's table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Gender {
    /// `MALE`, or 0.
    Male,
    /// `FEMALE`, or 1.
    Female,
    /// `OTHER`, or 2.
    Other,
}

impl Gender {
    pub(crate) const ALLOWED: &str = "MALE, FEMALE, OTHER, or 0, 1, 2 for them";

    /// Maps OpenID Connect's `gender` claim: `male`, `female`, and any other value (OpenID Connect Core §5.1).
    pub fn from_claim(claim: &str) -> Self {
        Self::from_word(claim).unwrap_or(Self::Other)
    }

    /// The word that stands in the token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "MALE",
            Self::Female => "FEMALE",
            Self::Other => "OTHER",
        }
    }

    /// The word for people.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Male => "Male",
            Self::Female => "Female",
            Self::Other => "Other",
        }
    }

    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::String(word) => Self::from_word(word),
            value => match value.as_u64()? {
                0 => Some(Self::Male),
                1 => Some(Self::Female),
                2 => Some(Self::Other),
                _ => None,
            },
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Male, Self::Female, Self::Other]
            .into_iter()
            .find(|gender| word.eq_ignore_ascii_case(gender.as_str()))
    }
}
