//! What userinfo says of a consumer (OpenID Connect Core §5.3.2): JSON, or signed, encrypted or both for a client that
//! registered so.

use jose::Typ;
use oauth::ClaimsRequest;
use serde_json::{Map, Value};

use super::claims::{self, Selection};
use super::signed::{self, Encryption};
use super::{IssueError, subject};
use crate::context::Context;
use crate::model::token::Token;
use crate::model::{Client, Consumer};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A JSON object.
    Json(Vec<u8>),
    /// A JWT.
    Jwt(String),
}

/// The claims that the token's scopes and its request's `claims` ask for.
pub async fn answer(
    context: &Context,
    token: &Token,
    client: &Client,
    consumer: &Consumer,
) -> Result<Answer, IssueError> {
    claims::tell_reserved(context, client, consumer);
    let mut members = told(context, token, client, consumer);
    let settings = &client.settings;
    let encryption = Encryption {
        management: settings.userinfo_encrypted_response_alg,
        content: settings.userinfo_encrypted_response_enc,
    };
    let Some(algorithm) = settings.userinfo_signed_response_alg else {
        let json = serde_json::to_vec(&members).map_err(|_| IssueError::Write("userinfo"))?;
        if encryption.management.is_none() {
            return Ok(Answer::Json(json));
        }
        let jwt = encryption.encrypt(context, client, None, &json).await?;
        return Ok(Answer::Jwt(jwt));
    };
    // "If signed, the UserInfo Response MUST contain the Claims iss […] and aud" (§5.3.2). It has no `exp`: nobody takes it
    // for an id_token (SEC-003).
    members.insert("iss".to_owned(), context.issuer().into());
    members.insert("aud".to_owned(), client.client_id.as_str().into());
    let jwt = signed::sign(context, algorithm, Typ::Jwt, &members)?;
    Ok(Answer::Jwt(encryption.apply(context, client, jwt).await?))
}

fn told(context: &Context, token: &Token, client: &Client, consumer: &Consumer) -> Map<String, Value> {
    let requested: Option<ClaimsRequest> = token
        .claims
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let mut members = Map::new();
    let sub = subject::shown(context, client, &consumer.sub);
    members.insert("sub".to_owned(), sub.as_str().into());
    let selection = Selection {
        scope: Some(&token.scope),
        requested: requested.as_ref().map(|claims| &claims.userinfo),
        all: client.settings.leniency.all_claims,
    };
    claims::select(consumer, &selection, &mut members);
    members
}
