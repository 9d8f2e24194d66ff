//! Signing keys: their life as administrators and the clock move it on, and their public halves for whoever verifies.

mod activate;
mod burn;
mod cutover;
mod decryption;
mod document;
mod export;
mod import;
mod overview;
mod publish;
mod readers;
mod retire;
mod selftest;

pub use activate::{Rotation, advance, rotate};
pub use burn::{Burnt, Exposure, burn, exposure, signed_for};
pub use cutover::{Cutover, Planned, Whose, cutover, plan, prepare};
pub(super) use decryption::advance as advance_decryption;
pub use decryption::{decryption_keys, rotate_decryption};
pub use document::{document, fingerprint};
pub use export::{Exported, certificate, export, private, set};
pub use import::import;
pub use overview::{Overview, overview};
pub(super) use publish::make;
pub use publish::{Pending, generate};
pub use readers::{Lacking, Readiness, list as readers};
pub use retire::{Needed, Retirement, retire};
pub use selftest::{Check, Report, Subject, Wishes, selftest};

pub use crate::store::tokens::SignedPlace;

use jose::{Jwk, JwkError, PublicKey};

use super::{Error, Result};
use crate::base::id::{AccountId, KeyId};
use crate::context::Services;
use crate::model::signing_key::SigningKey;
use crate::store;

/// A key's public half.
pub fn public(key: &SigningKey) -> std::result::Result<PublicKey, JwkError> {
    PublicKey::from_jwk(&Jwk::parse(key.public_jwk.as_bytes())?, Some(key.alg))
}

async fn find(services: &Services, account: &AccountId, kid: &KeyId) -> Result<SigningKey> {
    store::signing_keys::find(&services.db, account, kid)
        .await?
        .ok_or_else(|| Error::NotFound {
            what: "signing key",
            id: kid.to_string(),
        })
}
