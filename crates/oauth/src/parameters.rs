//! Request parameters, from a query, a form body or a JSON object.

use std::fmt;

use serde_json::{Map, Value};

use crate::{form, json::UniqueMembers};

/// The parameters of one request, in the order they came.
///
/// "Parameters sent without a value MUST be treated as if they were omitted from the request. […] Request and
/// response parameters MUST NOT be included more than once." (RFC 6749 §3.1). So [`get`](Self::get) answers only
/// for a parameter that came once and isn't empty; [`repeated`](Self::repeated) names those that came more than once,
/// and what that means (a page, or an error by redirect) is for the endpoint to say. Names have no structure:
/// `a[]` and `a.b` are names like any other (SEC-020).
///
/// Debug output shows names only, since values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
}

/// Why parameters can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// More than [`Parameters::MAX`] (SEC-155).
    #[error("there are too many parameters")]
    TooMany,
    /// A name or a value isn't UTF-8 once decoded (SEC-156).
    #[error("a parameter is not UTF-8")]
    NotUtf8,
    /// A name or a value holds U+0000 (SEC-156).
    #[error("a parameter holds a NUL character")]
    Nul,
    /// The body isn't a JSON object whose members are named once and are all strings.
    #[error("the body is not a JSON object of strings, each named once")]
    Json,
}

impl Parameters {
    /// The most parameters that a request may have (SEC-155).
    pub const MAX: usize = 100;

    /// Parameters that may come more than once: `resource` (RFC 8707 §2) and `audience` (RFC 8693 §2.1).
    pub const REPEATABLE: [&str; 2] = ["resource", "audience"];

    /// Claims of a request object that are about itself (RFC 7519 §4.1).
    const OF_THE_OBJECT: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

    /// Reads a query (without its `?`) or a form body.
    pub fn parse(encoded: impl AsRef<[u8]>) -> Result<Self, ParametersError> {
        let mut parameters = Self::default();
        for pair in encoded
            .as_ref()
            .split(|&byte| byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let mut halves = pair.splitn(2, |&byte| byte == b'=');
            let name = text(halves.next().unwrap_or_default())?;
            let value = text(halves.next().unwrap_or_default())?;
            parameters.push(name, value)?;
        }
        Ok(parameters)
    }

    /// Reads a JSON object whose members are all strings, for clients that send one where the protocol has a form.
    pub fn from_json_object(body: &[u8]) -> Result<Self, ParametersError> {
        let UniqueMembers(members) =
            serde_json::from_slice::<UniqueMembers<String>>(body).map_err(|_| ParametersError::Json)?;
        let mut parameters = Self::default();
        for (name, value) in members {
            parameters.push(name, value)?;
        }
        Ok(parameters)
    }

    /// Reads the claims of a request object (RFC 9101 §4, OpenID Connect Core §6.1). Those that say something of the
    /// object itself are no parameters. What has a structure is its JSON text, and so is a number.
    pub fn from_request_object(claims: &Map<String, Value>) -> Result<Self, ParametersError> {
        let mut parameters = Self::default();
        for (name, value) in claims {
            if Self::OF_THE_OBJECT.contains(&name.as_str()) {
                continue;
            }
            match value {
                Value::Null => {}
                Value::String(text) => parameters.push(name.clone(), text.clone())?,
                Value::Array(values) if Self::REPEATABLE.contains(&name.as_str()) => {
                    for value in values {
                        let text = value.as_str().ok_or(ParametersError::Json)?;
                        parameters.push(name.clone(), text.to_owned())?;
                    }
                }
                value => parameters.push(name.clone(), value.to_string())?,
            }
        }
        Ok(parameters)
    }

    /// These, and those of `others` that have no namesake here and aren't named in `but`.
    pub fn and_missing(mut self, others: &Self, but: &[&str]) -> Result<Self, ParametersError> {
        let own = self.pairs.len();
        for (name, value) in others.iter() {
            let known = self.pairs.iter().take(own).any(|(own, _)| own == name);
            if !known && !but.contains(&name) {
                self.push(name.to_owned(), value.to_owned())?;
            }
        }
        Ok(self)
    }

    /// The same with one parameter more.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, ParametersError> {
        self.push(name.to_owned(), value.to_owned())?;
        Ok(self)
    }

    /// Those of the query, then those of the body: a parameter in both has come twice (SEC-020).
    pub fn merge(query: Self, body: Self) -> Result<Self, ParametersError> {
        let mut merged = query;
        for (name, value) in body.pairs {
            merged.push(name, value)?;
        }
        Ok(merged)
    }

    /// The value of a parameter that came exactly once and isn't empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self
            .pairs
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    /// Every value that isn't empty, in order: for [`REPEATABLE`](Self::REPEATABLE) parameters.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// The names that came more than once and mustn't, each told once; an empty value counts as having come.
    pub fn repeated(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().enumerate().filter_map(|(index, (name, _))| {
            let earlier = self.pairs.iter().take(index).any(|(other, _)| other == name);
            let later = self.pairs.iter().skip(index + 1).any(|(other, _)| other == name);
            (!earlier && later && !Self::REPEATABLE.contains(&name.as_str())).then_some(name.as_str())
        })
    }

    /// Whether this parameter came more than once and mustn't.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated().any(|repeated| repeated == name)
    }

    /// Names and values in the order they came, empty and repeated ones too.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many pairs came.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether none came.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn push(&mut self, name: String, value: String) -> Result<(), ParametersError> {
        if self.pairs.len() == Self::MAX {
            return Err(ParametersError::TooMany);
        }
        if name.contains('\0') || value.contains('\0') {
            return Err(ParametersError::Nul);
        }
        self.pairs.push((name, value));
        Ok(())
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Parameters")?;
        formatter
            .debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

fn text(encoded: &[u8]) -> Result<String, ParametersError> {
    String::from_utf8(form::decode(encoded)).map_err(|_| ParametersError::NotUtf8)
}
