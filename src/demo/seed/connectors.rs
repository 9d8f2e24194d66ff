//! The connectors: what the platform knows of the brand's identity provider, as its form takes it.

use secrecy::SecretString;

use super::Clients;
use super::clients::Made;
use crate::context::Services;
use crate::directory::connector::{self, Draft};
use crate::directory::{self, By};
use crate::model::Account;
use crate::model::connector::{Connector, ConnectorConfiguration, ConnectorKind, JwtValidationType};

/// The connectors that were made.
#[derive(Debug)]
pub(in crate::demo) struct Connectors {
    pub(in crate::demo) code: Connector,
    pub(in crate::demo) code_pkce: Connector,
    pub(in crate::demo) implicit: Connector,
    pub(in crate::demo) encrypted: Connector,
    pub(in crate::demo) redeemed: Connector,
    pub(in crate::demo) anonymous: Connector,
}

pub(super) async fn seed(
    services: &Services,
    account: &Account,
    clients: &Clients,
) -> directory::Result<Connectors> {
    let create = async |draft| {
        let by = By::system();
        Box::pin(connector::create(services, &by, &account.account_id, None, draft)).await
    };
    let code = draft(account, "Code", ConnectorKind::Code, &clients.platform_code);
    let mut code_pkce = draft(
        account,
        "Code with PKCE",
        ConnectorKind::Code,
        &clients.platform_code,
    );
    code_pkce.configuration.pkce_enabled = true;
    code_pkce.configuration.preferred = true;
    let implicit = draft(
        account,
        "Implicit",
        ConnectorKind::Implicit,
        &clients.platform_implicit,
    );
    let encrypted = draft(
        account,
        "Encrypted",
        ConnectorKind::Implicit,
        &clients.platform_encrypted,
    );
    // What the platform's chat has redeemed itself, and lets the identity service look at as at any other token.
    let redeemed = draft(
        account,
        "Redeemed by the chat",
        ConnectorKind::Implicit,
        &clients.platform_code,
    );
    Ok(Connectors {
        code: create(code).await?,
        code_pkce: create(code_pkce).await?,
        implicit: create(implicit).await?,
        encrypted: create(encrypted).await?,
        redeemed: create(redeemed).await?,
        anonymous: create(anonymous(account)).await?,
    })
}

/// Nothing of the brand's is checked: who doesn't log in is whom the platform calls so.
fn anonymous(account: &Account) -> Draft {
    Draft {
        name: "Without a login".to_owned(),
        kind: ConnectorKind::Anonymous,
        enabled: true,
        configuration: ConnectorConfiguration {
            issuer_display_name: account.settings.display_name.clone(),
            acr_values: vec!["loa0".to_owned()],
            ..ConnectorConfiguration::default()
        },
        client_secret: None,
        switch_flow: false,
    }
}

fn draft(account: &Account, name: &str, kind: ConnectorKind, made: &Made) -> Draft {
    let endpoint = |path: &str| Some(format!("{}/{path}", account.issuer));
    Draft {
        name: name.to_owned(),
        kind,
        enabled: true,
        configuration: ConnectorConfiguration {
            issuer: account.issuer.clone(),
            issuer_display_name: account.settings.display_name.clone(),
            authorization_endpoint: endpoint("authorize"),
            token_endpoint: match kind {
                ConnectorKind::Code => endpoint("token"),
                ConnectorKind::Implicit | ConnectorKind::Anonymous => None,
            },
            client_id: made.client.client_id.to_string(),
            jwt_validation_type: JwtValidationType::JwksEndpoint,
            jwks_endpoint: endpoint("jwks"),
            jwt_public_key: None,
            pkce_enabled: false,
            rfc_compliance: true,
            js_method_name: "lpGetAuthenticationToken".to_owned(),
            js_context: "window".to_owned(),
            acr_values: vec!["loa1".to_owned()],
            audience: Vec::new(),
            preferred: false,
        },
        client_secret: made
            .secret
            .as_ref()
            .filter(|_| kind == ConnectorKind::Code)
            .map(|secret| SecretString::from(secret.expose().to_owned())),
        ..Draft::default()
    }
}
