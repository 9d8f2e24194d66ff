//! Who a client is, at every endpoint that clients call (SEC-057 to SEC-059).

mod assertion;
mod certificate;
mod presented;
mod secret;

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use oauth::{ClientAuthMethod, Error, Parameters};

pub use self::assertion::{FAPI_ALGORITHMS, is_first_use};
use self::presented::Presented;
pub use self::secret::knows as knows_secret;
use super::oauth_error::OAuthError;
use crate::base::id::ClientId;
use crate::context::Context;
use crate::model::Client;

/// A client that has proved who it is, by its registered method. Nothing else makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Client>);

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// The methods that are served. Those with a certificate need the listener that asks for one.
pub fn served(context: &Context) -> impl Iterator<Item = ClientAuthMethod> {
    let server = &context.services.settings.server;
    let (certificates, authorities) = (server.mtls_url().is_some(), server.mtls.client_ca.is_some());
    let methods = [
        (ClientAuthMethod::ClientSecretBasic, true),
        (ClientAuthMethod::ClientSecretPost, true),
        (ClientAuthMethod::ClientSecretJwt, true),
        (ClientAuthMethod::PrivateKeyJwt, true),
        (ClientAuthMethod::TlsClientAuth, certificates && authorities),
        (ClientAuthMethod::SelfSignedTlsClientAuth, certificates),
        (ClientAuthMethod::None, true),
    ];
    methods
        .into_iter()
        .filter_map(|(method, is_served)| is_served.then_some(method))
}

/// Authenticates the client of a request: exactly one method, and the registered one.
pub async fn authenticate(
    context: &Context,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, OAuthError> {
    let outcome = match Presented::of(headers, parameters) {
        Ok(presented) => check(context, presented).await,
        Err(error) => Err(OAuthError::token(error)),
    };
    told(context, headers, outcome)
}

/// The same by a secret alone, in the header or in the body, whichever of the two was registered: for the messaging
/// platform's own paths, which know no other way.
pub async fn by_secret(
    context: &Context,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, OAuthError> {
    let outcome = match Presented::of(headers, parameters) {
        Ok(presented) => check_secret(context, presented).await,
        Err(error) => Err(OAuthError::token(error)),
    };
    told(context, headers, outcome)
}

fn told(
    context: &Context,
    headers: &HeaderMap,
    outcome: Result<AuthenticatedClient, OAuthError>,
) -> Result<AuthenticatedClient, OAuthError> {
    outcome.map_err(|error| {
        if error.code() == oauth::ErrorCode::InvalidClient {
            tracing::warn!(
                target: "audit", event = "client.auth_failed", request_id = %context.request_id, ip = %context.ip,
                account = %context.tenant.account.account_id, reason = error.detail(), "client authentication failed"
            );
        }
        if headers.contains_key(AUTHORIZATION) {
            error.with_basic_challenge(context.issuer())
        } else {
            error
        }
    })
}

fn failed(detail: impl Into<String>) -> Error {
    Error::invalid_client().with_detail(detail)
}

/// The client that is named. An unknown one, a disabled one and a wrong secret are refused alike, after the same work
/// (SEC-058).
async fn named(context: &Context, presented: &Presented) -> Result<Arc<Client>, OAuthError> {
    let account = &context.tenant.account.account_id;
    let client = match ClientId::parse(presented.client_id()) {
        Ok(id) => context.services.clients.find(account, &id).await?,
        Err(_) => None,
    };
    let Some(client) = client.filter(|client| client.enabled) else {
        secret::digest(presented);
        return Err(failed("unknown or disabled client").into());
    };
    Ok(client)
}

async fn check(context: &Context, presented: Presented) -> Result<AuthenticatedClient, OAuthError> {
    let client = named(context, &presented).await?;
    prove(context, &client, &presented).await?;
    Ok(AuthenticatedClient(client))
}

async fn check_secret(context: &Context, presented: Presented) -> Result<AuthenticatedClient, OAuthError> {
    let client = named(context, &presented).await?;
    let method = client.settings.token_endpoint_auth_method;
    match (&presented, method) {
        (
            Presented::Basic(basic),
            ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost,
        ) => secret::basic(context, &client, basic)?,
        (
            Presented::Post { client_secret, .. },
            ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost,
        ) => secret::compare(context, &client, client_secret)?,
        _ => return Err(failed("not a secret, or not a client that has one").into()),
    }
    Ok(AuthenticatedClient(client))
}

/// Compares what was presented with what the client registered.
async fn prove(context: &Context, client: &Client, presented: &Presented) -> Result<(), OAuthError> {
    let method = client.settings.token_endpoint_auth_method;
    match (presented, method) {
        (Presented::Basic(basic), ClientAuthMethod::ClientSecretBasic) => {
            Ok(secret::basic(context, client, basic)?)
        }
        (Presented::Post { client_secret, .. }, ClientAuthMethod::ClientSecretPost) => {
            Ok(secret::compare(context, client, client_secret)?)
        }
        (Presented::Post { client_secret, .. }, ClientAuthMethod::ClientSecretBasic)
            if client.settings.leniency.credentials_in_body =>
        {
            super::leniency::used("credentials_in_body", client);
            Ok(secret::compare(context, client, client_secret)?)
        }
        (
            Presented::Assertion { assertion, .. },
            ClientAuthMethod::PrivateKeyJwt | ClientAuthMethod::ClientSecretJwt,
        ) => assertion::prove(context, client, assertion).await,
        (Presented::Nothing { .. }, ClientAuthMethod::TlsClientAuth) => certificate::named(context, client),
        (Presented::Nothing { .. }, ClientAuthMethod::SelfSignedTlsClientAuth) => {
            certificate::registered(context, client).await
        }
        (Presented::Nothing { .. }, ClientAuthMethod::None) => Ok(()),
        _ => Err(failed("not the registered authentication method").into()),
    }
}
