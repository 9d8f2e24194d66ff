//! What a peer may do to a connection.
#![expect(
    clippy::disallowed_methods,
    reason = "deadlines on real sockets are measured in real time"
)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{hasty, start};

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Writes, and reads until the peer ends the connection.
async fn exchange(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    until_closed(&mut stream).await
}

async fn until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    // A peer that closes with our bytes unread resets.
    assert!(read.is_ok(), "the server should have ended the connection");
    String::from_utf8(answer).unwrap()
}

/// One answer of a connection that stays open.
async fn answer(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.unwrap();
    answer.truncate(length);
    String::from_utf8(answer).unwrap()
}

async fn closed_within(stream: &mut TcpStream, least: u64, most: u64) {
    let began = Instant::now();
    assert_eq!(until_closed(stream).await, "");
    let took = began.elapsed();
    let expected = Duration::from_millis(least)..Duration::from_millis(most);
    assert!(expected.contains(&took), "{took:?} isn't within {expected:?}");
}

#[tokio::test]
async fn sec_157_a_silent_connection_is_closed() {
    let (address, _running) = start(&hasty()).await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    closed_within(&mut silent, 200, 850).await;
}

#[tokio::test]
async fn sec_157_a_head_that_drips_is_closed_at_its_deadline() {
    let (address, _running) = start(&hasty()).await;
    for before in ["", GET] {
        let mut slow = TcpStream::connect(address).await.unwrap();
        if !before.is_empty() {
            slow.write_all(before.as_bytes()).await.unwrap();
            answer(&mut slow).await;
        }
        let began = Instant::now();
        let mut drips = GET.bytes().cycle();
        while slow.write_all(&[drips.next().unwrap()]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(40)).await;
            assert!(
                began.elapsed() < Duration::from_secs(2),
                "the head may drip for ever"
            );
        }
    }
}

#[tokio::test]
async fn sec_157_a_connection_may_rest_longer_than_a_head_may_take_but_not_for_ever() {
    let (address, _running) = start(&hasty()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(GET.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.ends_with("hello"));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    closed_within(&mut stream, 100, 850).await;
}

#[tokio::test]
async fn sec_157_a_peer_that_waits_for_its_answer_is_not_idle() {
    let mut settings = hasty();
    settings.limits.idle = signet::config::Period::millis(150);
    settings.limits.header = signet::config::Period::millis(150);
    let (address, _running) = start(&settings).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn sec_157_one_address_may_hold_so_many_connections_and_others_are_unaffected() {
    let mut settings = hasty();
    settings.limits.connections_per_address = 2;
    let (address, _running) = start(&settings).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(GET.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.ends_with("hello"));
        held.push(stream);
    }
    assert_eq!(exchange(address, GET).await, "");
    drop(held);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(exchange(address, GET).await.contains("hello"));

    // A trusted proxy brings everybody's connections.
    settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let (address, _running) = start(&settings).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(GET.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.ends_with("hello"));
        held.push(stream);
    }
}

#[tokio::test]
async fn sec_157_so_many_connections_are_open_at_once_whoever_brings_them() {
    let mut settings = hasty();
    settings.limits.connections = 3;
    // Exempt from the limit for an address, and not from this one.
    settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let (address, _running) = start(&settings).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(GET.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.ends_with("hello"));
        held.push(stream);
    }
    for _ in 0..3 {
        let mut refused = TcpStream::connect(address).await.unwrap();
        let _ = refused.write_all(GET.as_bytes()).await;
        let mut nothing = Vec::new();
        let _ = refused.read_to_end(&mut nothing).await;
        assert!(nothing.is_empty());
    }
    // Those that are open are served on, and a place that is given back is taken again.
    held[0].write_all(GET.as_bytes()).await.unwrap();
    assert!(answer(&mut held[0]).await.ends_with("hello"));
    held.pop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(
        exchange(address, &GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
            .await
            .contains("hello")
    );
}

#[tokio::test]
async fn sec_158_what_two_parsers_could_read_differently_is_400_and_the_end() {
    let (address, _running) = start(&hasty()).await;
    let post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
    for malformed in [
        format!("{post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{GET}"),
        format!("{post}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n{GET}"),
        format!("{post}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc{GET}"),
        format!("{post}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc{GET}"),
        format!("{post}Transfer-Encoding: identity\r\n\r\n{GET}"),
        format!("GET / HTTP/1.1\nHost: localhost\n\n{GET}"),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Folded: a\r\n b\r\n\r\n{GET}"),
        format!("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n{GET}"),
    ] {
        let answer = exchange(address, &malformed).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{malformed:?}: {answer:?}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{malformed:?}: {answer:?}");
    }
}

#[tokio::test]
async fn requests_in_a_row_are_answered_in_a_row() {
    let (address, _running) = start(&hasty()).await;
    let chunked = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\n\n\n\r\n0\r\n\r\n";
    let sized = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nd\ne\n";
    let answer = exchange(address, &format!("{chunked}{sized}{GET}")).await;
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 3, "{answer}");
    assert!(
        answer.contains("abc\n\n") && answer.contains("d\ne\n") && answer.ends_with("hello"),
        "{answer}"
    );
}

#[tokio::test]
async fn sec_155_a_head_that_never_ends_is_cut_off() {
    let (address, _running) = start(&hasty()).await;
    let endless = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}",
        "y".repeat(300 << 10)
    );
    let answer = exchange(address, &endless).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer:?}");
}

#[tokio::test]
async fn sec_155_a_refused_body_ends_the_connection() {
    let (address, _running) = start(&hasty()).await;
    let request = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n";
    let answer = exchange(address, request).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer:?}");
    assert!(answer.contains("connection: close"), "{answer:?}");
}
