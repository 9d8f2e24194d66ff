//! What a program shows: the token that it got for itself.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use jose::{Algorithm, Policy, Typ, verify};
use oauth::Scope;
use serde_json::json;

use crate::base::id::{self, ClientId};
use crate::context::{Context, Services};
use crate::gateway::Error;
use crate::gateway::idp::Visitor;
use crate::model::Client;

/// Who gives them.
const ISSUER: &str = "Sentinel";
/// How long they are valid, in seconds.
pub(super) const LIFETIME: i64 = 3600;
/// What lets a program speak for consumers.
pub(in crate::gateway) const SPEAKS_FOR_CONSUMERS: &str = "msg.consumer";

/// A program that has shown its token, in a request that isn't one too many. Taking it is the check.
#[derive(Debug)]
pub(in crate::gateway) struct AppJwt {
    /// For which account it acts, and what travels with the request.
    pub(in crate::gateway) context: Context,
    /// The client.
    pub(in crate::gateway) client_id: ClientId,
    scope: Scope,
}

/// A token for the client, until an hour from now.
pub(super) async fn issue(context: &Context, client: &Client, scope: &Scope) -> Result<String, Error> {
    let now = context.now.seconds();
    let claims = json!({
        "aud": context.tenant.account.account_id,
        "azp": client.client_id,
        "scope": scope.to_string(),
        "iss": ISSUER,
        "iat": now,
        "exp": now.saturating_add(LIFETIME),
        "jti": id::random(&context.services.entropy),
    });
    let signer = context.services.platform_keys.apps().await?;
    signer
        .sign(Typ::Jwt, claims.to_string().as_bytes())
        .map_err(|error| Error::internal(error.to_string()))
}

impl FromRequestParts<Arc<Services>> for AppJwt {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, Error> {
        let Visitor(context) = Visitor::from_request_parts(parts, services).await?;
        Self::read(context, &parts.headers).await
    }
}

impl AppJwt {
    /// Refuses a program that may not speak for consumers.
    pub(in crate::gateway) fn speaks_for_consumers(&self) -> Result<(), Error> {
        if self.scope.contains(SPEAKS_FOR_CONSUMERS) {
            return Ok(());
        }
        Err(invalid("its scope lacks msg.consumer"))
    }

    async fn read(context: Context, headers: &HeaderMap) -> Result<Self, Error> {
        let mut shown = headers.get_all(AUTHORIZATION).iter();
        let token = match (shown.next(), shown.next()) {
            (Some(token), None) => token.to_str().map_err(|_| invalid("not text"))?,
            (None, _) => return Err(missing()),
            (Some(_), Some(_)) => return Err(invalid("more than one")),
        };
        // The contract shows it without a scheme; programs send it with one, too.
        let token = token.strip_prefix("Bearer ").unwrap_or(token).trim();
        if token.is_empty() {
            return Err(missing());
        }
        let (client, scope) = verified(&context, token).await?.map_err(invalid)?;
        Ok(Self {
            client_id: client.client_id.clone(),
            context,
            scope,
        })
    }
}

/// Whose token that is, and what it is good for; otherwise why it is good for nothing in this account.
pub(in crate::gateway) async fn verified(
    context: &Context,
    token: &str,
) -> Result<Result<(Arc<Client>, Scope), String>, Error> {
    let account = &context.tenant.account.account_id;
    let key = context.services.platform_keys.apps().await?.public();
    let mut policy = Policy::id_token(ISSUER, account.as_str(), context.now.seconds())
        .with_algorithms(&[Algorithm::RS256]);
    policy.required = &["iss", "aud", "azp", "scope", "iat", "exp"];
    let read = || {
        let verified = verify(token, |kid| (kid == Some(key.kid())).then_some(key), &policy)
            .map_err(|error| error.to_string())?;
        let text = |name| verified.str(name).unwrap_or_default();
        let client_id = ClientId::parse(text("azp")).map_err(|error| error.to_string())?;
        let scope = text("scope")
            .parse::<Scope>()
            .map_err(|error| error.to_string())?;
        Ok((client_id, scope))
    };
    let (client_id, scope) = match read() {
        Ok(read) => read,
        Err(why) => return Ok(Err(why)),
    };
    // A client that is disabled or gone says nothing any more, whatever it still has (SEC-061).
    let client = context.services.clients.find(account, &client_id).await?;
    Ok(match client.filter(|client| client.enabled) {
        Some(client) => Ok((client, scope)),
        None => Err("the client is disabled or gone".to_owned()),
    })
}

fn missing() -> Error {
    Error::send(
        StatusCode::UNAUTHORIZED,
        40105,
        "Unauthorized",
        "The Authorization header has no AppJWT.",
    )
}

fn invalid(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::send(
        StatusCode::UNAUTHORIZED,
        40102,
        "Unauthorized",
        "The AppJWT is expired or invalid.",
    )
    .because(why)
}
