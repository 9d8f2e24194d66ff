//! What is shown of a connection.

use crate::cli::directory::facts;
use crate::config::PublicUrl;
use crate::directory::sso::{begin, callback};
use crate::model::sso::{SsoConnection, SsoKind};

/// A connection for people.
pub(super) fn text(public_url: &PublicUrl, connection: &SsoConnection) -> String {
    let fields = &connection.configuration;
    let (account, name) = (&connection.account_id, connection.name.as_str());
    let callback = callback(public_url, account, name);
    let kept = if connection.secret.is_some() {
        "(kept, and shown to nobody)"
    } else {
        ""
    };
    let algorithms: Vec<&str> = fields.algorithms.iter().map(|it| it.as_str()).collect();
    let of_kind = match connection.kind {
        SsoKind::Oidc => facts([
            ("issuer", fields.issuer.clone().unwrap_or_default()),
            ("client_id", fields.client_id.clone().unwrap_or_default()),
            ("client_secret", kept.to_owned()),
            ("scopes", fields.scopes.join(", ")),
            ("algorithms", algorithms.join(", ")),
        ]),
        SsoKind::Saml => facts([
            ("entity_id", fields.entity_id.clone().unwrap_or_default()),
            ("sso_url", fields.sso_url.clone().unwrap_or_default()),
            ("certificates", fields.certificates.len().to_string()),
        ]),
    };
    let about = facts([
        ("name", name.to_owned()),
        ("account_id", account.to_string()),
        ("kind", connection.kind.to_string()),
        ("state", state(connection).to_owned()),
        ("claim", fields.claim.clone()),
        ("return_to", fields.return_to.join(", ")),
        ("assertion_login", fields.assertion_login.to_string()),
        ("created_at", connection.created_at.to_rfc3339()),
        ("updated_at", connection.updated_at.to_rfc3339()),
    ]);
    let register = match connection.kind {
        SsoKind::Oidc => facts([("redirect URI", callback)]),
        SsoKind::Saml => facts([
            ("entity ID and audience", name.to_owned()),
            ("assertion consumer service (HTTP-POST)", callback),
        ]),
    };
    let login = facts([("users begin at", begin(public_url, account, name))]);
    format!("{about}{of_kind}\nRegister at the identity provider\n{register}\n{login}")
}

fn state(connection: &SsoConnection) -> &'static str {
    if connection.enabled { "enabled" } else { "disabled" }
}

/// A row of the list.
pub(super) fn row(connection: &SsoConnection) -> [String; 4] {
    let fields = &connection.configuration;
    let provider = fields.issuer.clone().or_else(|| fields.entity_id.clone());
    [
        connection.name.to_string(),
        connection.kind.to_string(),
        state(connection).to_owned(),
        provider.unwrap_or_default(),
    ]
}
