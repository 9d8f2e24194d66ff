//! The protected header (RFC 7516 §4.1).

use serde_json::{Map, Value};

use super::agreement::Parties;
use super::error::Part;
use super::{ContentEncryption, DecryptError, KeyManagement};
use crate::jwk::ec_point;
use crate::{Jwk, JwkParameters, KeyType, base64url, strict_json};

/// A header that names algorithms of ours, no compression and no critical extension.
#[derive(Clone, Debug, PartialEq)]
pub struct JweHeader {
    /// `alg`.
    pub management: KeyManagement,
    /// `enc`.
    pub encryption: ContentEncryption,
    /// `kid`: the recipient's key.
    pub kid: Option<String>,
    /// `cty`, as written: `JWT` for a token in a token (RFC 7519 §5.2).
    pub cty: Option<String>,
    /// All parameters. `jku`, `x5u`, `x5c` and `jwk` may be among them; nothing here reads a key from them
    /// (SEC-002).
    pub parameters: Map<String, Value>,
}

impl JweHeader {
    pub(super) fn parse(encoded: &str) -> Result<Self, DecryptError> {
        let json = base64url::decode(encoded).ok_or(DecryptError::Base64url(Part::Header))?;
        let parameters = strict_json::parse_object(&json).map_err(DecryptError::Json)?;
        if parameters.contains_key("zip") {
            return Err(DecryptError::Compressed);
        }
        if parameters.contains_key("crit") {
            return Err(DecryptError::Critical);
        }
        let management = string(&parameters, "alg")?.ok_or(DecryptError::HeaderParameter("alg"))?;
        let encryption = string(&parameters, "enc")?.ok_or(DecryptError::HeaderParameter("enc"))?;
        Ok(Self {
            management: management
                .parse()
                .map_err(|_| DecryptError::UnknownKeyManagement)?,
            encryption: encryption
                .parse()
                .map_err(|_| DecryptError::UnknownContentEncryption)?,
            kid: string(&parameters, "kid")?,
            cty: string(&parameters, "cty")?,
            parameters,
        })
    }

    /// The sender's ephemeral point, of the curve that is expected (RFC 7518 §4.6.1.1). Whether it lies on it is seen
    /// when it is agreed with.
    pub(super) fn ephemeral_point(&self, key_type: KeyType) -> Result<Vec<u8>, DecryptError> {
        let Some(Value::Object(members)) = self.parameters.get("epk") else {
            return Err(DecryptError::HeaderParameter("epk"));
        };
        let epk = Jwk::from_public_members(members).map_err(|_| DecryptError::EphemeralKey)?;
        match &epk.parameters {
            JwkParameters::Ec { x, y, .. } if epk.parameters.key_type() == Some(key_type) => {
                ec_point(key_type, x, y).map_err(|_| DecryptError::EphemeralKey)
            }
            _ => Err(DecryptError::EphemeralKey),
        }
    }

    /// `apu` and `apv` (RFC 7518 §4.6.1.2).
    pub(super) fn parties(&self) -> Result<Parties, DecryptError> {
        let party = |name| match string(&self.parameters, name)? {
            None => Ok(Vec::new()),
            Some(text) => base64url::decode(&text).ok_or(DecryptError::HeaderParameter(name)),
        };
        Ok(Parties {
            u: party("apu")?,
            v: party("apv")?,
        })
    }
}

fn string(parameters: &Map<String, Value>, name: &'static str) -> Result<Option<String>, DecryptError> {
    match parameters.get(name) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.clone())),
        Some(_) => Err(DecryptError::HeaderParameter(name)),
    }
}
