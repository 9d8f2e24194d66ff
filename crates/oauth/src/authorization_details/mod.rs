//! `authorization_details` (RFC 9396).

mod schema;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::json::{self, UniqueMembers};

pub use schema::{DetailsSchema, Unfit};

/// What a request asks for in detail, or what was granted: objects of a type each, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorizationDetails(Vec<Map<String, Value>>);

/// Why an `authorization_details` parameter can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizationDetailsError {
    /// Longer than [`AuthorizationDetails::MAX_BYTES`].
    #[error("authorization_details is too long")]
    TooLong,
    /// Nested more than [`AuthorizationDetails::MAX_DEPTH`], or more than [`AuthorizationDetails::MAX`] objects.
    #[error("authorization_details holds too much")]
    TooMuch,
    /// Not a JSON array of objects, or a member named twice.
    #[error("authorization_details is not a JSON array of objects")]
    Malformed,
    /// An object without a `type` (§2).
    #[error("an object of authorization_details has no type")]
    NoType,
    /// One of the members that all types share has another shape than §2.2 gives it.
    #[error("a common member of authorization_details has a wrong shape")]
    Common,
}

impl AuthorizationDetails {
    /// The longest parameter, in bytes.
    pub const MAX_BYTES: usize = 8 * 1024;
    /// How deeply objects and arrays may nest, the outermost one counted.
    pub const MAX_DEPTH: usize = 8;
    /// The most objects.
    pub const MAX: usize = 16;

    /// Reads the parameter.
    pub fn parse(text: &str) -> Result<Self, AuthorizationDetailsError> {
        if text.len() > Self::MAX_BYTES {
            return Err(AuthorizationDetailsError::TooLong);
        }
        if json::depth(text) > Self::MAX_DEPTH {
            return Err(AuthorizationDetailsError::TooMuch);
        }
        let objects: Vec<UniqueMembers<Value>> =
            serde_json::from_str(text).map_err(|_| AuthorizationDetailsError::Malformed)?;
        if objects.is_empty() {
            return Err(AuthorizationDetailsError::Malformed);
        }
        if objects.len() > Self::MAX {
            return Err(AuthorizationDetailsError::TooMuch);
        }
        let objects: Vec<Map<String, Value>> = objects
            .into_iter()
            .map(|UniqueMembers(members)| members.into_iter().collect())
            .collect();
        objects.iter().try_for_each(check_common)?;
        Ok(Self(objects))
    }

    /// The objects, each with its type.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        self.0
            .iter()
            .map(|object| (type_of(object).unwrap_or_default(), object))
    }

    /// Whether every object here is one of `granted`: less may be asked for than was granted, and nothing else (§6.1).
    pub fn is_within(&self, granted: &Self) -> bool {
        self.0.iter().all(|object| granted.0.contains(object))
    }
}

impl std::fmt::Display for AuthorizationDetails {
    /// As JSON.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let array: Vec<Value> = self.0.iter().cloned().map(Value::Object).collect();
        write!(formatter, "{}", Value::Array(array))
    }
}

fn type_of(object: &Map<String, Value>) -> Option<&str> {
    object
        .get("type")
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty())
}

/// `type`, and the members that all types share (§2.2).
fn check_common(object: &Map<String, Value>) -> Result<(), AuthorizationDetailsError> {
    type_of(object).ok_or(AuthorizationDetailsError::NoType)?;
    let is_texts = |value: &Value| {
        value
            .as_array()
            .is_some_and(|texts| texts.iter().all(Value::is_string))
    };
    let lists = ["locations", "actions", "datatypes", "privileges"];
    let good = lists.iter().all(|name| object.get(*name).is_none_or(is_texts))
        && object.get("identifier").is_none_or(Value::is_string);
    if good {
        Ok(())
    } else {
        Err(AuthorizationDetailsError::Common)
    }
}
