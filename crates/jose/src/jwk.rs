//! Public JSON Web Keys (RFC 7517).

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value};

use crate::{Algorithm, JsonError, KeyError, KeyManagement, KeyType, base64url, strict_json, thumbprint};

/// A public JWK. Only public members are ever held, so only public members can be serialised (SEC-015).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    /// `kty` and the members that belong to it.
    pub parameters: JwkParameters,
    /// `use`: `sig` or `enc`, or something else.
    pub key_use: Option<String>,
    /// `key_ops`: what may be done with the key, where it says.
    pub key_ops: Option<Vec<String>>,
    /// `alg`.
    pub alg: Option<String>,
    /// `kid`.
    pub kid: Option<String>,
}

/// The public members of a key type (RFC 7518 §6, RFC 8037 §2), in base64url as they stand in the JSON: not
/// yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JwkParameters {
    /// `kty: RSA`.
    Rsa {
        /// The modulus.
        n: String,
        /// The exponent.
        e: String,
    },
    /// `kty: EC`.
    Ec {
        /// The curve.
        crv: String,
        /// The point's first coordinate.
        x: String,
        /// The point's second coordinate.
        y: String,
    },
    /// `kty: OKP`.
    Okp {
        /// The curve.
        crv: String,
        /// The public key.
        x: String,
    },
    /// A key type that we don't know, or `oct`: kept so that a set with such a key can still be used.
    Other {
        /// The type.
        kty: String,
    },
}

/// Why a JWK can't be used. Members are named as in the RFC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Not an acceptable JSON object.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A member that the key type needs is missing, or isn't a string.
    #[error("`{0}` is missing or isn't a string")]
    Member(&'static str),
    /// A member isn't base64url without padding: often it's plain base64 (F-19).
    #[error("`{0}` isn't base64url without padding")]
    Base64url(&'static str),
    /// An integer begins with a zero byte (RFC 7518 §6.3.1.1, F-19), or a coordinate doesn't have the
    /// length of its curve.
    #[error("`{0}` doesn't have the prescribed length: a leading zero byte too many or too few")]
    Length(&'static str),
    /// A private or symmetric member in a key that should be public (SEC-015).
    #[error("contains the private member `{0}`")]
    PrivateMember(&'static str),
    /// `use` says that the key isn't for signatures.
    #[error("`use` isn't `sig`")]
    Use,
    /// `use` says that the key isn't for encryption.
    #[error("`use` isn't `enc`")]
    EncryptionUse,
    /// `key_ops` leaves out what the key is needed for (RFC 7517 §4.3).
    #[error("`key_ops` doesn't allow what the key is needed for")]
    KeyOps,
    /// `alg` names an algorithm that we don't verify.
    #[error("`alg` isn't a supported signature algorithm")]
    UnknownAlgorithm,
    /// `alg` contradicts the algorithm of the key's record.
    #[error("`alg` is {jwk}, but {record} is registered for this key")]
    AlgorithmMismatch {
        /// The JWK's.
        jwk: Algorithm,
        /// Ours.
        record: Algorithm,
    },
    /// `alg` of an encryption key names none of our ways to manage keys.
    #[error("`alg` isn't RSA-OAEP-256 or ECDH-ES")]
    UnknownKeyManagement,
    /// `alg` contradicts the way that is asked for.
    #[error("`alg` is {jwk}, but {wanted} is wanted")]
    KeyManagementMismatch {
        /// The JWK's.
        jwk: KeyManagement,
        /// What its owner registered.
        wanted: KeyManagement,
    },
    /// The key itself isn't acceptable.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1; `priv` of RFC 9964).
pub(crate) const PRIVATE_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

impl Jwk {
    /// Parses one JWK. Private members are ignored here: [`Jwk::private_member`] tells whether there are
    /// any.
    ///
    /// # Errors
    /// Names the member at fault.
    pub fn parse(json: &[u8]) -> Result<Self, JwkError> {
        Self::from_members(&strict_json::parse_object(json)?)
    }

    /// The same for a key that somebody registers or that is being checked: a private or symmetric member is an error
    /// (SEC-015).
    ///
    /// # Errors
    /// As [`Jwk::parse`].
    pub fn parse_strictly(json: &[u8]) -> Result<Self, JwkError> {
        Self::from_public_members(&strict_json::parse_object(json)?)
    }

    pub(crate) fn from_public_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        match Self::private_member(members) {
            Some(name) => Err(JwkError::PrivateMember(name)),
            None => Self::from_members(members),
        }
    }

    /// The same from a parsed object, e.g. the `jwk` header of a DPoP proof.
    ///
    /// # Errors
    /// As [`Jwk::parse`].
    pub fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let parameters = match required(members, "kty")?.as_str() {
            "RSA" => JwkParameters::Rsa {
                n: required(members, "n")?,
                e: required(members, "e")?,
            },
            "EC" => JwkParameters::Ec {
                crv: required(members, "crv")?,
                x: required(members, "x")?,
                y: required(members, "y")?,
            },
            "OKP" => JwkParameters::Okp {
                crv: required(members, "crv")?,
                x: required(members, "x")?,
            },
            other => JwkParameters::Other {
                kty: other.to_owned(),
            },
        };
        Ok(Self {
            parameters,
            key_use: optional(members, "use")?,
            key_ops: operations(members)?,
            alg: optional(members, "alg")?,
            kid: optional(members, "kid")?,
        })
    }

    /// The first private or symmetric member of a JWK that should be public (SEC-002, SEC-015).
    pub fn private_member(members: &Map<String, Value>) -> Option<&'static str> {
        PRIVATE_MEMBERS
            .into_iter()
            .find(|name| members.contains_key(*name))
    }

    /// Whether `key_ops` allows one of `operations`, as it does where it isn't there.
    pub(crate) fn allows(&self, operations: &[&str]) -> bool {
        self.key_ops
            .as_ref()
            .is_none_or(|allowed| allowed.iter().any(|it| operations.contains(&it.as_str())))
    }

    /// SHA-256 thumbprint (RFC 7638), nothing for a key type that we don't know.
    pub fn thumbprint(&self) -> Option<String> {
        thumbprint::thumbprint(&self.parameters)
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kty", self.parameters.kty())?;
        if let Some(key_use) = &self.key_use {
            map.serialize_entry("use", key_use)?;
        }
        if let Some(operations) = &self.key_ops {
            map.serialize_entry("key_ops", operations)?;
        }
        for (name, value) in [("alg", &self.alg), ("kid", &self.kid)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        match &self.parameters {
            JwkParameters::Rsa { n, e } => {
                map.serialize_entry("n", n)?;
                map.serialize_entry("e", e)?;
            }
            JwkParameters::Ec { crv, x, y } => {
                map.serialize_entry("crv", crv)?;
                map.serialize_entry("x", x)?;
                map.serialize_entry("y", y)?;
            }
            JwkParameters::Okp { crv, x } => {
                map.serialize_entry("crv", crv)?;
                map.serialize_entry("x", x)?;
            }
            JwkParameters::Other { .. } => {}
        }
        map.end()
    }
}

/// As [`Jwk::parse_strictly`], but for a member that occurs twice: for keys that were checked when they were stored. A
/// stranger's are read by [`Jwk::parse`].
impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::<String, Value>::deserialize(deserializer)?;
        Self::from_public_members(&members).map_err(serde::de::Error::custom)
    }
}

