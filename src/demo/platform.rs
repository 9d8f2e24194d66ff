//! The messaging platform's server, as far as the chat needs it. `pages::demo` tells what it is asked and answers.
//!
//! Its requests carry no cookie and give nobody a right, so no other site gains anything by sending them; and since they
//! must be JSON, which a form can't be, no other site's page can send them at all.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Json;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use oauth::{CodeChallenge, CodeVerifier};
use pages::demo::{self as wire, CallbackToken, NewChallenge, NewConversation};
use serde::Serialize;
use zeroize::Zeroizing;

use super::conversation::Conversation;
use super::exchange::Exchange;
use super::room::{Challenge, Room};
use crate::base::id::ConnectorId;
use crate::base::{Entropy, hex};
use crate::directory::connector::client_secret;
use crate::gateway::consumer_identity::{Gate, Presented, Refused, Verified};
use crate::http::Problem;
use crate::model::{Connector, ConnectorKind};
use crate::store;

/// `POST /demo/platform/challenges`: a verifier is made and kept, its challenge handed out (RFC 7636 §4.1 and §4.2).
pub(super) async fn challenge(
    Extension(room): Extension<Arc<Room>>,
    body: Result<Json<NewChallenge>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(wanted) = body.map_err(|rejection| malformed(&rejection))?;
    let connector = find(&room, &wanted.connector).await?;
    let entropy = &room.services.entropy;
    let verifier = new_verifier(entropy).ok_or_else(|| Problem::internal("43 characters are no verifier"))?;
    let challenge = wire::Challenge {
        challenge_id: fresh_id(entropy),
        code_challenge: CodeChallenge::of(&verifier).as_str().to_owned(),
    };
    room.challenges.insert(
        challenge.challenge_id.clone(),
        Arc::new((connector.connector_id, verifier)),
    );
    Ok((StatusCode::CREATED, Json(challenge)).into_response())
}

/// `POST /demo/platform/conversations`: whoever is proved to be there may talk, and so may somebody without a name.
pub(super) async fn converse(
    Extension(room): Extension<Arc<Room>>,
    body: Result<Json<NewConversation>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(wanted) = body.map_err(|rejection| malformed(&rejection))?;
    let connector = find(&room, &wanted.connector).await?;
    let earlier = match &wanted.conversation_id {
        None => None,
        Some(id) => Some(nameless(&room, id)?),
    };
    let presented = match (connector.kind, wanted.token) {
        (ConnectorKind::Anonymous, _) => None,
        (_, None) => return Err(Problem::new(StatusCode::BAD_REQUEST).detail("The connector takes a token.")),
        (kind, Some(token)) => {
            // A verifier serves once, whatever becomes of its code.
            let challenge = wanted.challenge_id.and_then(|id| room.challenges.remove(&id));
            let challenge = challenge.filter(|challenge| challenge.0 == connector.connector_id);
            Some(presented(kind, token, challenge.as_deref()))
        }
    };
    let conversation = Box::pin(carry_on(&room, &connector, presented, earlier, wanted.journal)).await;
    Ok(answer(&room, &conversation))
}

/// Begins a conversation, or goes on with an earlier one that is without a name: with whoever is proved to be there by what is
/// presented, or with somebody without a name where nothing is. `journal` is what a page has seen go by.
pub(super) async fn carry_on(
    room: &Room,
    connector: &Connector,
    presented: Option<Presented>,
    earlier: Option<Arc<Conversation>>,
    journal: Vec<wire::Seen>,
) -> Arc<Conversation> {
    let id = match &earlier {
        None => fresh_id(&room.services.entropy),
        Some(earlier) => earlier.id.clone(),
    };
    let (http, records) = room.http.recording();
    let (mut conversation, internal) = match presented {
        None => {
            let outcome = room.identity_service.anonymous(&http, connector).await;
            let internal = outcome.as_ref().ok().map(|given| given.internal.clone());
            (Conversation::with_nobody(id, connector, outcome), internal)
        }
        Some(presented) => {
            let before = earlier.as_ref().and_then(|earlier| earlier.nameless());
            let outcome = Box::pin(prove(room, &http, connector, presented, before)).await;
            let internal = outcome.as_ref().ok().and_then(|(_, given)| given.clone().ok());
            (Conversation::with_consumer(id, connector, outcome), internal)
        }
    };
    let heard = match internal {
        Some(token) => Some(Box::pin(room.socket.open(&token)).await),
        None => None,
    };
    let made = records.take();
    let earlier_exchanges = earlier.as_ref().map(|earlier| earlier.exchanges.as_slice());
    conversation.exchanges = earlier_exchanges
        .unwrap_or_default()
        .iter()
        .cloned()
        .chain(Exchange::seen(journal))
        .chain(made.iter().map(Exchange::made))
        .chain(heard.iter().flat_map(|heard| heard.exchanges.iter().cloned()))
        .take(MOST_EXCHANGES)
        .collect();
    if let Some(heard) = heard {
        conversation.connected(heard.outcome);
    }
    let conversation = Arc::new(conversation);
    // Whoever signs in without success is still who they were.
    if earlier.is_none() || conversation.is_verified() {
        room.conversations
            .insert(conversation.id.clone(), Arc::clone(&conversation));
    }
    conversation
}

