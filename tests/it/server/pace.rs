//! Bodies that trickle.
#![expect(
    clippy::disallowed_methods,
    reason = "deadlines on real sockets are measured in real time"
)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use signet::config::{Period, Settings, Size};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{hasty, start};

/// Half a second for every body, and then 500 bytes a second.
fn paced() -> Settings {
    let mut settings = hasty();
    settings.limits.upload = Period::seconds(2);
    settings.limits.upload_rate = Size::bytes(500);
    settings
}

/// Sends a body in pieces, one each 100 ms, until it is whole or an answer comes: the answer, and when.
async fn drip(address: SocketAddr, head: &str, pieces: &[&str]) -> (String, Duration) {
    let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
    let head = format!("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n\r\n");
    write.write_all(head.as_bytes()).await.unwrap();
    let began = Instant::now();
    let mut answer = Vec::new();
    let sending = async {
        for piece in pieces {
            if write.write_all(piece.as_bytes()).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        std::future::pending::<()>().await;
    };
    let reading = async {
        tokio::time::timeout(Duration::from_secs(5), read.read_to_end(&mut answer))
            .await
            .unwrap_or_else(|_| panic!("the server should have ended the connection"))
    };
    tokio::select! {
        () = sending => {}
        _ = reading => {}
    }
    (String::from_utf8(answer).unwrap(), began.elapsed())
}

fn sized(pieces: &[&str]) -> String {
    format!(
        "Content-Length: {}",
        pieces.iter().map(|piece| piece.len()).sum::<usize>()
    )
}

#[tokio::test]
async fn sec_157_a_body_that_trickles_is_refused_before_the_whole_time_is_over() {
    let (address, _running) = start(&paced()).await;
    let trickle = ["abcdefgh"; 30];
    let chunks = ["8\r\nabcdefgh\r\n"; 30];
    for (head, pieces) in [
        (sized(&trickle), &trickle[..]),
        ("Transfer-Encoding: chunked".to_owned(), &chunks[..]),
        (sized(&["x"; 100]), &["x"][..]),
    ] {
        let (answer, took) = drip(address, &head, pieces).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{head}: {answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        let expected = Duration::from_millis(450)..Duration::from_millis(1800);
        assert!(expected.contains(&took), "{head}: {took:?}");
    }
}

#[tokio::test]
async fn sec_157_a_body_that_comes_at_its_pace_is_taken() {
    let (address, _running) = start(&paced()).await;
    let piece = "y".repeat(100);
    let pieces = [piece.as_str(); 12];
    let (answer, took) = drip(address, &sized(&pieces), &pieces).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("yy"),
        "{answer}"
    );
    assert!(took > Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn sec_157_without_a_least_rate_the_whole_time_is_the_only_limit() {
    let mut settings = paced();
    settings.limits.upload_rate = Size::bytes(0);
    let (address, _running) = start(&settings).await;
    let pieces = ["x"; 12];
    let (answer, _) = drip(address, &sized(&pieces), &pieces).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
