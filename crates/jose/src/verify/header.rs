//! The protected header (RFC 7515 §4.1).

use serde_json::{Map, Value};

use super::{Part, VerifyError};
use crate::{Algorithm, base64url, strict_json};

/// A header that names an algorithm of ours and no critical extension.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// `alg`. What decides is the key's algorithm; this one must agree with it.
    pub algorithm: Algorithm,
    /// `kid`.
    pub kid: Option<String>,
    /// `typ`, as written.
    pub typ: Option<String>,
    /// All parameters. `jku`, `x5u`, `x5c` and `jwk` may be among them; nothing here reads a key from them
    /// (SEC-002).
    pub parameters: Map<String, Value>,
}

impl Header {
    pub(super) fn parse(encoded: &str) -> Result<Self, VerifyError> {
        let json = base64url::decode(encoded).ok_or(VerifyError::Base64url(Part::Header))?;
        let parameters =
            strict_json::parse_object(&json).map_err(|error| VerifyError::Json(Part::Header, error))?;
        let algorithm = match string(&parameters, "alg")?
            .ok_or(VerifyError::HeaderParameter("alg"))?
            .as_str()
        {
            "none" => return Err(VerifyError::Unsigned),
            name => Algorithm::named_by_others(name).map_err(|_| VerifyError::UnknownAlgorithm)?,
        };
        refuse_extensions(&parameters)?;
        Ok(Self {
            algorithm,
            kid: string(&parameters, "kid")?,
            typ: string(&parameters, "typ")?,
            parameters,
        })
    }
}

/// Whatever would change how the token is to be read (SEC-005).
pub(crate) fn refuse_extensions(parameters: &Map<String, Value>) -> Result<(), VerifyError> {
    // `b64: true` changes nothing, but whoever writes it must also write `crit` (RFC 7797 §6).
    if parameters.get("b64").is_some_and(|b64| *b64 != Value::Bool(true)) {
        return Err(VerifyError::UnencodedPayload);
    }
    if parameters.contains_key("crit") {
        return Err(VerifyError::Critical);
    }
    Ok(())
}

pub(crate) fn string(
    parameters: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, VerifyError> {
    match parameters.get(name) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.clone())),
        Some(_) => Err(VerifyError::HeaderParameter(name)),
    }
}
