//! The assembled server, as `serve` runs it: methods, and how long bodies may be.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use signet::config::Listen;
use signet::http::RateLimits;
use signet::server::{Apart, Figures, assemble, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::headers::{filled, routes};
use crate::support::answer::Answer;
use crate::support::app::{App, HOST, request};
use crate::support::db::{FreshDb, on_both_databases};

pub(super) fn assembled(app: &App) -> Router {
    let limits = Arc::new(RateLimits::new(&app.services.settings));
    assemble(&app.services, &limits, &Figures::keep())
}

pub(super) async fn ask(whole: &Router, asked: Request<Body>) -> Answer {
    Answer::read(whole.clone().oneshot(asked).await.unwrap()).await
}

/// Where bodies go that differ in how long they may be, with what a body there looks like.
const BODIES: [(&str, &str, usize); 8] = [
    ("/login", "application/x-www-form-urlencoded", 32 << 10),
    ("/token", "application/x-www-form-urlencoded", 32 << 10),
    ("/a/brand/token", "application/x-www-form-urlencoded", 32 << 10),
    ("/par", "application/x-www-form-urlencoded", 64 << 10),
    ("/register", "application/json", 64 << 10),
    ("/admin/api/v1/accounts", "application/json", 1 << 20),
    (
        "/api/account/brand/login/callback",
        "application/x-www-form-urlencoded",
        512 << 10,
    ),
    (
        "/api/account/brand/configuration/le-users/users",
        "application/json",
        48 << 20,
    ),
];

on_both_databases! {
    async fn sec_159_no_route_takes_a_method_that_it_does_not_declare(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let whole = assembled(&app);
        let mut tried = 0;
        for path in routes() {
            for method in ["TRACE", "CONNECT", "PROPFIND", "get", "M-SEARCH"] {
                let asked = request(method, &filled(&path)).body(Body::empty()).unwrap();
                let answer = ask(&whole, asked).await;
                if path.contains("{*") {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
                    continue;
                }
                assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
                let allowed = answer.header(ALLOW).unwrap_or_else(|| panic!("{method} {path}: no Allow"));
                assert!(!allowed.is_empty() && !allowed.split(',').any(|it| it == method), "{method} {path}: {allowed}");
                assert!(!answer.body.contains("canary"), "{method} {path}");
            }
            tried += 1;
        }
        assert!(tried > 90, "{tried}");
        for method in ["TRACE", "GET", "PROPFIND"] {
            let asked = request(method, "/nothing/here").header("x-echo", "canary").body(Body::empty()).unwrap();
            let answer = ask(&whole, asked).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method}");
            assert!(!answer.body.contains("canary"));
        }
    }

    async fn sec_155_each_door_takes_bodies_up_to_its_own_length(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let whole = assembled(&app);
        for (path, kind, most) in BODIES {
            let status = async |length: usize| {
                let asked = request("POST", path).header(CONTENT_TYPE, kind).header(AUTHORIZATION, "Bearer x");
                ask(&whole, asked.body(Body::from(vec![b'x'; length])).unwrap()).await.status
            };
            assert_eq!(status(most + 1).await, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            // Refused for something else.
            let refused = status(most).await;
            assert!(refused.is_client_error() && refused != StatusCode::PAYLOAD_TOO_LARGE, "{path}: {refused}");
        }
    }
}

#[tokio::test]
async fn sec_155_sec_159_the_same_over_a_socket_and_the_connection_ends() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let mut settings = app.services.settings.clone();
    settings.server.listen = Listen::localhost(0);
    let running = serve(
        assembled(&app),
        Apart::default(),
        &settings,
        CancellationToken::new(),
    )
    .await
    .unwrap();
    let address = *running.addresses().first().unwrap();
    let exchange = async |bytes: String| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    };
    for (path, kind, most) in BODIES {
        let head = format!("POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {kind}\r\n");
        // Not a byte of it is waited for.
        let answer = exchange(format!("{head}Content-Length: {}\r\n\r\n", most + 1)).await;
        assert!(
            answer.starts_with("HTTP/1.1 413 ") && answer.contains("connection: close"),
            "{path}: {answer}"
        );
    }
    // Without a length that says so beforehand.
    let chunk = format!("{:x}\r\n{}\r\n", 16 << 10, "x".repeat(16 << 10));
    for path in ["/login", "/token"] {
        let head = format!("POST {path} HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let answer = exchange(format!("{head}{}", chunk.repeat(3))).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
    }
    for path in ["/", "/token", "/login", "/admin/login"] {
        let answer = exchange(format!(
            "TRACE {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Secret: canary\r\nConnection: close\r\n\r\n"
        ))
        .await;
        let expected = if path == "/" {
            "HTTP/1.1 404 "
        } else {
            "HTTP/1.1 405 "
        };
        assert!(
            answer.starts_with(expected) && !answer.contains("canary"),
            "{path}: {answer}"
        );
    }
    running.stop();
    running.finished().await;
    fresh.throw_away().await;
}
