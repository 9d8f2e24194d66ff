use serde::{Deserialize, Serialize};

use crate::base::Timestamp;
use crate::base::id::{AccountId, KeyId};
use crate::model::Sealed;

/// A signing key as it is stored.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its RFC 7638 thumbprint.
    pub kid: KeyId,
    /// What it signs with.
    pub alg: jose::Algorithm,
    /// Where it stands in its life.
    pub state: KeyState,
    /// The public half, as a JWK.
    pub public_jwk: String,
    /// The private half, PKCS#8 sealed under the sealing key; gone once retired.
    pub private_key: Option<Sealed>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is to begin signing.
    pub activate_at: Option<Timestamp>,
    /// When it began.
    pub activated_at: Option<Timestamp>,
    /// When it is to be unpublished.
    pub retire_at: Option<Timestamp>,
    /// When it was.
    pub retired_at: Option<Timestamp>,
    /// When it signed for the last time: as the active key, or for a client that held on to it.
    pub stopped_at: Option<Timestamp>,
    /// When it was burnt: what it signed counts no more from then on.
    pub burnt_at: Option<Timestamp>,
}

/// A signing key's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Published, not yet signing.
    Pending,
    /// Signing.
    Active,
    /// Published, no longer signing.
    Retiring,
    /// Unpublished, the private half destroyed.
    Retired,
}

super::text_enum!(KeyState { Pending = "pending", Active = "active", Retiring = "retiring", Retired = "retired" });
