//! A user of Auth0: of an export job, of its bulk import, or of the export with hashes that its support makes.

use serde_json::Value;

use super::{Incoming, Members, hashed};
use crate::model::{ConsumerStatus, Draft, Refusal};

pub(super) fn read(mut row: Members) -> Result<Incoming, Refusal> {
    let mut draft = Draft {
        username: row.text("username")?,
        ..Draft::default()
    };
    draft.sub = match row.text("user_id")? {
        Some(id) if id.contains('|') => Some(id),
        // Bulk imports leave the provider out.
        Some(id) => Some(format!("auth0|{id}")),
        None => match row.take("_id") {
            Some(Value::Object(id)) => id
                .get("$oid")
                .and_then(Value::as_str)
                .map(|id| format!("auth0|{id}")),
            Some(Value::String(id)) => Some(format!("auth0|{id}")),
            _ => None,
        },
    };
    if row.truth("blocked")? == Some(true) {
        draft.status = Some(ConsumerStatus::Disabled);
    }
    row.claims(
        &[
            ("email", "email"),
            ("name", "name"),
            ("given_name", "given_name"),
            ("family_name", "family_name"),
            ("nickname", "nickname"),
            ("picture", "picture"),
            ("phone_number", "phone_number"),
        ],
        &mut draft.claims,
    )?;
    row.truths(
        &[
            ("email_verified", "email_verified"),
            ("phone_verified", "phone_number_verified"),
        ],
        &mut draft.claims,
    )?;
    let hash = match (row.text("passwordHash")?, row.take("custom_password_hash")) {
        (Some(hash), _) => Some(hash),
        (None, Some(custom)) => Some(custom_hash(&custom)?),
        (None, None) => None,
    };
    let password = hash.as_deref().map(hashed).transpose()?.flatten();
    Ok(Incoming {
        draft,
        password,
        ignored: row.rest(),
    })
}

/// `{"algorithm": "bcrypt", "hash": {"value": "$2b$…"}}`
fn custom_hash(custom: &Value) -> Result<String, Refusal> {
    let hash = custom.get("hash");
    let encoding = hash
        .and_then(|hash| hash.get("encoding"))
        .and_then(Value::as_str)
        .unwrap_or("utf8");
    match hash.and_then(|hash| hash.get("value")).and_then(Value::as_str) {
        Some(value) if encoding == "utf8" => Ok(value.to_owned()),
        _ => Err(Refusal::new(
            "custom_password_hash",
            "must have a hash.value in utf8, such as a PHC string",
        )),
    }
}
