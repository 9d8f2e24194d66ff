//! Connectors: what the platform's form for an authentication server takes, held to what its pages say of it (section
//! 3 of the platform contract).

use jose::{Algorithm, PublicKey};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::error::Problems;
use super::{By, Error, Result, account, text};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, ConnectorId, KeyId};
use crate::context::Services;
use crate::keys::Place;
use crate::model::Client;
use crate::model::connector::{Connector, ConnectorConfiguration, ConnectorKind, JwtValidationType};
use crate::model::signing_key::KeyState;
use crate::store;

/// A connector as somebody wants it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What administrators call it.
    pub name: String,
    /// What it carries.
    pub kind: ConnectorKind,
    /// Whether it may be used.
    pub enabled: bool,
    /// Its fields, by the platform's names.
    pub configuration: ConnectorConfiguration,
    /// The platform's client secret at the brand. Sealed when it is stored, and never shown again.
    pub client_secret: Option<SecretString>,
}

/// The connector of that id in that account.
pub async fn find(services: &Services, account: &AccountId, connector: &ConnectorId) -> Result<Connector> {
    store::connectors::find(&services.db, account, connector)
        .await?
        .ok_or_else(|| Error::NotFound {
            what: "connector",
            id: connector.to_string(),
        })
}

/// Makes a connector, under an id of its own where none is wished for.
pub async fn create(
    services: &Services,
    by: &By,
    account: &AccountId,
    id: Option<ConnectorId>,
    draft: Draft,
) -> Result<Connector> {
    account::row(services, account).await?;
    check(&draft)?;
    let id = id.unwrap_or_else(|| ConnectorId::fresh(&services.clock, &services.entropy));
    let secret = match &draft.client_secret {
        Some(secret) => Some(
            services
                .sealer
                .seal(&place(account, &id), secret.expose_secret().as_bytes())
                .map_err(|_| store::Error::Fault("a connector's secret can't be sealed".to_owned()))?,
        ),
        None => None,
    };
    let now = services.clock.now();
    let pinned = pinned(services, account, &draft.configuration).await?;
    let connector = Connector {
        account_id: account.clone(),
        connector_id: id,
        name: draft.name,
        kind: draft.kind,
        enabled: draft.enabled,
        configuration: draft.configuration,
        secret,
        deleted: false,
        created_at: now,
        updated_at: now,
    };
    let event = by.did(account, "connector.created", None, recorded(&connector));
    let holds = pinned.as_ref().map(|(client, _)| {
        let detail = json!({"pasted_key": client.settings.pasted_key});
        by.did(account, "client.updated", Some(&client.client_id), detail)
    });
    let (clock, entropy, stored) = (
        services.clock.clone(),
        services.entropy.clone(),
        connector.clone(),
    );
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                store::connectors::insert(tx, &stored).await?;
                if let Some((client, former)) = &pinned
                    && store::clients::update(tx, client, *former).await? == 0
                {
                    return Err(store::Error::Stale);
                }
                if let Some(holds) = &holds {
                    store::audit::insert(tx, holds, &clock, &entropy).await?;
                }
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await
        .map_err(|error| match error {
            store::Error::Taken(_) => Error::Taken {
                what: "connector",
                id: connector.connector_id.to_string(),
            },
            store::Error::Stale => Error::Changed,
            error => error.into(),
        })?;
    services.forget();
    Ok(connector)
}

/// The client of a connector that has one of our keys pasted: it holds on to that key, so that a rotation, of which the
/// pasted value learns nothing, does not break its logins (F-20).
async fn pinned(
    services: &Services,
    account: &AccountId,
    configuration: &ConnectorConfiguration,
) -> Result<Option<(Client, Timestamp)>> {
    let Some(line) = &configuration.jwt_public_key else {
        return Ok(None);
    };
    let Ok(pasted) = PublicKey::from_spki_line(Algorithm::RS256, line) else {
        return Ok(None);
    };
    let (Ok(kid), Ok(id)) = (
        KeyId::parse(pasted.kid()),
        ClientId::parse(&configuration.client_id),
    ) else {
        return Ok(None);
    };
    let published = store::signing_keys::find(&services.db, account, &kid)
        .await?
        .filter(|key| key.state != KeyState::Retired);
    let client = store::clients::find(&services.db, account, &id).await?;
    Ok(published.zip(client).map(|(key, mut client)| {
        let former = client.updated_at;
        client.settings.pasted_key = Some(key.kid);
        client.updated_at = account::after(services, former);
        (client, former)
    }))
}

/// A connector's client secret; none where it has none, or where it can't be opened.
pub async fn client_secret(services: &Services, connector: &Connector) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = connector.secret.as_ref()?;
    services.sealer.meet(&services.db, [sealed]).await;
    services
        .sealer
        .open(&place(&connector.account_id, &connector.connector_id), sealed)
        .ok()
}

