//! An API key as programs read it.

use serde_json::{Value, json};

use super::Made;
use crate::base::Timestamp;
use crate::model::AppKey;

/// An API key for programs. Of its secrets, only when they were made and when they end.
pub fn document(key: &AppKey, pairs: &[(Timestamp, Option<Timestamp>)]) -> Value {
    let settings = &key.settings;
    let secrets: Vec<Value> = pairs
        .iter()
        .map(|(made, end)| {
            json!({"created_at": made.to_rfc3339(), "expires_at": end.map(Timestamp::to_rfc3339)})
        })
        .collect();
    json!({
        "account_id": key.account_id,
        "app_key": key.app_key,
        "enabled": key.enabled,
        "application_name": settings.application_name,
        "developer_name": settings.developer_name,
        "description": settings.description,
        "privileges": settings.privileges,
        "ip": settings.ip,
        "require_body_hash": settings.require_body_hash,
        "hmac_sha1": settings.hmac_sha1,
        "expires_at": settings.expires_at.map(Timestamp::to_rfc3339),
        "secrets": secrets,
        "created_at": key.created_at.to_rfc3339(),
        "updated_at": key.updated_at.to_rfc3339(),
        "last_used_at": key.last_used_at.map(Timestamp::to_rfc3339),
    })
}

/// One that was just made or rotated, with its four values, which are never shown again.
pub fn made_document(made: &Made) -> Value {
    let mut document = document(&made.key, &[]);
    if let Value::Object(members) = &mut document {
        members.remove("secrets");
        for (name, value) in made.values.named() {
            members.insert(name.to_owned(), value.into());
        }
        members.insert(
            "former_until".to_owned(),
            json!(made.former_until.map(Timestamp::to_rfc3339)),
        );
    }
    document
}
