//! JWK sets (RFC 7517 §5): ours to publish, others' to read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{JsonError, Jwk, JwkError, PublicKey, strict_json};

/// Largest set that is read, in bytes: what an outbound call may fetch (SEC-146).
const MAX_BYTES: usize = 256 * 1024;
/// Most keys in a set that is read.
const MAX_KEYS: usize = 100;

/// A set of public keys. It is deserialised from what was stored; a stranger's is read by [`JwkSet::parse`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys, in the set's order.
    pub keys: Vec<Jwk>,
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

    /// Reads a set that somebody publishes. What we can't use is left out, so that a set made for newer
    /// software than ours still works (RFC 7517 §5): keys without their type's members. Private members are
    /// never taken in.
    ///
    /// # Errors
    /// Too large, or not a JWK set.
    pub fn parse(json: &[u8]) -> Result<Self, JwkSetError> {
        Ok(Self::readable(&members(json)?))
    }

    /// As [`JwkSet::parse`], for keys to encrypt to: a set with a private or symmetric member is refused, as nothing
    /// could be kept secret with it (SEC-015).
    ///
    /// # Errors
    /// As [`JwkSet::parse`], and the first key with such a member.
    pub fn parse_public(json: &[u8]) -> Result<Self, JwkSetError> {
        let members = members(json)?;
        let private = members.iter().enumerate().find_map(|(index, key)| {
            let error = JwkError::PrivateMember(Jwk::private_member(key)?);
            Some(JwkSetError::Key { index, error })
        });
        match private {
            Some(error) => Err(error),
            None => Ok(Self::readable(&members)),
        }
    }

    fn readable(members: &[Map<String, Value>]) -> Self {
        Self {
            keys: members
                .iter()
                .filter_map(|key| Jwk::from_members(key).ok())
                .collect(),
        }
    }

    /// Reads a set that a client registers, or that is being checked for mistakes: every key must have its
    /// type's members, and none may have private or symmetric ones (SEC-015).
    ///
    /// # Errors
    /// As [`JwkSet::parse`], and the first key that is wrong.
    pub fn parse_strictly(json: &[u8]) -> Result<Self, JwkSetError> {
        let members = members(json)?;
        let keys = members.iter().enumerate().map(|(index, key)| {
            Jwk::from_public_members(key).map_err(|error| JwkSetError::Key { index, error })
        });
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
        })
    }
}

/// The objects in `keys`.
fn members(json: &[u8]) -> Result<Vec<Map<String, Value>>, JwkSetError> {
    if json.len() > MAX_BYTES {
        return Err(JwkSetError::TooLarge);
    }
    let Some(Value::Array(keys)) = strict_json::parse_object(json)?.remove("keys") else {
        return Err(JwkSetError::Keys);
    };
    if keys.len() > MAX_KEYS {
        return Err(JwkSetError::TooManyKeys);
    }
    let objects = keys.into_iter().map(|key| match key {
        Value::Object(members) => Ok(members),
        _ => Err(JwkSetError::Keys),
    });
    objects.collect()
}
