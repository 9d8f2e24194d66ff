//! Signing keys: their life as administrators and the clock move it on, and their public halves for whoever verifies.

mod activate;
mod overview;
mod publish;
mod readers;
mod retire;

pub use activate::{Rotation, advance, rotate};
pub use overview::{Overview, overview};
pub(super) use publish::make;
pub use publish::{Pending, generate};
pub use readers::{Lacking, Readiness, list as readers};
pub use retire::{Needed, Retirement, retire};

use jose::{Jwk, JwkError, PublicKey};

use super::{Error, Result, account};
use crate::base::id::{AccountId, KeyId};
use crate::context::Services;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store;

/// A key's public half, with where it stands in its life.
#[derive(Debug)]
pub struct Exported {
    /// The record.
    pub key: SigningKey,
    /// The public half, which writes itself in every form that somebody takes.
    pub public: PublicKey,
}

/// The public half of one key; without an id, of the one that signs by the account's default algorithm.
pub async fn export(services: &Services, account: &AccountId, kid: Option<&KeyId>) -> Result<Exported> {
    let owner = account::row(services, account).await?;
    let keys = store::signing_keys::list(&services.db, account).await?;
    let found = keys.into_iter().find(|key| match kid {
        Some(kid) => key.kid == *kid,
        None => key.state == KeyState::Active && key.alg == owner.settings.default_alg,
    });
    let key = found.ok_or_else(|| Error::NotFound {
        what: "signing key",
        id: kid.map_or_else(
            || format!("active, {}", owner.settings.default_alg),
            KeyId::to_string,
        ),
    })?;
    let public = public(&key).map_err(|error| store::Error::Corrupt(format!("public_jwk: {error}")))?;
    Ok(Exported { key, public })
}

/// A key's public half.
pub fn public(key: &SigningKey) -> std::result::Result<PublicKey, JwkError> {
    PublicKey::from_jwk(&Jwk::parse(key.public_jwk.as_bytes())?, Some(key.alg))
}
