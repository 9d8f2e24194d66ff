//! A client as programs read it.

use serde_json::{Value, json};

use super::Written;
use crate::base::Timestamp;
use crate::model::Client;

/// A client for programs: its metadata by their names, and what it is besides. Of its secrets, only when they were
/// made and when they end.
pub fn document(client: &Client) -> Value {
    let mut members = serde_json::to_value(&client.settings).unwrap_or_default();
    let secrets: Vec<Value> = client
        .secrets
        .iter()
        .map(|secret| {
            json!({
                "created_at": secret.created_at.to_rfc3339(),
                "expires_at": secret.expires_at.map(Timestamp::to_rfc3339),
            })
        })
        .collect();
    if let Value::Object(members) = &mut members {
        for (name, value) in [
            ("account_id", json!(client.account_id)),
            ("client_id", json!(client.client_id)),
            ("enabled", json!(client.enabled)),
            ("platform", json!(client.platform)),
            ("secrets", secrets.into()),
            ("created_at", json!(client.created_at.to_rfc3339())),
            ("updated_at", json!(client.updated_at.to_rfc3339())),
        ] {
            members.insert(name.to_owned(), value);
        }
    }
    members
}

/// The same with the secret that was made, which is never shown again.
pub fn written_document(written: &Written) -> Value {
    let mut shown = document(&written.client);
    if let (Value::Object(members), Some(secret)) = (&mut shown, &written.secret) {
        members.insert("client_secret".to_owned(), secret.expose().into());
    }
    shown
}
