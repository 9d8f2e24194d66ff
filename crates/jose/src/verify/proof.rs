//! Proofs that their sender holds the key that they bring along (RFC 9449 §4.2): the one place where a key is read from a
//! token (SEC-002).

use serde_json::{Map, Value};

use super::{Jws, VerifyError};
use crate::{Algorithm, Jwk, PublicKey, Typ};

/// A proof whose signature is its own key's. What it says is not looked at yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The key's SHA-256 thumbprint (RFC 7638), base64url: what `jkt` and `dpop_jkt` hold.
    pub thumbprint: String,
    /// What it was signed with.
    pub algorithm: Algorithm,
    /// What it says.
    pub claims: Map<String, Value>,
}

impl Proof {
    /// Verifies a proof: of that type, by one of `algorithms`, with the public key in its header.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify(token: &str, typ: Typ, algorithms: &[Algorithm]) -> Result<Self, VerifyError> {
        let jws = Jws::parse(token)?;
        let header = jws.header();
        if !header.typ.as_deref().is_some_and(|value| typ.matches(value)) {
            return Err(VerifyError::Typ);
        }
        let algorithm = header.algorithm;
        if !algorithms.contains(&algorithm) {
            return Err(VerifyError::AlgorithmNotAllowed(algorithm));
        }
        let unusable = VerifyError::HeaderParameter("jwk");
        let Some(Value::Object(members)) = header.parameters.get("jwk") else {
            return Err(unusable);
        };
        if Jwk::private_member(members).is_some() {
            return Err(unusable);
        }
        let jwk = Jwk::from_members(members).map_err(|_| unusable)?;
        let key = PublicKey::from_jwk(&jwk, Some(algorithm)).map_err(|_| unusable)?;
        let (_, claims) = jws.verify(&key)?;
        Ok(Self {
            thumbprint: key.thumbprint(),
            algorithm,
            claims,
        })
    }
}
