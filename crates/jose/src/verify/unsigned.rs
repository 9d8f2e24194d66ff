//! Unsecured JWTs (RFC 7519 §6): `alg: none`. No other way leads here: whoever calls this has decided, by a record of its
//! own, that this token need not be signed.

use serde_json::{Map, Value, json};

use super::{MAX_TOKEN, Part, Policy, VerifyError};
use crate::{Typ, base64url, strict_json};

/// Whether a token says of itself that nobody signed it. Worth nothing but to choose between [`read`] and
/// [`super::verify`], where both are allowed.
pub fn is_unsigned(token: &str) -> bool {
    super::Jws::parse(token).is_err_and(|error| error == VerifyError::Unsigned)
}

/// The claims of a token that nobody signed: its header says `none`, its signature is empty, and its claims are as the policy
/// demands, whose algorithms don't matter.
///
/// # Errors
/// The first check that failed; a token that is signed is refused as one of an algorithm that isn't allowed here.
pub fn read(token: &str, policy: &Policy<'_>) -> Result<Map<String, Value>, VerifyError> {
    if token.len() > MAX_TOKEN {
        return Err(VerifyError::TooLong);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(""), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(VerifyError::Parts);
    };
    let header = base64url::decode(header).ok_or(VerifyError::Base64url(Part::Header))?;
    let parameters =
        strict_json::parse_object(&header).map_err(|error| VerifyError::Json(Part::Header, error))?;
    let text = |name: &'static str| match parameters.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .map(str::to_owned)
            .map(Some)
            .ok_or(VerifyError::HeaderParameter(name)),
    };
    if text("alg")?.as_deref() != Some("none") {
        return Err(VerifyError::UnknownAlgorithm);
    }
    if parameters.contains_key("crit") {
        return Err(VerifyError::Critical);
    }
    let typ = text("typ")?;
    policy.check_typ(typ.as_deref())?;
    let payload = base64url::decode(payload).ok_or(VerifyError::Base64url(Part::Payload))?;
    let claims =
        strict_json::parse_object(&payload).map_err(|error| VerifyError::Json(Part::Payload, error))?;
    policy.check_claims(&claims)?;
    Ok(claims)
}

/// A token that nobody signs, over `payload`, which is the claims' JSON text.
pub fn write(typ: Typ, payload: &[u8]) -> String {
    let header = json!({ "alg": "none", "typ": typ.as_str() });
    let mut token = base64url::encode(header.to_string().as_bytes());
    token.push('.');
    base64url::append(&mut token, payload);
    token.push('.');
    token
}
