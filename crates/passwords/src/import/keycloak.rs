//! Keycloak's credential representation: JSON with two members that are JSON in strings.

use crate::encoding;
use crate::form::{Argon2, Digest, Pbkdf2, Variant, Version};
use crate::phc::decimal;
use crate::refusal::Refusal;
use crate::stored::StoredHash;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;

const FORM: &str = "Keycloak credential";

#[derive(Deserialize)]
struct Credential {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(rename = "credentialData")]
    data: Value,
    #[serde(rename = "secretData")]
    secret: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialData {
    algorithm: String,
    /// Negative where an extension keeps the cost inside the hash.
    hash_iterations: i64,
    #[serde(default)]
    additional_parameters: Option<HashMap<String, Vec<String>>>,
}

#[derive(Deserialize)]
struct SecretData {
    value: String,
    #[serde(default)]
    salt: Option<String>,
}

pub(crate) fn parse(text: &str) -> Result<StoredHash, Refusal> {
    let credential: Credential = serde_json::from_str(text).map_err(|_| Refusal::malformed(FORM, "JSON"))?;
    if credential.kind.is_some_and(|kind| kind != "password") {
        return Err(Refusal::Unsupported {
            form: FORM,
            what: "a type other than password",
        });
    }
    let data: CredentialData = nested("credentialData", credential.data)?;
    let secret: SecretData = nested("secretData", credential.secret)?;
    // Extensions for bcrypt and the like keep the whole hash in the value.
    if let Some(rest) = secret.value.strip_prefix('$') {
        return StoredHash::parse_crypt(rest);
    }
    let hash = encoding::decode(&secret.value).ok_or(Refusal::malformed(FORM, "secretData.value"))?;
    let salt = secret
        .salt
        .as_deref()
        .and_then(encoding::decode)
        .ok_or(Refusal::malformed(FORM, "secretData.salt"))?;
    let digest = match data.algorithm.as_str() {
        "pbkdf2" => Digest::Sha1,
        "pbkdf2-sha256" => Digest::Sha256,
        "pbkdf2-sha512" => Digest::Sha512,
        "argon2" => return argon2(&data, salt, hash).map(StoredHash::from),
        _ => {
            return Err(Refusal::Unsupported {
                form: FORM,
                what: "the algorithm",
            });
        }
    };
    Pbkdf2::new(digest, data.iterations()?, salt, hash).map(StoredHash::from)
}

/// Reads a member that is JSON in a string, or, in hand-made files, plain JSON.
fn nested<T: DeserializeOwned>(part: &'static str, value: Value) -> Result<T, Refusal> {
    match value {
        Value::String(text) => serde_json::from_str(&text),
        value => serde_json::from_value(value),
    }
    .map_err(|_| Refusal::malformed(FORM, part))
}

fn argon2(data: &CredentialData, salt: Vec<u8>, hash: Vec<u8>) -> Result<Argon2, Refusal> {
    let variant = match data.parameter("type") {
        Some("id") => Variant::Argon2id,
        Some("i") => Variant::Argon2i,
        Some("d") => Variant::Argon2d,
        _ => return Err(Refusal::malformed(FORM, "additionalParameters.type")),
    };
    let version = match data.parameter("version") {
        Some("1.3") => Version::V19,
        Some("1.0") => Version::V16,
        _ => return Err(Refusal::malformed(FORM, "additionalParameters.version")),
    };
    let memory = data
        .parameter("memory")
        .and_then(decimal)
        .ok_or(Refusal::malformed(FORM, "additionalParameters.memory"))?;
    let lanes = data
        .parameter("parallelism")
        .and_then(decimal)
        .ok_or(Refusal::malformed(FORM, "additionalParameters.parallelism"))?;
    Argon2::new(variant, version, [memory, data.iterations()?, lanes], salt, hash)
}

impl CredentialData {
    fn iterations(&self) -> Result<u32, Refusal> {
        self.hash_iterations
            .try_into()
            .map_err(|_| Refusal::malformed(FORM, "hashIterations"))
    }

    /// The only value of an additional parameter; Keycloak writes lists of one.
    fn parameter(&self, name: &str) -> Option<&str> {
        match self.additional_parameters.as_ref()?.get(name)?.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }
}
