use axum::Extension;
use axum::extract::RawQuery;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use secrecy::SecretString;

use super::flow::Connection;
use crate::gateway::Error;
use crate::gateway::idp::{Visitor, version};
use crate::http::Sockets;

/// What may wait to be written. Answers are short.
const UNSENT: usize = 16 << 10;

/// What the handshake shows of who is there.
#[derive(Debug)]
pub(super) enum Shown {
    /// A token.
    Token(SecretString),
    /// Nothing: it is to come with the first message, since browsers send no headers of their own.
    Nothing,
    /// Something that is no token.
    Unusable,
}

impl Shown {
    /// `Authorization: jwt {token}`
    fn of(headers: &HeaderMap) -> Self {
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        match (fields.next(), fields.next()) {
            (None, _) => Self::Nothing,
            (Some(field), None) => field
                .to_str()
                .ok()
                .and_then(|field| field.split_once(' '))
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("jwt"))
                .map_or(Self::Unusable, |(_, token)| Self::Token(token.trim().into())),
            (Some(_), Some(_)) => Self::Unusable,
        }
    }
}

/// `GET /ws_api/account/{account_id}/messaging/consumer?v=3`: opens the socket (RFC 6455). Whether the token is good shows
/// afterwards, by the code that closes it.
pub(super) async fn get(
    Visitor(context): Visitor,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    sockets: Option<Extension<Sockets>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    version(query.as_deref(), &["3"])?;
    let upgrade = upgrade.map_err(|_| Error::malformed("The request doesn't open a WebSocket."))?;
    let place = sockets.and_then(|Extension(sockets)| sockets.take());
    let place = place.ok_or_else(|| Error::busy("no place for another socket"))?;
    let shown = Shown::of(&headers);
    let longest = context.services.settings.limits.body.as_usize();
    Ok(upgrade
        .max_message_size(longest)
        .max_frame_size(longest)
        .read_buffer_size(4 << 10)
        .write_buffer_size(0)
        .max_write_buffer_size(UNSENT)
        .on_upgrade(move |socket| Connection::new(context, place).serve(socket, shown)))
}