/// How many exchanges are kept of one conversation, however long somebody goes on with it.
const MOST_EXCHANGES: usize = 200;

/// Who is there, and the platform's own token for them.
///
/// The identity service could redeem a code too; but it tells nobody what it has checked, and keeps the brand's token to
/// itself (SEC-147). The agent's view shows both, so the chat asks the brand itself, through the very gate that the service
/// uses, and hands the service the token that it got.
async fn prove(
    room: &Room,
    http: &outbound::Client,
    connector: &Connector,
    presented: Presented,
    before: Option<&str>,
) -> Result<(Verified, Result<String, String>), Refused> {
    let services = &room.services;
    let secret = client_secret(services, connector).await;
    let gate = Gate {
        http,
        keys: &services.connector_keys,
        decryption: services.platform_keys.encryption().await.ok(),
        require_audience: services.settings.gateway.require_audience,
        clock: &services.clock,
        connector,
        secret: secret
            .as_deref()
            .and_then(|secret| std::str::from_utf8(secret).ok()),
    };
    let verified = gate.authenticate(presented).await?;
    let internal = room
        .identity_service
        .authenticate(http, connector, &verified.token, before)
        .await;
    Ok((verified, internal))
}

/// The conversation with somebody without a name that is to go on.
fn nameless(room: &Room, id: &str) -> Result<Arc<Conversation>, Problem> {
    let known = room.conversations.get(&id.to_owned());
    known
        .filter(|conversation| conversation.is_anonymous())
        .ok_or_else(|| Problem::not_found().detail("There is no such conversation without a name."))
}

fn presented(kind: ConnectorKind, token: CallbackToken, challenge: Option<&Challenge>) -> Presented {
    let code = |code: String, redirect_uri| Presented::Code {
        code: Zeroizing::new(code),
        redirect_uri,
        code_verifier: challenge.map(|(_, verifier)| verifier.clone()),
    };
    match (kind, token) {
        (ConnectorKind::Code, CallbackToken::Text(text)) => code(text, None),
        (ConnectorKind::Implicit | ConnectorKind::Anonymous, CallbackToken::Text(text)) => {
            Presented::IdToken(text)
        }
        (
            _,
            CallbackToken::Code {
                sso_key,
                redirect_uri,
            },
        ) => code(sso_key, Some(redirect_uri)),
    }
}

/// The platform's answer to a consumer who can't be verified (section 1.4 of the platform contract).
#[derive(Serialize)]
struct Refusal {
    error: RefusalError,
    agent_url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusalError {
    time: String,
    message: &'static str,
    internal_code: u32,
}

fn answer(room: &Room, conversation: &Conversation) -> Response {
    let agent_url = format!("/demo/agent/{}", conversation.id);
    if conversation.is_verified() || conversation.is_anonymous() {
        let answer = wire::Conversation {
            conversation_id: conversation.id.clone(),
            agent_url,
            name: conversation.first_name.clone(),
            verified: conversation.is_verified(),
            anonymous: conversation.is_anonymous(),
        };
        return (StatusCode::CREATED, Json(answer)).into_response();
    }
    let refusal = Refusal {
        error: RefusalError {
            time: room.services.clock.now().to_rfc3339(),
            message: "Failed to validate user with customer authentication service",
            internal_code: 10,
        },
        agent_url,
    };
    (StatusCode::UNAUTHORIZED, Json(refusal)).into_response()
}

pub(super) async fn find(room: &Room, id: &str) -> Result<Connector, Problem> {
    let unknown = || Problem::not_found().detail("There is no such connector.");
    let id = ConnectorId::parse(id).map_err(|_| unknown())?;
    store::connectors::find(&room.services.db, &room.account, &id)
        .await
        .map_err(|error| Problem::busy(error.to_string()))?
        .ok_or_else(unknown)
}

fn malformed(rejection: &JsonRejection) -> Problem {
    let status = match rejection {
        JsonRejection::MissingJsonContentType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::BAD_REQUEST,
    };
    Problem::new(status).detail("The body must be JSON of the documented form.")
}

/// 256 random bits (RFC 7636 §4.1).
pub(super) fn new_verifier(entropy: &Entropy) -> Option<CodeVerifier> {
    URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()).parse().ok()
}

/// 128 random bits: whoever knows the id may look.
pub(super) fn fresh_id(entropy: &Entropy) -> String {
    hex(&entropy.bytes::<16>())
}
