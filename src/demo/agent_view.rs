//! `GET /demo/agent/{id}`: what the agent knows of whom they talk to, and how.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use pages::demo::{
    Agent, Attribute as AttributeView, Check as CheckView, Exchange as ExchangeView,
    Identity as IdentityView, Step as StepView, Token as TokenView,
};

use super::attributes::Attribute;
use super::conversation::Conversation;
use super::room::Room;
use super::token::Token;
use crate::http::page::{Pages, Permissions};
use crate::http::{Caller, PageError};

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
    let chain: Vec<IdentityView<'_>> = conversation
        .chain
        .iter()
        .map(|identity| IdentityView {
            name: &identity.name,
            detail: &identity.detail,
            id: &identity.id,
            verified: identity.verified,
        })
        .collect();
    let tokens = taken_apart(&conversation.tokens);
    let inside: Vec<Vec<TokenView<'_>>> = conversation
        .exchanges
        .iter()
        .map(|exchange| taken_apart(&exchange.tokens))
        .collect();
    let exchanges: Vec<ExchangeView<'_>> = conversation
        .exchanges
        .iter()
        .zip(&inside)
        .map(|(exchange, tokens)| ExchangeView {
            from: &exchange.from,
            to: &exchange.to,
            line: &exchange.line,
            request: &exchange.request,
            status: &exchange.status,
            answer: &exchange.answer,
            tokens,
        })
        .collect();
    let view = Agent {
        frame: pages.frame(),
        conversation_id: &conversation.id,
        connector: conversation.connector,
        name: &conversation.name,
        sub: &conversation.sub,
        customer_info: &customer_info,
        personal_info: &personal_info,
        claims: &claims,
        anonymous: conversation.is_anonymous(),
        chain: &chain,
        tokens: &tokens,
        checks: &checks,
        steps: &steps,
        exchanges: &exchanges,
    };
    view.render()
}

fn taken_apart(tokens: &[Token]) -> Vec<TokenView<'_>> {
    tokens
        .iter()
        .map(|token| TokenView {
            title: &token.title,
            compact: &token.compact,
            encryption: &token.encryption,
            header: &token.header,
            payload: &token.payload,
        })
        .collect()
}
