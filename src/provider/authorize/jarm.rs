//! Authorization responses as JWTs (JARM §2): signed, and encrypted for a client that registered so.

use std::time::Duration;

use jose::{Algorithm, Typ};
use oauth::AuthorizationResponse;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::issue::{IssueError, signed};
use crate::model::Client;

/// How long a response may be under way: "a maximum JWT lifetime of 10 minutes is RECOMMENDED" (JARM §2.1).
const LIFETIME: Duration = Duration::from_mins(5);

/// The response with all that it says in one JWT.
pub(super) async fn wrap(
    context: &Context,
    client: &Client,
    response: &AuthorizationResponse,
) -> Result<AuthorizationResponse, IssueError> {
    let settings = &client.settings;
    let mut claims = Map::new();
    for (name, value) in response.fields() {
        claims.insert(name.to_owned(), Value::from(value));
    }
    claims.insert("iss".to_owned(), context.issuer().into());
    claims.insert("aud".to_owned(), client.client_id.as_str().into());
    claims.insert("exp".to_owned(), (context.now + LIFETIME).seconds().into());
    let algorithm = settings
        .authorization_signed_response_alg
        .unwrap_or(Algorithm::RS256);
    let jwt = signed::sign(context, algorithm, Typ::Jwt, &claims)?;
    let encryption = signed::Encryption {
        management: settings.authorization_encrypted_response_alg,
        content: settings.authorization_encrypted_response_enc,
    };
    let jwt = encryption.apply(context, client, jwt).await?;
    Ok(AuthorizationResponse::in_jwt(jwt))
}
