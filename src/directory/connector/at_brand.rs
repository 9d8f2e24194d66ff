//! What a brand registers at its own identity provider for the platform (section 1.14 of the platform contract).

use oauth::GrantType;

use crate::base::id::ClientId;
use crate::context::Services;
use crate::directory::{Error, Result, client};
use crate::keys::PlatformKeyError;
use crate::model::connector::{Connector, ConnectorKind};
use crate::model::{Account, Client};
use crate::store;

/// Where an embedded window's codes were asked for, unless its page says otherwise (section 1.5).
pub const EMBEDDED: &str = "https://liveperson.net";

/// The platform's encryption key, as it is pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedKey {
    /// The `kid` that an encrypted token's header names.
    pub kid: String,
    /// SubjectPublicKeyInfo in base64, one line.
    pub line: String,
    /// Its SHA-256.
    pub fingerprint: String,
}

/// What brands encrypt id_tokens to for this server's gateway.
pub async fn encryption_key(services: &Services) -> Result<PastedKey> {
    let key = services.platform_keys.encryption().await;
    let key = key.map_err(|error| match error {
        PlatformKeyError::Store(error) => error,
        error => store::Error::Fault(error.to_string()),
    })?;
    let public = key.public();
    Ok(PastedKey {
        kid: public.kid().unwrap_or_default().to_owned(),
        line: public.to_spki_line(),
        fingerprint: public.fingerprint(),
    })
}

/// The client that a connector names, where its issuer is the account itself.
pub async fn own_client(
    services: &Services,
    account: &Account,
    connector: &Connector,
) -> Result<Option<Client>> {
    let fields = &connector.configuration;
    let Ok(id) = ClientId::parse(&fields.client_id) else {
        return Ok(None);
    };
    if fields.issuer != account.issuer {
        return Ok(None);
    }
    match client::find(services, &account.account_id, &id).await {
        Ok(client) => Ok(Some(client)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The redirect URIs of external windows: what the client has beside the platform's own address.
pub fn popups(client: &Client) -> Vec<&str> {
    let uris = client
        .settings
        .redirect_uris
        .iter()
        .map(oauth::RedirectUri::as_str);
    uris.filter(|uri| uri.trim_end_matches('/') != EMBEDDED).collect()
}

/// Whether whoever manages connectors may give the client a new secret: it is the platform's, and good for nothing but
/// consumers' logins, so that nobody gets hold of more than the connector has (SEC-129).
pub fn may_renew(connector: &Connector, client: &Client) -> bool {
    let settings = &client.settings;
    let signs_in = |grant: &GrantType| {
        matches!(
            grant,
            GrantType::AuthorizationCode | GrantType::Implicit | GrantType::RefreshToken
        )
    };
    connector.kind == ConnectorKind::Code
        && client.platform
        && settings.token_endpoint_auth_method.needs_secret()
        && settings.grant_types.iter().all(signs_in)
}
