//! Each published key signs, and is verified by the very values that others are given.

use jose::{JwkSet, KeySet, PublicKey};

use super::{AUDIENCE, Check, Subject, token, verify};
use crate::base::Timestamp;
use crate::base::id::KeyId;
use crate::context::Tenant;
use crate::keys::RingKey;

pub(super) fn checks(tenant: &Tenant, now: Timestamp) -> Vec<Check> {
    let ring = &tenant.ring;
    let unusable = ring.unusable.iter().map(|kid| {
        let reason = Err("its private half can't be opened, or doesn't sign".to_owned());
        Check::of(&Subject::Key(kid.clone()), "private_key", reason)
    });
    let usable = ring
        .published()
        .iter()
        .filter_map(|public| ring.find(&KeyId::parse(public.kid()).ok()?))
        .flat_map(|key| of_key(tenant, key, now));
    unusable.chain(usable).collect()
}

fn of_key(tenant: &Tenant, key: &RingKey, now: Timestamp) -> Vec<Check> {
    let issuer = &tenant.account.issuer;
    let subject = Subject::Key(key.kid.clone());
    match token(&key.signer, issuer, now) {
        Err(error) => vec![Check::of(&subject, "private_key", Err(error.to_string()))],
        Ok(token) => vec![
            Check::of(&subject, "spki_line", by_line(key, &token, issuer, now)),
            Check::of(&subject, "jwk_set", by_set(tenant, &token, now)),
        ],
    }
}

/// The line as it is exported for the platform's field.
fn by_line(key: &RingKey, token: &str, issuer: &str, now: Timestamp) -> Result<String, String> {
    let line = key.signer.public().to_spki_line();
    let pasted = PublicKey::from_spki_line(key.signer.algorithm(), &line)
        .map_err(|error| format!("its line for pasting can't be read: {error}"))?;
    verify(token, &pasted, issuer, now)
        .map_err(|error| format!("its line for pasting doesn't verify what it signs: {error}"))?;
    Ok(format!(
        "verifies what it signs; SHA-256 {}",
        pasted.fingerprint()
    ))
}

/// The set as it is served.
fn by_set(tenant: &Tenant, token: &str, now: Timestamp) -> Result<String, String> {
    let issuer = &tenant.account.issuer;
    let set = JwkSet::parse_strictly(&tenant.ring.jwks).map_err(|error| format!("can't be read: {error}"))?;
    let faults = super::pasted::faults(&set);
    if !faults.is_empty() {
        return Err(faults.join("; "));
    }
    let keys = KeySet::from_jwk_set(&set, None);
    let policy = jose::Policy::id_token(issuer, AUDIENCE, now.seconds());
    jose::verify(token, |kid| keys.find(kid), &policy)
        .map_err(|error| format!("doesn't verify what it signs: {error}"))?;
    let insecure = if issuer.starts_with("https:") {
        ""
    } else {
        "; the messaging platform fetches from https URLs alone, and this is http"
    };
    Ok(format!("{issuer}/jwks verifies what it signs{insecure}"))
}
