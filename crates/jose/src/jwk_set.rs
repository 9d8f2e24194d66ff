//! JWK sets (RFC 7517 §5): ours to publish, others' to read.

use serde::Serialize;
use serde_json::Value;

use crate::{JsonError, Jwk, JwkError, PublicKey, strict_json};

/// Largest set that is read, in bytes: what an outbound call may fetch (SEC-146).
const MAX_BYTES: usize = 256 * 1024;
/// Most keys in a set that is read.
const MAX_KEYS: usize = 100;

/// A set of public keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The keys, in the set's order.
    pub keys: Vec<Jwk>,
}

/// What to do with a set that contains private or symmetric keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateMembers {
    /// Refuse the set, as when a client registers it (SEC-015).
    Refuse,
    /// Leave them out, as when somebody else's published set is read.
    Ignore,
}

/// Why a set isn't accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkSetError {
    /// More than 256 KiB.
    #[error("the JWK set is too large")]
    TooLarge,
    /// More than 100 keys.
    #[error("the JWK set has too many keys")]
    TooManyKeys,
    /// Not an acceptable JSON object.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// `keys` is missing, or isn't an array of objects.
    #[error("`keys` is missing or isn't an array of objects")]
    Keys,
    /// One of the keys; counted from 0.
    #[error("key {index}: {error}")]
    Key {
        /// Its place.
        index: usize,
        /// What is wrong with it.
        error: JwkError,
    },
}

impl JwkSet {
    /// The set that publishes these keys.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Self {
        Self {
            keys: keys.into_iter().map(PublicKey::to_jwk).collect(),
        }
    }

    /// Parses a set. Keys of unknown types are kept, so that a set made for newer software than ours still works (RFC 7517 §5).
    ///
    /// # Errors
    /// Too large, not a JWK set, a key without its type's members, or (if asked for) one with private members.
    pub fn parse(json: &[u8], private_members: PrivateMembers) -> Result<Self, JwkSetError> {
        if json.len() > MAX_BYTES {
            return Err(JwkSetError::TooLarge);
        }
        let object = strict_json::parse_object(json)?;
        let Some(Value::Array(keys)) = object.get("keys") else {
            return Err(JwkSetError::Keys);
        };
        if keys.len() > MAX_KEYS {
            return Err(JwkSetError::TooManyKeys);
        }
        let keys = keys.iter().enumerate().map(|(index, key)| {
            let Value::Object(members) = key else {
                return Err(JwkSetError::Keys);
            };
            match (private_members, Jwk::private_member(members)) {
                (PrivateMembers::Refuse, Some(name)) => Err(JwkSetError::Key {
                    index,
                    error: JwkError::PrivateMember(name),
                }),
                (PrivateMembers::Refuse | PrivateMembers::Ignore, _) => {
                    Jwk::from_members(members).map_err(|error| JwkSetError::Key { index, error })
                }
            }
        });
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
        })
    }
}
