//! `GET /demo/agent/{id}`: what the agent knows of whom they talk to, and how.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode};
use pages::demo::{
    Agent, Attribute as AttributeView, Check as CheckView, Step as StepView, Token as TokenView,
};
use serde_json::Value;

use super::attributes::{self, Attribute};
use super::room::Room;
use crate::gateway::consumer_identity::{Refused, Trail, Verified};
use crate::http::page::{Pages, Permissions};
use crate::http::{Caller, PageError};
use crate::model::{Connector, ConnectorKind};

/// What is kept of a conversation, as it is shown.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) id: String,
    connector: &'static str,
    name: String,
    first_name: String,
    sub: String,
    customer_info: Vec<Attribute>,
    personal_info: Vec<Attribute>,
    claims: Vec<Attribute>,
    token: Option<Decoded>,
    checks: Vec<(String, String, bool)>,
    steps: Vec<(String, String)>,
}

/// A token taken apart for people, whether or not it may be believed.
#[derive(Debug)]
struct Decoded {
    compact: String,
    header: String,
    payload: String,
}

impl Conversation {
    pub(super) fn new(id: String, connector: &Connector, outcome: Result<Verified, Refused>) -> Self {
        let kind = match (connector.kind, connector.configuration.pkce_enabled) {
            (ConnectorKind::Implicit, _) => "Implicit",
            (ConnectorKind::Code, false) => "Code",
            (ConnectorKind::Code, true) => "Code with PKCE",
            (ConnectorKind::Anonymous, _) => "Anonymous",
        };
        match outcome {
            Ok(verified) => {
                let claim = |name: &str| {
                    verified
                        .claims
                        .get(name)
                        .and_then(Value::as_str)
                        .map(str::to_owned)
                };
                let known = ["name", "preferred_username"].iter().find_map(|name| claim(name));
                let name = known.unwrap_or_else(|| "Consumer".to_owned());
                Self {
                    first_name: claim("given_name").unwrap_or_else(|| name.clone()),
                    name,
                    sub: claim("sub").unwrap_or_default(),
                    customer_info: attributes::of_info(verified.customer_info.as_ref()),
                    personal_info: attributes::of_info(verified.personal_info.as_ref()),
                    claims: attributes::of_claims(&verified.claims),
                    ..Self::shell(id, kind, Some(&verified.token), verified.trail)
                }
            }
            // Not a word of an unproved token about the consumer: only the token itself is shown, for what it is.
            Err(refused) => Self::shell(id, kind, refused.token.as_deref(), refused.trail),
        }
    }

    fn shell(id: String, connector: &'static str, token: Option<&str>, trail: Trail) -> Self {
        Self {
            id,
            connector,
            name: "Unknown visitor".to_owned(),
            first_name: String::new(),
            sub: String::new(),
            customer_info: Vec::new(),
            personal_info: Vec::new(),
            claims: Vec::new(),
            token: token.map(decode),
            checks: trail
                .checks
                .into_iter()
                .map(|check| (check.name.to_string(), check.detail, check.passed))
                .collect(),
            steps: trail
                .steps
                .into_iter()
                .map(|step| (step.name, step.detail))
                .collect(),
        }
    }

    pub(super) fn is_verified(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|(.., passed)| *passed)
    }

    /// What the agent calls the consumer.
    pub(super) fn first_name(&self) -> &str {
        &self.first_name
    }
}

fn decode(compact: &str) -> Decoded {
    let mut parts = compact.split('.').map(readable);
    Decoded {
        header: parts.next().unwrap_or_default(),
        payload: parts.next().unwrap_or_default(),
        compact: compact.to_owned(),
    }
}

/// A part of a token as indented JSON; as it is where it isn't JSON.
fn readable(part: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => format!("{value:#}"),
        Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

pub(super) async fn get(
    Extension(room): Extension<Arc<Room>>,
    Path(id): Path<String>,
    caller: Caller,
    headers: HeaderMap,
) -> Response {
    let bare = |error: &PageError| Pages::bare(&caller.request_id).error(error);
    let context = match room.context(&caller).await {
        Ok(context) => context,
        Err(error) => return bare(&error),
    };
    let pages = Pages::new(&context, &headers, &[]);
    match room.conversations.get(&id) {
        Some(conversation) => {
            let html = render(&pages, &conversation);
            pages.respond(StatusCode::OK, html, &Permissions::default())
        }
        None => pages.error(&PageError::new(pages::ErrorKind::NotFound)),
    }
}

fn views(attributes: &[Attribute]) -> Vec<AttributeView<'_>> {
    attributes
        .iter()
        .map(|(name, value)| AttributeView { name, value })
        .collect()
}

fn render(pages: &Pages<'_>, conversation: &Conversation) -> String {
    let (customer_info, personal_info, claims) = (
        views(&conversation.customer_info),
        views(&conversation.personal_info),
        views(&conversation.claims),
    );
    let checks: Vec<CheckView<'_>> = conversation
        .checks
        .iter()
        .map(|(name, detail, passed)| CheckView {
            name,
            detail,
            passed: *passed,
        })
        .collect();
    let steps: Vec<StepView<'_>> = conversation
        .steps
        .iter()
        .map(|(name, detail)| StepView { name, detail })
        .collect();
    let token = conversation.token.as_ref();
    let part = |read: fn(&Decoded) -> &str| token.map_or("", read);
    let view = Agent {
        frame: pages.frame(),
        conversation_id: &conversation.id,
        connector: conversation.connector,
        name: &conversation.name,
        sub: &conversation.sub,
        customer_info: &customer_info,
        personal_info: &personal_info,
        claims: &claims,
        token: TokenView {
            compact: part(|token| &token.compact),
            header: part(|token| &token.header),
            payload: part(|token| &token.payload),
        },
        checks: &checks,
        steps: &steps,
    };
    view.render()
}
