//! A user of a Keycloak realm's export (`jq -c '.users[]' realm.json`).

use serde_json::Value;

use super::members::full_name;
use super::{Incoming, Members, hashed, plain};
use crate::directory::consumer::NewPassword;
use crate::model::{ConsumerStatus, Draft, Refusal, claim};

pub(super) fn read(mut row: Members) -> Result<Incoming, Refusal> {
    let mut draft = Draft {
        sub: row.text("id")?,
        username: row.text("username")?,
        ..Draft::default()
    };
    if row.truth("enabled")? == Some(false) {
        draft.status = Some(ConsumerStatus::Disabled);
    }
    row.claims(
        &[
            ("email", "email"),
            ("firstName", "given_name"),
            ("lastName", "family_name"),
        ],
        &mut draft.claims,
    )?;
    row.truths(&[("emailVerified", "email_verified")], &mut draft.claims)?;
    full_name(&mut draft.claims);
    let password = password(row.take("credentials"))?;
    let mut ignored = Vec::new();
    if let Some(Value::Object(attributes)) = row.take("attributes") {
        for (name, value) in attributes {
            match (claim::find(&name).map(|claim| claim.kind), only(value)) {
                (Some(claim::ClaimType::String), Some(text)) => {
                    draft.claims.entry(name).or_insert(text.into());
                }
                _ => ignored.push(format!("attributes.{name}")),
            }
        }
    }
    ignored.extend(row.rest());
    Ok(Incoming {
        draft,
        password,
        ignored,
    })
}

/// The text of an attribute that has one value; Keycloak writes lists.
fn only(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Array(values) => match <[Value; 1]>::try_from(values) {
            Ok([Value::String(text)]) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The password among the credentials: hashed as Keycloak exports it, or plain as it also imports it.
fn password(credentials: Option<Value>) -> Result<Option<NewPassword>, Refusal> {
    let credentials = match credentials {
        None => return Ok(None),
        Some(Value::Array(credentials)) => credentials,
        Some(_) => return Err(Refusal::new("credentials", "must be a list")),
    };
    let password = credentials
        .into_iter()
        .find(|credential| credential.get("type").is_none_or(|kind| kind == "password"));
    match password {
        None => Ok(None),
        Some(credential) => match credential.get("value").and_then(Value::as_str) {
            Some(text) => plain(text),
            None => hashed(&credential.to_string()),
        },
    }
}
