//! A connector for an account of this server: every field from what is here.

use super::Draft;
use crate::model::account::Flow;
use crate::model::connector::{ConnectorConfiguration, ConnectorKind, JwtValidationType};
use crate::model::{Account, Client};

/// The type of connector for a client: what it may ask for, and what the account's flow says where it may ask for both.
pub fn code_or_implicit(account: &Account, client: &Client) -> ConnectorKind {
    let types = &client.settings.response_types;
    let code = types.iter().any(|kind| kind.has_code());
    let implicit = types.iter().any(|kind| kind.is_front_channel());
    match (code, implicit, account.settings.flow) {
        (true, true, Some(Flow::Implicit)) | (false, _, _) => ConnectorKind::Implicit,
        (true, _, _) => ConnectorKind::Code,
    }
}

/// A connector for a client of the account, by which the platform reads the JWK set. The client's secret isn't among it:
/// a digest alone is kept here.
pub fn ours(account: &Account, client: &Client) -> Draft {
    let kind = code_or_implicit(account, client);
    let endpoint = |path: &str| Some(format!("{}/{path}", account.issuer));
    Draft {
        name: client.settings.client_name.clone(),
        kind,
        configuration: ConnectorConfiguration {
            issuer: account.issuer.clone(),
            issuer_display_name: account.settings.display_name.clone(),
            authorization_endpoint: endpoint("authorize"),
            token_endpoint: match kind {
                ConnectorKind::Code => endpoint("token"),
                ConnectorKind::Implicit | ConnectorKind::Anonymous => None,
            },
            client_id: client.client_id.to_string(),
            jwt_validation_type: JwtValidationType::JwksEndpoint,
            jwks_endpoint: endpoint("jwks"),
            pkce_enabled: kind == ConnectorKind::Code && client.settings.require_pkce,
            acr_values: vec!["loa1".to_owned()],
            audience: client.settings.id_token_audience.clone(),
            ..ConnectorConfiguration::default()
        },
        ..Draft::default()
    }
}
