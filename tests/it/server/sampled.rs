//! What strangers can make us log: some of it is told, all of it counted (SEC-162).

use std::time::Duration;

use axum::body::Body;
use http::Request;
use signet::base::{Clock, Entropy, Timestamp};
use signet::config::Settings;
use signet::server::{Figures, KnownHosts, layers};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{answer, hasty, start};
use crate::support::log::Log;

/// A counter's value, in this process.
fn counted(figures: &Figures, line: &str) -> u64 {
    let text = figures.text();
    let found = text.lines().find_map(|found| found.strip_prefix(line));
    found.map_or(0, |count| count.trim().parse().unwrap())
}

#[tokio::test]
async fn sec_162_what_is_dropped_of_a_flood_is_counted() {
    let (log, figures) = (Log::listen(), Figures::keep());
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    let app = layers(
        axum::Router::new(),
        &Settings::default(),
        &clock,
        &Entropy::default(),
        KnownHosts::none(),
    );
    let misdirected = || {
        Request::get("/")
            .header("host", "evil.example")
            .body(Body::empty())
            .unwrap()
    };
    let dropped = "signet_log_events_dropped_total{event=\"http.bad_host\"}";
    let before = counted(&figures, dropped);
    for _ in 0..37 {
        assert_eq!(answer(&app, misdirected()).await.status(), 421);
    }
    let told = || {
        log.audit()
            .iter()
            .filter(|line| line.contains("http.bad_host"))
            .count()
    };
    assert_eq!(told(), 10);
    assert_eq!(counted(&figures, dropped) - before, 27);
    // The next minute begins anew, and says how many it were.
    clock.advance(Duration::from_mins(1));
    answer(&app, misdirected()).await;
    assert_eq!(told(), 11);
    let last = log.audit().pop().unwrap();
    assert!(last.contains("\"lost\":27"), "{last}");
    for field in ["request_id", "ip", "outcome"] {
        assert!(last.contains(&format!("\"{field}\":")), "{field}: {last}");
    }
}

#[tokio::test]
async fn sec_158_what_is_no_http_is_told_in_samples_and_counted() {
    let (log, figures) = (Log::listen(), Figures::keep());
    let (address, _running) = start(&hasty()).await;
    let line = "signet_http_malformed_total{reason=\"request\"}";
    let before = counted(&figures, line);
    let secret = "c4n4ry";
    for request in [
        format!("GET /{secret} HTTP/1.1\nHost: localhost\n\n"),
        format!(
            "POST /{secret} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
        format!("GET / HTTP/1.1\r\nHost : {secret}\r\n\r\n"),
        format!("{secret} {secret}\r\n\r\n"),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{request:?}");
    }
    assert!(counted(&figures, line) - before >= 4);
    let told = log.audit();
    let told: Vec<_> = told
        .iter()
        .filter(|line| line.contains("http.malformed"))
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(
        told.iter()
            .all(|line| line.contains("\"reason\":\"request\"") && line.contains("\"ip\":\"127.0.0.1\""))
    );
    assert!(!log.text().contains(secret));

    // An error of ours is no such thing.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 400 "));
    assert_eq!(
        log.audit()
            .iter()
            .filter(|line| line.contains("http.malformed"))
            .count(),
        4
    );
}
