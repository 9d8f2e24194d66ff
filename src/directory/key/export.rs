//! A key's halves on their way out: the public one in every form that a verifier takes, the private one on demand alone.

use std::time::Duration;

use jose::{Certificate, JwkSet, PublicKey};
use serde_json::json;
use zeroize::Zeroizing;

use super::public;
use crate::base::id::{AccountId, KeyId};
use crate::context::Services;
use crate::directory::{By, Error, Result, account};
use crate::keys;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::store;

/// How long a certificate is valid. It wraps a key, whose life is what counts.
const YEARS: Duration = Duration::from_hours(24 * 3650);

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
    let public = public(&key).map_err(|error| unreadable(&error))?;
    Ok(Exported { key, public })
}

/// All published keys, as the JWK set has them.
pub async fn set(services: &Services, account: &AccountId) -> Result<JwkSet> {
    account::row(services, account).await?;
    let keys = store::signing_keys::list_published(&services.db, account).await?;
    let read = keys
        .iter()
        .map(|key| public(key).map_err(|error| unreadable(&error)));
    Ok(JwkSet::of(&read.collect::<Result<Vec<PublicKey>>>()?))
}

/// A key that signs for itself, in a certificate named after the account's issuer; for as long as its private half is there.
pub async fn certificate(services: &Services, account: &AccountId, key: &SigningKey) -> Result<Certificate> {
    let owner = services.accounts.account(account::row(services, account).await?);
    let private = opened(services, key)?;
    // A common name has at most 64 characters (RFC 5280, appendix A.1).
    let name: String = owner.issuer.chars().take(64).collect();
    let until = key.created_at + YEARS;
    Certificate::self_signed(&private, &name, key.created_at.seconds(), until.seconds())
        .map_err(|error| store::Error::Fault(error.to_string()).into())
}

/// The private half, as PKCS#8 in PEM. That it left is recorded first: no record, no key (SEC-134).
pub async fn private(
    services: &Services,
    by: &By,
    account: &AccountId,
    kid: Option<&KeyId>,
) -> Result<(SigningKey, Zeroizing<String>)> {
    let key = export(services, account, kid).await?.key;
    let pem = opened(services, &key)?
        .to_pkcs8_pem()
        .map_err(|error| store::Error::Fault(error.to_string()))?;
    let event = by.did(account, "key.exported_private", None, json!({"kid": key.kid}));
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy).await })
        })
        .await?;
    Ok((key, pem))
}

fn opened(services: &Services, key: &SigningKey) -> Result<jose::PrivateKey> {
    keys::open_private_key(&services.sealer, key).ok_or_else(|| Error::NotFound {
        what: "private half of the signing key",
        id: key.kid.to_string(),
    })
}

fn unreadable(error: &jose::JwkError) -> Error {
    store::Error::Corrupt(format!("public_jwk: {error}")).into()
}
