//! Who a client is, at every endpoint that clients call (SEC-057, SEC-058).

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use oauth::{
    BasicCredentials, BasicCredentialsError, ClientAuthMethod, ClientIdAndSecret, Error, Parameters,
};

use zeroize::Zeroizing;

use super::oauth_error::OAuthError;
use crate::base::Digest;
use crate::base::id::ClientId;
use crate::context::Context;
use crate::model::Client;
use crate::model::client::ClientSecret;

/// A client that has proved who it is, by its registered method. Nothing else makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Client>);

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// What a request shows, before it is compared with anything.
enum Presented {
    Basic(BasicCredentials),
    Post {
        client_id: String,
        client_secret: Zeroizing<String>,
    },
    Nothing {
        client_id: String,
    },
}

/// Authenticates the client of a request: exactly one method, and the registered one.
pub async fn authenticate(
    context: &Context,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, OAuthError> {
    let tried_header = headers.contains_key(AUTHORIZATION);
    let outcome = match present(headers, parameters) {
        Ok(presented) => check(context, presented).await,
        Err(error) => Err(OAuthError::token(error)),
    };
    outcome.map_err(|error| {
        if error.code() == oauth::ErrorCode::InvalidClient {
            tracing::warn!(
                target: "audit", event = "client.auth_failed", request_id = %context.request_id, ip = %context.ip,
                account = %context.tenant.account.account_id, reason = error.detail(), "client authentication failed"
            );
        }
        if tried_header { error.with_basic_challenge(context.issuer()) } else { error }
    })
}

fn failed(detail: &'static str) -> Error {
    Error::invalid_client().with_detail(detail)
}

fn present(headers: &HeaderMap, parameters: &Parameters) -> Result<Presented, Error> {
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    let header = authorizations.next();
    if authorizations.next().is_some() {
        return Err(failed("more than one Authorization header"));
    }
    let body_secret = parameters.get("client_secret");
    if ["client_assertion", "client_assertion_type"]
        .iter()
        .any(|name| parameters.get(name).is_some())
    {
        return Err(failed("client assertions are not a method of this client"));
    }
    let Some(header) = header else {
        let client_id = parameters
            .get("client_id")
            .ok_or_else(|| failed("no client_id"))?
            .to_owned();
        return Ok(match body_secret {
            Some(secret) => Presented::Post {
                client_id,
                client_secret: secret.to_owned().into(),
            },
            None => Presented::Nothing { client_id },
        });
    };
    if body_secret.is_some() {
        return Err(failed("credentials in the header and in the body"));
    }
    let header = header.to_str().map_err(|_| failed("Authorization is not text"))?;
    let basic = BasicCredentials::parse(header).map_err(|error| match error {
        BasicCredentialsError::OtherScheme => failed("Authorization has another scheme than Basic"),
        BasicCredentialsError::Base64 | BasicCredentialsError::Malformed => {
            failed("malformed Basic credentials")
        }
    })?;
    let is_its_id = |id: &str| {
        id == basic.raw().client_id() || basic.decoded().is_some_and(|decoded| id == decoded.client_id())
    };
    if parameters.get("client_id").is_some_and(|id| !is_its_id(id)) {
        return Err(failed("client_id differs between header and body"));
    }
    Ok(Presented::Basic(basic))
}

async fn check(context: &Context, presented: Presented) -> Result<AuthenticatedClient, OAuthError> {
    let client_id = match &presented {
        Presented::Basic(basic) => basic.decoded().unwrap_or(basic.raw()).client_id(),
        Presented::Post { client_id, .. } | Presented::Nothing { client_id } => client_id,
    };
    let client = match ClientId::parse(client_id) {
        Ok(id) => {
            context
                .services
                .clients
                .find(&context.tenant.account.account_id, &id)
                .await?
        }
        Err(_) => None,
    };
    // An unknown client, a disabled one and a wrong secret are refused alike, after the same work (SEC-058).
    let Some(client) = client.filter(|client| client.enabled) else {
        let secret = match &presented {
            Presented::Basic(basic) => basic.raw().client_secret(),
            Presented::Post { client_secret, .. } => client_secret,
            Presented::Nothing { .. } => "",
        };
        let _ = Digest::<ClientSecret>::of(secret);
        return Err(failed("unknown or disabled client").into());
    };
    let method = client.settings.token_endpoint_auth_method;
    let leniency = client.settings.leniency;
    let proved = match (&presented, method) {
        (Presented::Basic(basic), ClientAuthMethod::ClientSecretBasic) => {
            let matches = |pair: &ClientIdAndSecret| {
                pair.client_id() == client.client_id.as_str()
                    && has_secret(context, &client, pair.client_secret())
            };
            let encoded = basic.decoded().is_some_and(matches);
            let raw = !encoded && leniency.raw_basic_credentials && matches(basic.raw());
            if raw {
                super::leniency::used("raw_basic_credentials", &client);
            }
            encoded || raw
        }
        (Presented::Post { client_secret, .. }, ClientAuthMethod::ClientSecretPost) => {
            has_secret(context, &client, client_secret)
        }
        (Presented::Post { client_secret, .. }, ClientAuthMethod::ClientSecretBasic)
            if leniency.credentials_in_body =>
        {
            super::leniency::used("credentials_in_body", &client);
            has_secret(context, &client, client_secret)
        }
        (Presented::Nothing { .. }, ClientAuthMethod::None) => true,
        _ => return Err(failed("not the registered authentication method").into()),
    };
    if proved {
        Ok(AuthenticatedClient(client))
    } else {
        Err(failed("wrong secret").into())
    }
}

fn has_secret(context: &Context, client: &Client, presented: &str) -> bool {
    let digest = Digest::of(presented);
    client
        .secrets
        .iter()
        .filter(|secret| secret.expires_at.is_none_or(|end| context.now < end))
        .fold(false, |found, secret| (secret.digest == digest) | found)
}
