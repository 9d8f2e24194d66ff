//! The consumer's socket, as a messaging window opens it with the platform's token (section 5.4 of the platform contract): it
//! says who is there, asks what time it is, and goes. What the gateway answers is what is shown.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use http::StatusCode;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use url::Url;

use super::exchange::Exchange;
use super::seed::Seeded;
use crate::base::Entropy;
use crate::context::Services;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the socket is, and the way there.
pub(super) struct Socket {
    http: reqwest::Client,
    at: Url,
    entropy: Entropy,
}

/// What came of a socket.
pub(super) struct Heard {
    /// What went over the wire, as far as it came.
    pub(super) exchanges: Vec<Exchange>,
    /// What it says of the consumer; why there is none.
    pub(super) outcome: Result<String, String>,
}

type Stream = WebSocketStream<reqwest::Upgraded>;

impl Socket {
    pub(super) fn new(services: &Services, seeded: &Seeded, extra_ca: Option<&[u8]>) -> anyhow::Result<Self> {
        let (public_url, account) = (&services.settings.server.public_url, &seeded.account.account_id);
        // What takes another protocol's place over TLS is HTTP/1.1's alone.
        let mut tls = outbound::tls_config(extra_ca)?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("signet-demo-platform")
            .build()?;
        let at = format!("{public_url}/ws_api/account/{account}/messaging/consumer?v=3");
        Ok(Self {
            http,
            at: at.parse().context("the socket's address")?,
            entropy: services.entropy.clone(),
        })
    }

    /// Opens it as a browser does, whose handshake shows no token, and says it in the first message.
    pub(super) async fn open(&self, token: &str) -> Heard {
        let mut exchanges = Vec::new();
        let talk = timeout(PATIENCE, self.talk(token, &mut exchanges)).await;
        let outcome = match talk {
            Ok(Ok(())) => Ok("opened with the platform’s token, and answers".to_owned()),
            Ok(Err(error)) => Err(format!("{error:#}")),
            Err(_) => Err("it didn’t answer in time".to_owned()),
        };
        Heard { exchanges, outcome }
    }

    async fn talk(&self, token: &str, exchanges: &mut Vec<Exchange>) -> anyhow::Result<()> {
        let mut socket = self.shake_hands(exchanges).await?;
        let who = json!({"kind": "req", "id": "0", "type": "InitConnection", "headers": [
            {"type": ".ams.headers.ClientProperties", "deviceFamily": "DESKTOP", "os": "WINDOWS"},
            {"type": ".ams.headers.ConsumerAuthentication", "jwt": token},
        ]});
        let clock = json!({"kind": "req", "id": "1", "type": "GetClock"});
        for said in [who, clock] {
            let exchange = say(&mut socket, &said).await?;
            let status = exchange.status.clone();
            exchanges.push(exchange);
            ensure!(status == "200", "it answered {status}");
        }
        // Whether the goodbye is heard changes nothing of what was said.
        let _: Result<_, _> = socket.close(None).await;
        Ok(())
    }

    /// RFC 6455 §4.1.
    async fn shake_hands(&self, exchanges: &mut Vec<Exchange>) -> anyhow::Result<Stream> {
        let key = STANDARD.encode(self.entropy.bytes::<16>());
        let answer = self
            .http
            .get(self.at.clone())
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key)
            .send()
            .await
            .map_err(reqwest::Error::without_url)
            .context("it can’t be asked")?;
        let status = answer.status();
        exchanges.push(Exchange::opened(&self.at, status.as_str()));
        ensure!(
            status == StatusCode::SWITCHING_PROTOCOLS,
            "it answered {}",
            status.as_str()
        );
        let accepts = answer.headers().get(SEC_WEBSOCKET_ACCEPT);
        ensure!(
            accepts.is_some_and(|it| it.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes()),
            "its answer is to somebody else’s key"
        );
        let upgraded = answer.upgrade().await.context("it didn’t open")?;
        Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, None).await)
    }
}

/// Says something, and waits for the answer.
async fn say(socket: &mut Stream, said: &Value) -> anyhow::Result<Exchange> {
    socket.send(Message::text(said.to_string())).await?;
    loop {
        match socket.next().await.context("it closed without a word")?? {
            Message::Text(text) => {
                let answer: Value = serde_json::from_str(&text).context("its answer is no JSON")?;
                return Ok(Exchange::said(said, &answer));
            }
            Message::Close(frame) => {
                let code = frame.map(|frame| u16::from(frame.code).to_string());
                anyhow::bail!("it closed with {}", code.unwrap_or_default());
            }
            Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
        }
    }
}