impl JwkParameters {
    /// The `kty` value.
    pub fn kty(&self) -> &str {
        match self {
            Self::Rsa { .. } => "RSA",
            Self::Ec { .. } => "EC",
            Self::Okp { .. } => "OKP",
            Self::Other { kty } => kty,
        }
    }

    /// The kind of key, if it's one that we verify with.
    pub fn key_type(&self) -> Option<KeyType> {
        match self {
            Self::Rsa { .. } => Some(KeyType::Rsa),
            Self::Ec { crv, .. } if crv == "P-256" => Some(KeyType::P256),
            Self::Ec { crv, .. } if crv == "P-384" => Some(KeyType::P384),
            Self::Okp { crv, .. } if crv == "Ed25519" => Some(KeyType::Ed25519),
            Self::Ec { .. } | Self::Okp { .. } | Self::Other { .. } => None,
        }
    }
}

/// Our record decides; the JWK may confirm it, and must not contradict.
pub(crate) fn algorithm(
    alg: Option<&str>,
    record: Option<Algorithm>,
    key_type: KeyType,
) -> Result<Algorithm, JwkError> {
    let named = match alg {
        Some(alg) => Some(Algorithm::named_by_others(alg).map_err(|_| JwkError::UnknownAlgorithm)?),
        None => None,
    };
    let algorithm = match (named, record) {
        (Some(jwk), Some(record)) if jwk != record => {
            return Err(JwkError::AlgorithmMismatch { jwk, record });
        }
        (Some(algorithm), _) | (None, Some(algorithm)) => algorithm,
        (None, None) => key_type.default_algorithm(),
    };
    crate::key_error::require_match(algorithm, key_type)?;
    Ok(algorithm)
}

/// An uncompressed point from its coordinates, each of the curve's full length (RFC 7518 §6.2.1.2).
pub(crate) fn ec_point(key_type: KeyType, x: &str, y: &str) -> Result<Vec<u8>, JwkError> {
    let len = if key_type == KeyType::P384 { 48 } else { 32 };
    Ok([
        &[4],
        exactly("x", x, len)?.as_slice(),
        exactly("y", y, len)?.as_slice(),
    ]
    .concat())
}

pub(crate) fn exactly(name: &'static str, value: &str, len: usize) -> Result<Vec<u8>, JwkError> {
    let bytes = base64url::decode(value).ok_or(JwkError::Base64url(name))?;
    if bytes.len() == len {
        Ok(bytes)
    } else {
        Err(JwkError::Length(name))
    }
}

/// A positive integer in the fewest bytes (RFC 7518 §2 "Base64urlUInt").
pub(crate) fn integer(name: &'static str, value: &str) -> Result<Vec<u8>, JwkError> {
    let bytes = base64url::decode(value).ok_or(JwkError::Base64url(name))?;
    match bytes.first() {
        None | Some(0) => Err(JwkError::Length(name)),
        Some(_) => Ok(bytes),
    }
}

pub(crate) fn required(members: &Map<String, Value>, name: &'static str) -> Result<String, JwkError> {
    optional(members, name)?.ok_or(JwkError::Member(name))
}

pub(crate) fn optional(members: &Map<String, Value>, name: &'static str) -> Result<Option<String>, JwkError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.clone())),
        Some(_) => Err(JwkError::Member(name)),
    }
}

fn operations(members: &Map<String, Value>) -> Result<Option<Vec<String>>, JwkError> {
    let wrong = JwkError::Member("key_ops");
    match members.get("key_ops") {
        None => Ok(None),
        Some(Value::Array(operations)) => operations
            .iter()
            .map(|it| it.as_str().map(str::to_owned).ok_or(wrong))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(wrong),
    }
}
