//! A socket from its opening to its end.

use std::convert::Infallible;
use std::error::Error as _;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

use super::authorise::Consumer;
use super::close::Ending;
use super::message::{Request, Wanted};
use super::open::Shown;
use crate::base::Timestamp;
use crate::context::Context;
use crate::http::{OpenSocket, figures};
use crate::model::AccountStatus;

/// How long a peer may take to read what is sent, and to say goodbye.
const PATIENCE: Duration = Duration::from_secs(3);
/// Messages and pings that a peer may send within [`PERIOD`]. A window sends one in 30 seconds.
const MOST: u32 = 60;
/// Over how long they are counted.
const PERIOD: Duration = Duration::from_secs(10);

/// The server's end of a socket.
pub(super) struct Connection {
    context: Context,
    place: OpenSocket,
    /// Messages since then.
    count: u32,
    since: Timestamp,
}

impl Connection {
    pub(super) const fn new(context: Context, place: OpenSocket) -> Self {
        Self {
            since: context.now,
            context,
            place,
            count: 0,
        }
    }

    /// Serves it until it ends.
    pub(super) async fn serve(mut self, mut socket: WebSocket, shown: Shown) {
        figures::socket_opened();
        let Err(ending) = self.talk(&mut socket, shown).await;
        self.tell(ending);
        let goodbye = async {
            if let Some(frame) = ending.frame() {
                socket.send(Message::Close(Some(frame))).await?;
            }
            // What comes before the peer's own goodbye isn't looked at; to theirs, the library answers meanwhile.
            while socket.recv().await.transpose()?.is_some() {}
            Ok::<_, axum::Error>(())
        };
        let _: Result<_, _> = timeout(PATIENCE, goodbye).await;
        figures::socket_closed(ending.code().1);
    }

    fn tell(&self, ending: Ending) {
        let account = &self.context.tenant.account.account_id;
        let (code, _) = ending.code();
        if let Some(reason) = ending.refusal() {
            tracing::info!(
                target: "audit", event = "socket.refused", request_id = %self.context.request_id,
                ip = %self.context.ip, %account, code, reason, "a consumer's socket was closed"
            );
        } else {
            tracing::debug!(
                request_id = %self.context.request_id, %account, code, ?ending, "a consumer's socket was closed"
            );
        }
    }

    async fn talk(&mut self, socket: &mut WebSocket, shown: Shown) -> Result<Infallible, Ending> {
        let mut consumer = self.let_in(socket, shown).await?;
        tracing::info!(
            target: "audit", event = "socket.opened", request_id = %self.context.request_id, ip = %self.context.ip,
            account = %self.context.tenant.account.account_id, "a consumer is connected"
        );
        loop {
            let idle = self.context.services.settings.limits.socket_idle.get();
            let lasts = consumer.expires.since(self.context.services.clock.now());
            let heard = self.hear(socket, idle.min(lasts)).await;
            // Whatever it was, it comes too late.
            consumer.unless_ended(self.context.services.clock.now())?;
            let request = match heard {
                Err(Ending::Silent) if lasts < idle => return Err(consumer.ended()),
                heard => heard?,
            };
            self.stands().await?;
            let Some(request) = request else { continue };
            if let Wanted::Connection(Some(token)) = &request.wanted {
                consumer = self.renewed(&consumer, token).await?;
            }
            self.answer(socket, &request).await?;
        }
    }

    /// Whether the account still is one that people connect to.
    async fn stands(&self) -> Result<(), Ending> {
        let account = &self.context.tenant.account.account_id;
        let found = self.context.services.accounts.find(account).await;
        let tenant = found.map_err(|_| Ending::Failed)?;
        if tenant.is_some_and(|tenant| tenant.account.status == AccountStatus::Active) {
            Ok(())
        } else {
            Err(Ending::Suspended)
        }
    }

    /// Who is there: by the handshake's token, or by the one of the first message, which must come soon.
    async fn let_in(&mut self, socket: &mut WebSocket, shown: Shown) -> Result<Consumer, Ending> {
        match shown {
            Shown::Token(token) => Consumer::of(&self.context, token.expose_secret()).await,
            Shown::Unusable => Err(Ending::Unauthenticated(
                "the handshake's Authorization holds no token",
            )),
            Shown::Nothing => {
                let soon = self.context.services.settings.limits.header.get();
                // A ping is no message, and gives nobody more time.
                let first = async {
                    loop {
                        if let Some(request) = self.hear(socket, soon).await? {
                            return Ok(request);
                        }
                    }
                };
                let request = match timeout(soon, first).await.unwrap_or(Err(Ending::Silent)) {
                    Err(Ending::Silent) => Err(Ending::Unauthenticated("no message with a token came")),
                    heard => heard,
                }?;
                let Wanted::Connection(Some(token)) = &request.wanted else {
                    return Err(Ending::Unauthenticated("the first message has no token"));
                };
                let consumer = Consumer::of(&self.context, token.expose_secret()).await?;
                self.answer(socket, &request).await?;
                Ok(consumer)
            }
        }
    }

    /// The same consumer with a newer token. Nobody becomes another one on the way.
    async fn renewed(&self, consumer: &Consumer, token: &SecretString) -> Result<Consumer, Ending> {
        let newer = Consumer::of(&self.context, token.expose_secret()).await?;
        if newer.sub == consumer.sub {
            Ok(newer)
        } else {
            Err(Ending::Unidentified("a token of somebody else"))
        }
    }

    /// The next request, or none where it was a sign of life alone.
    async fn hear(&mut self, socket: &mut WebSocket, patience: Duration) -> Result<Option<Request>, Ending> {
        let message = tokio::select! {
            biased;
            () = self.place.stopping() => return Err(Ending::Stopping),
            heard = timeout(patience, socket.recv()) => heard.map_err(|_| Ending::Silent)?,
        };
        let message = message.ok_or(Ending::Gone)?.map_err(|error| broken(&error))?;
        self.count()?;
        match message {
            Message::Text(text) => Request::parse(&text).map(Some).ok_or(Ending::Malformed),
            Message::Binary(_) => Err(Ending::Binary),
            Message::Close(_) => Err(Ending::Gone),
            // A ping is answered by the library.
            Message::Ping(_) | Message::Pong(_) => Ok(None),
        }
    }

    fn count(&mut self) -> Result<(), Ending> {
        let now = self.context.services.clock.now();
        if now.since(self.since) >= PERIOD {
            (self.count, self.since) = (0, now);
        }
        self.count += 1;
        if self.count > MOST {
            return Err(Ending::TooMany);
        }
        Ok(())
    }

    async fn answer(&self, socket: &mut WebSocket, request: &Request) -> Result<(), Ending> {
        let answer = request.answer(self.context.services.clock.now());
        match timeout(PATIENCE, socket.send(Message::text(answer))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ending::Gone),
        }
    }
}

/// What the library couldn't read.
fn broken(error: &axum::Error) -> Ending {
    let source = error.source().and_then(|source| source.downcast_ref());
    match source {
        Some(tungstenite::Error::Capacity(_)) => Ending::TooLong,
        _ => Ending::Gone,
    }
}
