//! The compact serialisation, taken apart within limits (RFC 7515 §7.1, SEC-005, SEC-006).

use serde_json::{Map, Value};

use super::{Header, MAX_TOKEN, Part, VerifyError};
use crate::{PublicKey, base64url, strict_json};

/// A token whose header was read and whose signature was **not** verified yet.
#[derive(Debug)]
pub struct Jws<'a> {
    header: Header,
    signing_input: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Jws<'a> {
    /// Takes a token apart and reads its header.
    ///
    /// # Errors
    /// Size, number of parts, encoding, header.
    pub fn parse(token: &'a str) -> Result<Self, VerifyError> {
        let parts = split(token)?;
        Ok(Self {
            header: Header::parse(parts.header)?,
            signing_input: parts.signing_input,
            payload: parts.payload,
            signature: parts.signature,
        })
    }

    /// The header, not yet to be trusted: its `kid` is what a key is looked up by.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The header's `alg` must be the key's.
    pub(super) fn check_algorithm(&self, key: &PublicKey) -> Result<(), VerifyError> {
        if self.header.algorithm == key.algorithm() {
            Ok(())
        } else {
            Err(VerifyError::AlgorithmMismatch { key: key.algorithm() })
        }
    }

    /// Verifies the signature with `key`'s own algorithm, and only then reads the payload.
    ///
    /// # Errors
    /// Algorithm, signature, payload.
    pub fn verify(self, key: &PublicKey) -> Result<(Header, Map<String, Value>), VerifyError> {
        self.check_algorithm(key)?;
        if base64url::decode(self.signature).is_none() {
            return Err(VerifyError::Base64url(Part::Signature));
        }
        if !key.verify_encoded(self.signing_input.as_bytes(), self.signature) {
            return Err(VerifyError::Signature);
        }
        let payload = base64url::decode(self.payload).ok_or(VerifyError::Base64url(Part::Payload))?;
        let claims =
            strict_json::parse_object(&payload).map_err(|error| VerifyError::Json(Part::Payload, error))?;
        Ok((self.header, claims))
    }
}

/// The parts of a compact serialisation, still encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
    /// Header and payload with their dot.
    pub(crate) signing_input: &'a str,
}

/// Takes a token apart within the limits of size and form (SEC-006).
pub(crate) fn split(token: &str) -> Result<Parts<'_>, VerifyError> {
    if token.len() > MAX_TOKEN {
        return Err(VerifyError::TooLong);
    }
    match token.bytes().filter(|byte| *byte == b'.').count() {
        2 => {}
        4 => return Err(VerifyError::Encrypted),
        _ => return Err(VerifyError::Parts),
    }
    let (signing_input, signature) = token.rsplit_once('.').ok_or(VerifyError::Parts)?;
    let (header, payload) = signing_input.split_once('.').ok_or(VerifyError::Parts)?;
    Ok(Parts {
        header,
        payload,
        signature,
        signing_input,
    })
}

/// A claim of a token that nobody has verified: whose keys to look for, and good for nothing else.
pub fn unverified_claim(token: &str, name: &str) -> Option<String> {
    let payload = base64url::decode(split(token).ok()?.payload)?;
    match strict_json::parse_object(&payload).ok()?.remove(name)? {
        Value::String(value) => Some(value),
        _ => None,
    }
}
