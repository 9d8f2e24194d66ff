use std::fmt;
use std::str::FromStr;

use jose::Algorithm;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `request_object_signing_alg` (OpenID Connect Registration §2): how a client's request objects are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestObjectAlg {
    /// `none`: they needn't be.
    Unsigned,
    /// By this algorithm alone.
    Signed(Algorithm),
}

/// An `alg` value that names none of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm is not known")]
pub struct UnknownAlg;

impl RequestObjectAlg {
    /// The `alg` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsigned => "none",
            Self::Signed(algorithm) => algorithm.as_str(),
        }
    }
}

impl fmt::Display for RequestObjectAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RequestObjectAlg {
    type Err = UnknownAlg;

    fn from_str(text: &str) -> Result<Self, UnknownAlg> {
        match text {
            "none" => Ok(Self::Unsigned),
            // RFC 9864's name for it.
            "Ed25519" => Ok(Self::Signed(Algorithm::EdDSA)),
            other => other.parse().map(Self::Signed).map_err(|_| UnknownAlg),
        }
    }
}

impl Serialize for RequestObjectAlg {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for RequestObjectAlg {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
