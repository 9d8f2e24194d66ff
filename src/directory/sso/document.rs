//! A connection as programs read it.

use serde_json::{Value, json};

use crate::base::id::AccountId;
use crate::config::PublicUrl;
use crate::model::sso::{SsoConnection, SsoKind};

/// Where an identity provider sends browsers back to: what is registered there, as OIDC's redirect URI or SAML's assertion
/// consumer service. Each connection has its own, so that none is ever taken for another (SEC-102).
pub fn callback(public_url: &PublicUrl, account: &AccountId, connection: &str) -> String {
    format!("{public_url}/api/account/{account}/login/callback?connection={connection}")
}

/// Where a browser begins.
pub fn begin(public_url: &PublicUrl, account: &AccountId, connection: &str) -> String {
    format!("{public_url}/api/account/{account}/login/sso/{connection}")
}

/// A connection for programs, with what is to be told the identity provider. Of its secret, only whether there is one
/// (SEC-132).
pub fn document(public_url: &PublicUrl, connection: &SsoConnection) -> Value {
    let (account, name) = (&connection.account_id, connection.name.as_str());
    let callback = callback(public_url, account, name);
    let registered = match connection.kind {
        SsoKind::Oidc => json!({"redirect_uri": callback}),
        SsoKind::Saml => json!({"entity_id": name, "assertion_consumer_service": callback}),
    };
    json!({
        "account_id": account,
        "name": name,
        "kind": connection.kind,
        "enabled": connection.enabled,
        "configuration": connection.configuration,
        "has_secret": connection.secret.is_some(),
        "register": registered,
        "login_url": begin(public_url, account, name),
        "created_at": connection.created_at.to_rfc3339(),
        "updated_at": connection.updated_at.to_rfc3339(),
    })
}
