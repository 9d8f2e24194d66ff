//! What is shown of a connector.

use crate::cli::directory::facts;
use crate::model::connector::{Connector, ConnectorKind, JwtValidationType};

/// A connector for people: the fields of the platform's page by their newest names, in its order (section 3.1 of the
/// platform contract).
pub(super) fn text(connector: &Connector, warnings: &[String]) -> String {
    let about = facts([
        ("connector_id", connector.connector_id.to_string()),
        ("account_id", connector.account_id.to_string()),
        ("name", connector.name.clone()),
        ("state", state(connector).to_owned()),
        ("preferred", connector.configuration.preferred.to_string()),
        ("created_at", connector.created_at.to_rfc3339()),
        ("updated_at", connector.updated_at.to_rfc3339()),
    ]);
    let warnings: Vec<String> = warnings.iter().map(|it| format!("\nNote: {it}\n")).collect();
    let form = match connector.kind {
        ConnectorKind::Anonymous => "\nAnonymous: nobody logs in, and nobody is asked.\n".to_owned(),
        ConnectorKind::Implicit | ConnectorKind::Code => {
            format!("\nConsumer Identity Provider\n{}", form(connector))
        }
    };
    format!("{about}{form}{}", warnings.concat())
}

fn form(connector: &Connector) -> String {
    let fields = &connector.configuration;
    let is_code = connector.kind == ConnectorKind::Code;
    let when_code = |text: &str| if is_code { text.to_owned() } else { String::new() };
    let switch = |on: bool| if on { "on" } else { "off" };
    let kept = if connector.secret.is_some() {
        "(kept, and shown to nobody)"
    } else {
        ""
    };
    facts([
        ("OAuth 2.0 Authentication Type", connector.kind.to_string()),
        (
            "Authorisation code flow with PKCE",
            when_code(switch(fields.pkce_enabled)),
        ),
        ("Issuer Display Name", fields.issuer_display_name.clone()),
        ("JWT issuer (iss)", fields.issuer.clone()),
        (
            "Authentication Endpoint",
            fields.authorization_endpoint.clone().unwrap_or_default(),
        ),
        (
            "Token Endpoint",
            fields.token_endpoint.clone().unwrap_or_default(),
        ),
        ("Client ID", fields.client_id.clone()),
        ("Client Secret", kept.to_owned()),
        (
            "IDP Certificate Type",
            match fields.jwt_validation_type {
                JwtValidationType::JwksEndpoint => "JWKS endpoint",
                JwtValidationType::JwtPublicKey => "JWT public key",
            }
            .to_owned(),
        ),
        (
            "JWT Public Key",
            fields.jwt_public_key.clone().unwrap_or_default(),
        ),
        ("JWKS Endpoint", fields.jwks_endpoint.clone().unwrap_or_default()),
        ("JS Method Name", fields.js_method_name.clone()),
        ("JS Context", fields.js_context.clone()),
        ("OAuth 2 RFC", switch(fields.rfc_compliance).to_owned()),
        ("acrValues", fields.acr_values.join(", ")),
        ("audience", fields.audience.join(", ")),
    ])
}

fn state(connector: &Connector) -> &'static str {
    match (connector.deleted, connector.enabled) {
        (true, _) => "deleted",
        (false, true) => "enabled",
        (false, false) => "disabled",
    }
}

/// A row of the list.
pub(super) fn row(connector: &Connector) -> [String; 6] {
    [
        connector.connector_id.to_string(),
        connector.name.clone(),
        connector.kind.to_string(),
        state(connector).to_owned(),
        connector.configuration.preferred.to_string(),
        connector.configuration.issuer.clone(),
    ]
}
