//! A user as administrators' programs read it. The Users API has a form of its own.

use serde_json::{Value, json};

use crate::base::Timestamp;
use crate::model::User;

/// A user for programs: all of it, since whoever runs commands has the database.
pub fn document(user: &User) -> Value {
    let mut document = json!({
        "account_id": user.account_id,
        "user_id": user.user_id,
        "type": user.kind.as_str(),
        "login_name": user.login_name,
        "full_name": user.full_name,
        "pid": user.pid,
        "enabled": user.is_enabled,
        "deleted": user.deleted,
        "password_changed_at": user.password_changed_at.map(Timestamp::to_rfc3339),
        "must_change_password": user.must_change_password,
        "created_at": user.created_at.to_rfc3339(),
        "updated_at": user.updated_at.to_rfc3339(),
        "last_login_at": user.last_login_at.map(Timestamp::to_rfc3339),
    });
    if let (Value::Object(members), Ok(profile)) = (&mut document, serde_json::to_value(&user.profile)) {
        members.insert("profile".to_owned(), profile);
    }
    document
}
