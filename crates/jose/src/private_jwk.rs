//! Private keys from JWKs: import only. A private JWK is never written.

use serde_json::{Map, Value};
use zeroize::{Zeroize as _, Zeroizing};

use crate::jwk::{ec_point, exactly, integer};
use crate::rsa_key::PublicParts;
use crate::{
    Algorithm, Jwk, JwkError, JwkParameters, KeyError, KeyType, PrivateKey, base64url, rsa_key, strict_json,
};

/// `algorithm` decides by what the JWK says of itself.
pub(crate) fn parse(
    json: &[u8],
    algorithm: impl FnOnce(&Jwk, KeyType) -> Result<Algorithm, JwkError>,
) -> Result<PrivateKey, JwkError> {
    let mut members = strict_json::parse_object(json)?;
    let key = from_members(&members, algorithm);
    wipe(&mut members);
    key
}

fn from_members(
    members: &Map<String, Value>,
    algorithm: impl FnOnce(&Jwk, KeyType) -> Result<Algorithm, JwkError>,
) -> Result<PrivateKey, JwkError> {
    let jwk = Jwk::from_members(members)?;
    let key_type = jwk.parameters.key_type().ok_or(KeyError::UnsupportedKeyType)?;
    let algorithm = algorithm(&jwk, key_type)?;
    let d = secret(members, "d")?.ok_or(KeyError::NotPrivate)?;
    let key = match &jwk.parameters {
        JwkParameters::Rsa { n, e } => {
            let public = PublicParts {
                n: integer("n", n)?,
                e: integer("e", e)?,
            };
            let pkcs8 = rsa_key::pkcs8_from_parts(&public, &d, &primes(members)?)?;
            PrivateKey::from_pkcs8_der(algorithm, &pkcs8)?
        }
        JwkParameters::Ec { x, y, .. } => {
            PrivateKey::from_ec_parts(algorithm, &d, &ec_point(key_type, x, y)?)?
        }
        JwkParameters::Okp { x, .. } => PrivateKey::from_ed25519_parts(&d, &exactly("x", x, 32)?)?,
        JwkParameters::Other { .. } => return Err(KeyError::UnsupportedKeyType.into()),
    };
    Ok(match jwk.kid {
        Some(kid) => key.with_kid(kid),
        None => key,
    })
}

/// Both primes or none: they can be computed (RFC 7518 §6.3.2). A key of more than two (`oth`) isn't
/// supported.
fn primes(members: &Map<String, Value>) -> Result<Vec<Zeroizing<Vec<u8>>>, JwkError> {
    if members.contains_key("oth") {
        return Err(KeyError::UnsupportedKeyType.into());
    }
    match (secret(members, "p")?, secret(members, "q")?) {
        (Some(p), Some(q)) => Ok(vec![p, q]),
        (None, None) => Ok(Vec::new()),
        (Some(_), None) => Err(JwkError::Member("q")),
        (None, Some(_)) => Err(JwkError::Member("p")),
    }
}

fn secret(members: &Map<String, Value>, name: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>, JwkError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(value)) => match base64url::decode(value) {
            Some(bytes) => Ok(Some(Zeroizing::new(bytes))),
            None => Err(JwkError::Base64url(name)),
        },
        Some(_) => Err(JwkError::Member(name)),
    }
}

fn wipe(members: &mut Map<String, Value>) {
    for (_, value) in members.iter_mut() {
        if let Value::String(text) = value {
            text.zeroize();
        }
    }
}
