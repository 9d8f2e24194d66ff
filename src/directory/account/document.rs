//! An account as programs read it.

use serde_json::{Value, json};

use crate::model::Account;

/// An account for programs: its settings by the names that `--set` knows, and what it is besides.
pub fn document(account: &Account) -> Value {
    let mut members = serde_json::to_value(&account.settings).unwrap_or_default();
    if let Value::Object(members) = &mut members {
        for (name, value) in [
            ("account_id", json!(account.account_id)),
            ("is_default", json!(account.is_default)),
            ("issuer", json!(account.issuer)),
            ("status", json!(account.status)),
            ("created_at", json!(account.created_at.to_rfc3339())),
            ("updated_at", json!(account.updated_at.to_rfc3339())),
        ] {
            members.insert(name.to_owned(), value);
        }
    }
    members
}
