//! How a client proves who it is, and what its tokens are bound to.

use jose::{Algorithm, HmacAlgorithm};
use serde::{Deserialize, Serialize};

/// A set of rules that a client keeps as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecurityProfile {
    /// The FAPI 2.0 Security Profile.
    Fapi2,
}

crate::model::text_enum!(SecurityProfile { Fapi2 = "fapi2" });

/// What a client's assertions are signed with (`token_endpoint_auth_signing_alg`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AssertionAlgorithm {
    /// Its private key.
    Signature(Algorithm),
    /// Its secret.
    Hmac(HmacAlgorithm),
}

impl std::fmt::Display for AssertionAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Signature(algorithm) => algorithm.fmt(f),
            Self::Hmac(algorithm) => algorithm.fmt(f),
        }
    }
}

impl AssertionAlgorithm {
    /// The algorithm, where it is one of a private key.
    pub const fn signature(self) -> Option<Algorithm> {
        match self {
            Self::Signature(algorithm) => Some(algorithm),
            Self::Hmac(_) => None,
        }
    }
}

/// How a client learns that its consumer has answered (CIBA §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryMode {
    /// It asks the token endpoint now and then.
    Poll,
    /// It is called, and then asks.
    Ping,
}

crate::model::text_enum!(DeliveryMode { Poll = "poll", Ping = "ping" });
