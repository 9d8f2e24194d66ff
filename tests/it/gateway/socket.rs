//! The consumer's socket over real connections (sections 1.11 and 5.4 of the platform contract).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::AUTHORIZATION;
use serde_json::{Value, json};
use signet::base::Stopwatch;
use signet::config::{Listen, Period, Settings};
use signet::http::RateLimits;
use signet::model::{AccountStatus, ConnectorKind};
use signet::server::{Apart, Figures, Running, assemble, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;

use super::anonymous::somebody;
use super::brand::{claims, claims_with, token};
use super::service::{BASE, Service, connect, post, post_nothing};
use crate::support::app::HOST;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;

const PATH: &str = "/ws_api/account/brand/messaging/consumer?v=3";

/// A node that listens, with a brand.
struct Node {
    service: Service,
    address: SocketAddr,
    running: Running,
}

/// A consumer's end of a socket.
struct Window(WebSocketStream<TcpStream>);

impl Node {
    async fn on(fresh: &FreshDb) -> Self {
        Self::with(fresh, |_| {}).await
    }

    async fn with(fresh: &FreshDb, change: impl FnOnce(&mut Settings)) -> Self {
        let service = Box::pin(Service::with(fresh, ConnectorKind::Implicit, change)).await;
        let mut settings = service.app.services.settings.clone();
        let limits = Arc::new(RateLimits::new(&settings));
        let router = assemble(&service.app.services, &limits, &Figures::off());
        settings.server.listen = Listen::localhost(0);
        let running = serve(router, Apart::default(), &settings, CancellationToken::new());
        let running = running.await.unwrap();
        Self {
            address: running.addresses()[0],
            running,
            service,
        }
    }

    /// The platform's token for a consumer who has logged in.
    async fn known(&self) -> String {
        self.known_as(&claims()).await
    }

    async fn known_as(&self, claims: &Value) -> String {
        let answer = self.service.hand(&json!({"id_token": token(claims)})).await;
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// The platform's token for an anonymous identity, and the identity's own.
    async fn nameless(&self) -> (String, String) {
        let app = &self.service.app;
        let id = Box::pin(connect(app, &self.service.brand, ConnectorKind::Anonymous)).await;
        let own = somebody(app).await;
        let path = format!("{BASE}/app/{id}/authenticate?v=3.0");
        let answer = post(app, &path, &json!({"id_token": own})).await;
        (answer.json()["token"].as_str().unwrap().to_owned(), own)
    }

    /// The handshake, with these headers.
    async fn try_open(&self, path: &str, headers: &[(&str, &str)]) -> Result<Window, Error> {
        let mut request = format!("ws://{HOST}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        Ok(Window(socket))
    }

    /// As a program opens it, whose handshake shows a token.
    async fn open_with(&self, token: &str) -> Window {
        let shown = format!("jwt {token}");
        self.try_open(PATH, &[(AUTHORIZATION.as_str(), &shown)])
            .await
            .unwrap()
    }

    /// As a browser opens it, from a page of any origin.
    async fn open(&self) -> Window {
        self.try_open(PATH, &[("origin", "https://shop.example")])
            .await
            .unwrap()
    }

    /// The same, and says who is there.
    async fn open_and_say(&self, token: &str) -> Window {
        let mut window = self.open().await;
        window.say(&first(token)).await;
        window
    }
}

fn first(token: &str) -> Value {
    json!({"kind": "req", "id": "0", "type": "InitConnection", "headers": [
        {"type": ".ams.headers.ClientProperties", "deviceFamily": "DESKTOP", "os": "WINDOWS"},
        {"type": ".ams.headers.ConsumerAuthentication", "jwt": token},
    ]})
}

fn clock() -> Value {
    json!({"kind": "req", "id": "1", "type": "GetClock"})
}

impl Window {
    async fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn hear(&mut self) -> Message {
        let heard = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await;
        heard.unwrap().unwrap().unwrap()
    }

    async fn answer(&mut self) -> Value {
        loop {
            match self.hear().await {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// It is in.
    async fn assert_served(&mut self) {
        self.say(&clock()).await;
        let answer = self.answer().await;
        assert_eq!(
            (&answer["kind"], &answer["reqId"], &answer["code"]),
            (&json!("resp"), &json!("1"), &json!(200))
        );
        assert!(answer["body"]["currentTime"].is_i64());
    }

    /// The code that it is closed with.
    async fn closed(&mut self) -> u16 {
        match self.hear().await {
            Message::Close(Some(frame)) => {
                assert!(!frame.reason.is_empty());
                frame.code.into()
            }
            other => panic!("{other:?}"),
        }
    }
}

on_both_databases! {
    async fn the_platforms_token_lets_in_by_the_handshake_or_by_the_first_message(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let (nameless, _) = node.nameless().await;
        let signed_up = post_nothing(&node.service.app, &format!("{BASE}/signup")).await.json();
        for token in [&node.known().await, &nameless, signed_up["jwt"].as_str().unwrap()] {
            node.open_with(token).await.assert_served().await;
            let mut window = node.open_and_say(token).await;
            assert_eq!(window.answer().await, json!({"kind": "resp", "reqId": "0", "code": 200, "body": {}}));
            window.assert_served().await;
            // Nobody converses here.
            window.say(&json!({"kind": "req", "id": 7, "type": "cm.ConsumerRequestConversation"})).await;
            let answer = window.answer().await;
            assert_eq!((&answer["reqId"], &answer["code"]), (&json!(7), &json!(501)));
            window.assert_served().await;
        }
    }

    async fn nothing_that_lets_in_is_4401(fresh: &FreshDb) {
        let node = Node::with(fresh, |settings| settings.limits.header = Period::millis(400)).await;
        // Nothing is said: a ping is nothing either.
        let mut silent = node.open().await;
        for _ in 0..3 {
            silent.0.send(Message::Ping(vec![1].into())).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        loop {
            match silent.hear().await {
                Message::Pong(_) => {}
                Message::Close(Some(frame)) => break assert_eq!(u16::from(frame.code), 4401),
                other => panic!("{other:?}"),
            }
        }
        let mut window = node.open().await;
        window.say(&clock()).await;
        assert_eq!(window.closed().await, 4401);
        let mut window = node.open().await;
        window.say(&json!({"kind": "req", "id": "0", "type": "InitConnection", "headers": []})).await;
        assert_eq!(window.closed().await, 4401);
        let token = node.known().await;
        for shown in [format!("Bearer {token}"), token.clone(), String::new()] {
            let mut window = node.try_open(PATH, &[("authorization", &shown)]).await.unwrap();
            assert_eq!(window.closed().await, 4401, "{shown}");
        }
        let twice = format!("jwt {token}");
        let mut window = node.try_open(PATH, &[("authorization", &twice), ("authorization", &twice)]).await.unwrap();
        assert_eq!(window.closed().await, 4401);
    }

    async fn an_ended_token_is_4401_for_who_logged_in_and_4407_for_who_did_not(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let known = node.known_as(&claims_with("exp", json!(claims()["iat"].as_i64().unwrap() + 605))).await;
        let (nameless, _) = node.nameless().await;
        let (mut one, mut other) = (node.open_with(&known).await, node.open_with(&nameless).await);
        one.assert_served().await;
        other.assert_served().await;
        node.service.app.clock.advance(Duration::from_mins(10));
        // While they are connected, and before.
        one.say(&clock()).await;
        other.say(&clock()).await;
        assert_eq!((one.closed().await, other.closed().await), (4401, 4407));
        assert_eq!(node.open_with(&known).await.closed().await, 4401);
        assert_eq!(node.open_and_say(&nameless).await.closed().await, 4407);
    }

    async fn f_09_a_brands_token_that_was_not_exchanged_is_4407(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let (_, own) = node.nameless().await;
        for token in [token(&claims()), own, "not a token".to_owned()] {
            assert_eq!(node.open_with(&token).await.closed().await, 4407, "{token}");
            assert_eq!(node.open_and_say(&token).await.closed().await, 4407, "{token}");
        }
    }

    async fn sec_139_another_accounts_token_and_a_forged_one_let_in_nobody(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        node.service.app.other_account("other").await;
        let token = node.known().await;
        let shown = format!("jwt {token}");
        let path = PATH.replace("brand", "other");
        let mut elsewhere = node.try_open(&path, &[("authorization", &shown)]).await.unwrap();
        assert_eq!(elsewhere.closed().await, 4407);
        let (signed, _) = token.rsplit_once('.').unwrap();
        let (head, _) = signed.split_once('.').unwrap();
        let forged = format!("{head}.{}.{}", STANDARD.encode("{}").trim_end_matches('='), "AAAA");
        assert_eq!(node.open_with(&forged).await.closed().await, 4407);
        assert_eq!(node.open_with(&format!("{signed}.AAAA")).await.closed().await, 4407);
        node.open_with(&token).await.assert_served().await;
    }

    async fn who_became_a_consumer_comes_back_as_that_one_alone(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let (nameless, own) = node.nameless().await;
        node.open_with(&nameless).await.assert_served().await;
        let body = json!({"id_token": token(&claims()), "anonymous_token": own});
        assert_eq!(node.service.hand(&body).await.status, 200);
        assert_eq!(node.open_with(&nameless).await.closed().await, 4407);
    }

    async fn a_newer_token_prolongs_and_makes_nobody_another(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let short = claims_with("exp", json!(claims()["iat"].as_i64().unwrap() + 605));
        let mut window = node.open_with(&node.known_as(&short).await).await;
        window.say(&first(&node.known().await)).await;
        assert_eq!(window.answer().await["code"], 200);
        node.service.app.clock.advance(Duration::from_mins(15));
        window.assert_served().await;
        let another = claims_with("sub", json!("somebody-else"));
        window.say(&first(&node.known_as(&another).await)).await;
        assert_eq!(window.closed().await, 4407);
    }

    async fn a_suspended_account_has_no_sockets(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let token = node.known().await;
        let mut window = node.open_with(&token).await;
        window.assert_served().await;
        let brand = node.service.app.brand.clone();
        node.service.app.change_account(&brand, |row| row.status = AccountStatus::Suspended).await;
        window.say(&clock()).await;
        assert_eq!(window.closed().await, 1008);
        let shown = format!("jwt {token}");
        let refused = node.try_open(PATH, &[("authorization", &shown)]).await.err().unwrap();
        assert!(matches!(refused, Error::Http(answer) if answer.status() == 401));
    }

    async fn what_is_no_request_ends_the_socket(fresh: &FreshDb) {
        let node = Node::with(fresh, |settings| settings.limits.socket_idle = Period::millis(300)).await;
        let token = node.known().await;
        for (message, code) in [
            (Message::text("hello"), 1008),
            (Message::text("{\"kind\":\"req\"}"), 1008),
            (Message::Binary(vec![0].into()), 1003),
            (Message::text("x".repeat((64 << 10) + 1)), 1009),
        ] {
            let mut window = node.open_with(&token).await;
            window.assert_served().await;
            window.0.send(message).await.unwrap();
            assert_eq!(window.closed().await, code);
        }
        let mut flooding = node.open_with(&token).await;
        for _ in 0..61 {
            flooding.0.send(Message::Ping(Vec::new().into())).await.unwrap();
        }
        while let Message::Pong(_) = flooding.hear().await {}
        // Whoever says nothing at all is let go.
        let mut silent = node.open_with(&token).await;
        assert_eq!(silent.closed().await, 1001);
        // Who says goodbye is answered.
        let mut leaving = node.open_with(&token).await;
        leaving.0.close(None).await.unwrap();
        assert!(matches!(leaving.hear().await, Message::Close(None)));
    }

    async fn sec_157_no_more_sockets_are_open_than_may_be_and_none_holds_a_place_that_it_left(fresh: &FreshDb) {
        let node = Node::with(fresh, |settings| settings.limits.sockets = 2).await;
        let token = node.known().await;
        let mut open = vec![node.open_with(&token).await, node.open_with(&token).await];
        for window in &mut open {
            window.assert_served().await;
        }
        let refused = node.try_open(PATH, &[]).await.err().unwrap();
        let Error::Http(answer) = refused else { panic!("{refused:?}") };
        assert_eq!(answer.status(), 503);
        drop(open.pop());
        let began = Stopwatch::start();
        while node.try_open(PATH, &[]).await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(10));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn what_opens_no_socket_is_refused_as_a_request(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        for (path, status) in [
            (PATH.replace("v=3", "v=2"), 400),
            (PATH.replace("brand", "nobody-s"), 404),
            (PATH.replace("consumer", "brand"), 404),
        ] {
            let Err(Error::Http(answer)) = node.try_open(&path, &[]).await else { panic!("{path}") };
            assert_eq!(answer.status(), status, "{path}");
        }
        let plain = node.service.app.get(PATH).await;
        assert_eq!((plain.status.as_u16(), &plain.json()["error"]["internalCode"]), (400, &json!(1)));
    }

    async fn sec_174_a_stop_says_goodbye_to_sockets_and_waits_for_no_answer(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let token = node.known().await;
        let (mut in_, mut out) = (node.open_with(&token).await, node.open().await);
        in_.assert_served().await;
        node.running.stop();
        let began = Stopwatch::start();
        let finished = tokio::spawn(node.running.finished());
        assert_eq!((in_.closed().await, out.closed().await), (1001, 1001));
        drop((in_, out));
        assert_eq!(finished.await.unwrap(), 0);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }

    async fn sec_158_requests_after_a_refused_handshake_are_checked_as_before(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        let mut stream = TcpStream::connect(node.address).await.unwrap();
        let asked = format!(
            "GET {} HTTP/1.1\r\nHost: {HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            PATH.replace("v=3", "v=2")
        );
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 400 "));
        // A line that ends without CR.
        stream.write_all(b"GET / HTTP/1.1\nHost: a\n\n").await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        assert!(rest.starts_with(b"HTTP/1.1 400 "), "{}", String::from_utf8_lossy(&rest));
    }
}

#[tokio::test]
async fn sec_161_the_log_says_what_is_wrong_with_a_token_and_nothing_of_it() {
    let fresh = FreshDb::sqlite().await;
    let log = Log::listen();
    let node = Node::on(&fresh).await;
    let (brands, known) = (token(&claims()), node.known().await);
    assert_eq!(node.open_with(&brands).await.closed().await, 4407);
    let mut window = node.open_and_say(&known).await;
    assert_eq!(window.answer().await["code"], 200);
    let audit = log.audit().join("\n");
    assert!(
        audit.contains("socket.refused")
            && audit.contains("a brand's must be exchanged by authenticate first"),
        "{audit}"
    );
    assert!(audit.contains("socket.opened"), "{audit}");
    for secret in [brands, known] {
        let (_, signature) = secret.rsplit_once('.').unwrap();
        assert!(!log.text().contains(signature));
    }
    drop(node);
    fresh.throw_away().await;
}