fn place<'a>(account: &'a AccountId, connector: &'a ConnectorId) -> Place<'a> {
    Place {
        table: "connectors",
        column: "secret",
        row: connector.as_str(),
        account: Some(account),
    }
}

fn recorded(connector: &Connector) -> Value {
    json!({
        "connector_id": connector.connector_id,
        "name": connector.name,
        "type": connector.kind,
        "enabled": connector.enabled,
        "configuration": connector.configuration,
        "has_secret": connector.secret.is_some(),
    })
}

const ISSUER: &str =
    "the brand's issuer: an https URL without query or fragment; http only on a loopback address";
const METHOD: &str = "a name in the page's global scope, such as lpMethods.getToken";

/// The validation rules of section 3.2 of the platform contract.
fn check(draft: &Draft) -> Result<()> {
    let mut problems = Problems::default();
    problems.unless(text::is_name(&draft.name), "name", &draft.name, text::NAME);
    match draft.kind {
        // It verifies nothing of the brand's: its tokens are the gateway's own.
        ConnectorKind::Anonymous => {}
        ConnectorKind::Implicit => {
            verification(&draft.configuration, &mut problems);
            problems.unless(
                !draft.configuration.pkce_enabled,
                "pkceEnabled",
                true,
                "false for the implicit type, which has no code to protect",
            );
        }
        ConnectorKind::Code => {
            verification(&draft.configuration, &mut problems);
            redemption(draft, &mut problems);
        }
    }
    problems.finish()
}

/// What both types need to tell a consumer's token from a forged one.
fn verification(configuration: &ConnectorConfiguration, problems: &mut Problems) {
    let issuer = &configuration.issuer;
    problems.unless(
        text::is_web_url(issuer) && !issuer.contains('?'),
        "issuer",
        issuer,
        ISSUER,
    );
    if !configuration.issuer_display_name.is_empty() {
        let name = &configuration.issuer_display_name;
        problems.unless(text::is_name(name), "issuerDisplayName", name, text::NAME);
    }
    for (key, url) in [
        ("authorizationEndpoint", &configuration.authorization_endpoint),
        ("tokenEndpoint", &configuration.token_endpoint),
        ("jwksEndpoint", &configuration.jwks_endpoint),
    ] {
        if let Some(url) = url {
            problems.unless(text::is_web_url(url), key, url, text::WEB_URL);
        }
    }
    key(configuration, problems);
    for (key, name) in [
        ("jsMethodName", &configuration.js_method_name),
        ("jsContext", &configuration.js_context),
    ] {
        problems.unless(is_path_of_names(name), key, name, METHOD);
    }
}

/// Exactly one of a pasted key and a JWK set, and the one that is said.
fn key(configuration: &ConnectorConfiguration, problems: &mut Problems) {
    let (pasted, endpoint) = (&configuration.jwt_public_key, &configuration.jwks_endpoint);
    let (has, other) = match configuration.jwt_validation_type {
        JwtValidationType::JwksEndpoint => (endpoint.is_some(), pasted.is_some()),
        JwtValidationType::JwtPublicKey => (pasted.is_some(), endpoint.is_some()),
    };
    if !has || other {
        problems.push(
            "jwtValidationType",
            None,
            "JWKS_ENDPOINT with jwksEndpoint, or JWT_PUBLIC_KEY with jwtPublicKey; one of the two, not both",
        );
    }
    if let Some(line) = pasted
        && let Err(error) = PublicKey::from_spki_line(Algorithm::RS256, line)
    {
        // What was pasted may be a private key: it is not repeated.
        problems.push("jwtPublicKey", None, format!("another one: {error}"));
    }
}

/// What the platform needs to redeem a code.
fn redemption(draft: &Draft, problems: &mut Problems) {
    let configuration = &draft.configuration;
    if configuration.token_endpoint.is_none() {
        problems.push(
            "tokenEndpoint",
            None,
            format!("{}: the code type needs it", text::WEB_URL),
        );
    }
    problems.unless(
        !configuration.client_id.is_empty() && configuration.client_id.len() <= 255,
        "clientId",
        &configuration.client_id,
        "the platform's client id at the brand",
    );
    if draft
        .client_secret
        .as_ref()
        .is_none_or(|secret| secret.expose_secret().is_empty())
    {
        problems.push(
            "clientSecret",
            None,
            "the secret of that client: the code type needs it",
        );
    }
}

/// `lpGetAuthenticationToken`, `lpMethods.getToken`: names that JavaScript finds, and nothing that it would run.
fn is_path_of_names(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '$'))
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$'))
    };
    text.len() <= 128 && text.split('.').all(is_name)
}
