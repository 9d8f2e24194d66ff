//! The table of claims: what each is, and which scope asks for it. Metadata, id_tokens, userinfo, the consent page
//! and the check of written values all read it.

use serde_json::Value;

/// The type of a claim's value (OpenID Connect Core §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimType {
    /// A JSON string.
    String,
    /// A JSON boolean.
    Boolean,
    /// An address object (§5.1.1).
    Address,
}

/// A claim about a consumer.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Its name in tokens.
    pub name: &'static str,
    /// The scope that asks for it (§5.4).
    pub scope: &'static str,
    /// Its type.
    pub kind: ClaimType,
}

const fn claim(name: &'static str, scope: &'static str, kind: ClaimType) -> Claim {
    Claim { name, scope, kind }
}

/// The standard claims that a consumer carries. `sub` is the consumer itself, `updated_at` its last change.
pub const STANDARD: &[Claim] = &[
    claim("name", "profile", ClaimType::String),
    claim("given_name", "profile", ClaimType::String),
    claim("family_name", "profile", ClaimType::String),
    claim("middle_name", "profile", ClaimType::String),
    claim("nickname", "profile", ClaimType::String),
    claim("preferred_username", "profile", ClaimType::String),
    claim("profile", "profile", ClaimType::String),
    claim("picture", "profile", ClaimType::String),
    claim("website", "profile", ClaimType::String),
    claim("gender", "profile", ClaimType::String),
    claim("birthdate", "profile", ClaimType::String),
    claim("zoneinfo", "profile", ClaimType::String),
    claim("locale", "profile", ClaimType::String),
    claim("email", "email", ClaimType::String),
    claim("email_verified", "email", ClaimType::Boolean),
    claim("address", "address", ClaimType::Address),
    claim("phone_number", "phone", ClaimType::String),
    claim("phone_number_verified", "phone", ClaimType::Boolean),
];

/// What tokens say of themselves: nothing that is known of a consumer may set or overwrite it (SEC-011).
const RESERVED: [&str; 20] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "azp",
    "nonce",
    "auth_time",
    "acr",
    "amr",
    "cnf",
    "client_id",
    "scope",
    "act",
    "sid",
    "at_hash",
    "c_hash",
    "events",
];

/// Whether a claim of that name is one that tokens say of themselves.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Names of the members of an address (§5.1.1).
pub const ADDRESS_MEMBERS: &[&str] = &[
    "formatted",
    "street_address",
    "locality",
    "region",
    "postal_code",
    "country",
];

/// The claim of that name.
pub fn find(name: &str) -> Option<&'static Claim> {
    STANDARD.iter().find(|claim| claim.name == name)
}

/// Checks a value that is to be stored; the error says what is allowed.
pub fn check(name: &str, value: &Value) -> Result<(), String> {
    let Some(claim) = find(name) else {
        return Err(format!("{name} is not a standard claim"));
    };
    match (claim.kind, value) {
        (ClaimType::String, Value::String(text)) if text.len() <= 2048 && !text.contains('\0') => Ok(()),
        (ClaimType::String, _) => Err(format!("{name} must be a string of at most 2048 bytes")),
        (ClaimType::Boolean, Value::Bool(_)) => Ok(()),
        (ClaimType::Boolean, _) => Err(format!("{name} must be true or false")),
        (ClaimType::Address, Value::Object(members)) => match members
            .iter()
            .find(|(member, value)| !ADDRESS_MEMBERS.contains(&member.as_str()) || !value.is_string())
        {
            None => Ok(()),
            Some((member, _)) => Err(format!(
                "address.{member} must be one of {}, a string",
                ADDRESS_MEMBERS.join(", ")
            )),
        },
        (ClaimType::Address, _) => Err("address must be an object".to_owned()),
    }
}
