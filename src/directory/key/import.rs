//! A key that was made elsewhere: published as pending, like one that was made here.

use jose::{Algorithm, KeyError, PrivateKey};
use zeroize::Zeroizing;

use super::publish::publish;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::error::Problems;
use crate::directory::{By, Error, Result, account};
use crate::keys;
use crate::model::signing_key::SigningKey;
use crate::store;

/// What is taken.
const ALLOWED: &str = "one unencrypted private key: PKCS#8, PKCS#1 or SEC 1 in PEM, or a JWK; RSA of 2048 to 4096 bits, \
                       P-256, P-384 or Ed25519";

/// Publishes a private key from a file's content as pending. Its id is its thumbprint, whatever a JWK says (RFC 7638).
pub async fn import(
    services: &Services,
    by: &By,
    account: &AccountId,
    algorithm: Option<Algorithm>,
    content: Zeroizing<Vec<u8>>,
) -> Result<SigningKey> {
    let owner = account::row(services, account).await?;
    let private = read(algorithm, &content)?;
    let key = keys::seal_signing_key(account, &private, &services.sealer, services.clock.now())?;
    let known = store::signing_keys::find(&services.db, account, &key.kid).await?;
    if known.is_some() {
        return Err(Error::Taken {
            what: "signing key",
            id: key.kid.to_string(),
        });
    }
    let kid = key.kid.clone();
    let pending = publish(services, by, &owner, key, "key.imported").await?;
    if pending.key.kid == kid {
        return Ok(pending.key);
    }
    let mut problems = Problems::default();
    problems.push(
        "key",
        None,
        format!(
            "a key of that algorithm when none waits; {} does: let it sign (signet key rotate), or retire it",
            pending.key.kid
        ),
    );
    Err(problems.finish().err().unwrap_or(Error::Changed))
}

fn read(algorithm: Option<Algorithm>, content: &[u8]) -> Result<PrivateKey> {
    let text = std::str::from_utf8(content).unwrap_or_default();
    let read = if text.trim_start().starts_with('{') {
        PrivateKey::from_jwk(algorithm, content).map_err(|error| error.to_string())
    } else {
        PrivateKey::from_pem(algorithm, text).map_err(|error: KeyError| error.to_string())
    };
    // Its own thumbprint, even where a JWK names it otherwise.
    let thumbprint = |key: PrivateKey| {
        let kid = key.public().thumbprint();
        key.with_kid(kid)
    };
    read.map(thumbprint).map_err(|reason| {
        let mut problems = Problems::default();
        problems.push("key", None, format!("{ALLOWED}; {reason}"));
        problems.finish().err().unwrap_or(Error::Changed)
    })
}
