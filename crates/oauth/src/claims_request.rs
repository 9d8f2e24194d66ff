//! `claims` (OpenID Connect Core §5.5).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::json::{self, UniqueMembers};

/// Claims that a request asks for one by one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// Those for the ID token.
    #[serde(skip_serializing_if = "RequestedClaims::is_empty")]
    pub id_token: RequestedClaims,
    /// Those for the UserInfo response.
    #[serde(skip_serializing_if = "RequestedClaims::is_empty")]
    pub userinfo: RequestedClaims,
}

/// The claims asked for in one place, by name, in the order of the request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RequestedClaims(Vec<(String, RequestedClaim)>);

/// How one claim is asked for (Core §5.5.1); `null` asks for it as a voluntary one. Members that aren't known are ignored.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestedClaim {
    /// Whether the client can't do well without it.
    pub essential: bool,
    /// The value that it should have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values of which it should have one, the preferred one first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
}

/// Why a `claims` parameter can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsRequestError {
    /// Longer than [`ClaimsRequest::MAX_BYTES`] (SEC-035).
    #[error("the claims parameter is too long")]
    TooLong,
    /// Nested more than [`ClaimsRequest::MAX_DEPTH`] (SEC-035).
    #[error("the claims parameter is nested too deeply")]
    TooDeep,
    /// Not JSON of that shape, or with a member named twice.
    #[error("the claims parameter is not of the shape that OpenID Connect Core gives it")]
    Malformed,
}

impl ClaimsRequest {
    /// The longest parameter, in bytes (SEC-035).
    pub const MAX_BYTES: usize = 4096;
    /// How deeply objects and arrays may nest, the outermost one counted (SEC-035).
    pub const MAX_DEPTH: usize = 5;

    /// Reads the parameter.
    pub fn parse(text: &str) -> Result<Self, ClaimsRequestError> {
        if text.len() > Self::MAX_BYTES {
            return Err(ClaimsRequestError::TooLong);
        }
        if json::depth(text) > Self::MAX_DEPTH {
            return Err(ClaimsRequestError::TooDeep);
        }
        // A derived struct would be read from an array too.
        if !text.trim_start().starts_with('{') {
            return Err(ClaimsRequestError::Malformed);
        }
        serde_json::from_str(text).map_err(|_| ClaimsRequestError::Malformed)
    }

    /// Whether this user may be answered about: a request that names another `sub` must fail (Core §3.1.2.1, SEC-035).
    pub fn allows_subject(&self, sub: &str) -> bool {
        let sub = Value::from(sub);
        [&self.id_token, &self.userinfo]
            .into_iter()
            .filter_map(|claims| claims.get("sub"))
            .all(|requested| requested.accepts(&sub))
    }

    /// Whether it can't be answered about everybody.
    pub fn names_subject(&self) -> bool {
        let requested = [&self.id_token, &self.userinfo]
            .into_iter()
            .filter_map(|claims| claims.get("sub"));
        requested
            .into_iter()
            .any(|requested| !requested.accepts(&Value::Null))
    }
}

impl RequestedClaims {
    /// How this claim is asked for, if it is.
    pub fn get(&self, name: &str) -> Option<&RequestedClaim> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, claim)| claim)
    }

    /// Whether this claim is asked for.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The claims, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RequestedClaim)> {
        self.0.iter().map(|(name, claim)| (name.as_str(), claim))
    }

    /// Leaves out those whose names `keep` doesn't take.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// Whether none is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl RequestedClaim {
    /// Whether a value is one that the request names, or it names none.
    pub fn accepts(&self, candidate: &Value) -> bool {
        self.value.as_ref().is_none_or(|value| value == candidate)
            && self
                .values
                .as_ref()
                .is_none_or(|values| values.contains(candidate))
    }
}

impl<'de> Deserialize<'de> for RequestedClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Option::<UniqueMembers<Option<RequestedClaim>>>::deserialize(deserializer)?;
        let members = members.map(|UniqueMembers(members)| members).unwrap_or_default();
        Ok(Self(
            members
                .into_iter()
                .map(|(name, claim)| (name, claim.unwrap_or_default()))
                .collect(),
        ))
    }
}

impl Serialize for RequestedClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
