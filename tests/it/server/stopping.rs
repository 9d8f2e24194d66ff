//! SEC-174: a stop loses no request, and waits for nothing else.
#![expect(
    clippy::disallowed_methods,
    reason = "deadlines on real sockets are measured in real time"
)]

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{hasty, start};

async fn rest(mut stream: TcpStream) -> String {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    String::from_utf8(rest).unwrap()
}

async fn asking(address: std::net::SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stream
}

#[tokio::test]
async fn sec_174_a_request_under_way_is_finished_and_new_connections_are_refused() {
    let (address, running) = start(&hasty()).await;
    let under_way = asking(address, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    running.stop();
    let stopped = tokio::spawn(running.finished());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(address).await.is_err());
    let answer = rest(under_way).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    assert!(answer.contains("connection: close"), "{answer:?}");
    assert_eq!(stopped.await.unwrap(), 0);
}

#[tokio::test]
async fn sec_174_idle_silent_and_half_sent_connections_are_closed_at_once() {
    let mut settings = hasty();
    settings.limits.header = signet::config::Period::seconds(30);
    settings.limits.idle = signet::config::Period::seconds(30);
    let (address, running) = start(&settings).await;
    let idle = asking(address, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let silent = asking(address, "").await;
    let half = asking(address, "GET / HTTP/1.1\r\nHo").await;
    let began = Instant::now();
    running.stop();
    assert_eq!(running.finished().await, 0);
    assert!(
        began.elapsed() < Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
    assert!(rest(idle).await.ends_with("hello"));
    assert_eq!(rest(silent).await, "");
    assert_eq!(rest(half).await, "");
}

#[tokio::test]
async fn sec_174_what_takes_longer_than_the_grace_is_cut_and_counted() {
    let mut settings = hasty();
    settings.limits.stop = signet::config::Period::millis(100);
    let (address, running) = start(&settings).await;
    let under_way = asking(address, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    running.stop();
    assert_eq!(running.finished().await, 1);
    assert_eq!(rest(under_way).await, "");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let (address, _running) = start(&hasty()).await;
    let mut settings = hasty();
    settings.server.listen = address.into();
    let stop = tokio_util::sync::CancellationToken::new();
    let error = signet::server::serve(
        axum::Router::new(),
        signet::server::Apart::default(),
        &settings,
        stop,
    )
    .await
    .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(&format!("server.listen: can't listen on {address}")),
        "{error}"
    );
}

#[tokio::test]
async fn both_families_may_be_listened_on_with_one_port() {
    let mut settings = hasty();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    settings.server.listen = format!("0.0.0.0:{port},[::]:{port}").parse().unwrap();
    let (_, running) = start(&settings).await;
    // A machine without IPv6 has the one alone.
    let six = std::net::TcpListener::bind("[::1]:0").is_ok();
    assert_eq!(running.addresses().len(), if six { 2 } else { 1 });
    for address in [format!("127.0.0.1:{port}"), format!("[::1]:{port}")]
        .iter()
        .take(running.addresses().len())
    {
        assert!(TcpStream::connect(address).await.is_ok());
    }
}

#[tokio::test]
async fn figures_may_have_an_address_of_their_own() {
    let mut settings = hasty();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    settings.metrics.listen = Some(free.into());
    let stop = tokio_util::sync::CancellationToken::new();
    let apart = signet::server::Apart {
        metrics: signet::server::Figures::keep().routes(),
        ..signet::server::Apart::default()
    };
    let _running = signet::server::serve(axum::Router::new(), apart, &settings, stop)
        .await
        .unwrap();
    let answer = asking(
        free,
        "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(rest(answer).await.contains("signet_up 1"));
}
