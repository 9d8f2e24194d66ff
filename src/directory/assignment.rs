use std::str::FromStr;

/// A key and what somebody gave for it: `KEY=VALUE`, or a flag that stands for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The key, such as `features.anonymous`.
    pub key: String,
    /// What was given.
    pub given: Given,
}

/// What was given for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A text, which takes the shape that the key asks for. Empty, it unsets a key that may be missing. Where a list is
    /// asked for, its values stand between commas, or it is a JSON array.
    Text(String),
    /// Values one by one, any of which may hold a comma.
    List(Vec<String>),
}

/// A text without an equals sign, or without a key before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected KEY=VALUE")]
pub struct NotAnAssignment;

impl Assignment {
    /// `key=text`.
    pub fn text(key: &str, text: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            given: Given::Text(text.into()),
        }
    }

    /// A key whose values are given one by one.
    pub fn list(key: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            key: key.to_owned(),
            given: Given::List(values.into_iter().map(Into::into).collect()),
        }
    }
}

impl FromStr for Assignment {
    type Err = NotAnAssignment;

    fn from_str(text: &str) -> Result<Self, NotAnAssignment> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Ok(Self::text(key.trim(), value)),
            _ => Err(NotAnAssignment),
        }
    }
}

impl Given {
    /// The text; none where values were given one by one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }

    /// The values of a list.
    pub(super) fn as_list(&self) -> Option<Vec<String>> {
        match self {
            Self::List(values) => Some(values.clone()),
            Self::Text(text) if text.trim_start().starts_with('[') => serde_json::from_str(text).ok(),
            Self::Text(text) if text.trim().is_empty() => Some(Vec::new()),
            Self::Text(text) => Some(text.split(',').map(|value| value.trim().to_owned()).collect()),
        }
    }
}

/// For people.
impl std::fmt::Display for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(values) => f.write_str(&values.join(",")),
        }
    }
}
