//! HTTP/2, frame by frame: what the library of a well-behaved client would not send (SEC-158).

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::task::JoinHandle;

use super::{hasty, start};
use crate::support::log::Log;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// One frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[a, b, c, kind, flags][..], &stream.to_be_bytes(), payload].concat()
}

/// Method, scheme, path and host without compression (RFC 7541 §6); `method` is `:method`'s place in the static table.
fn head(method: u8, path: &str) -> Vec<u8> {
    let literal =
        |name: u8, value: &str| [&[name, u8::try_from(value.len()).unwrap()][..], value.as_bytes()].concat();
    [
        vec![0x80 | method, 0x86],
        literal(4, path),
        literal(1, "localhost"),
    ]
    .concat()
}

const GET: u8 = 2;
const POST: u8 = 3;

fn get(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, stream, &head(GET, path))
}

/// A connection that has been greeted, and what comes back over it until it ends.
struct Connection {
    write: OwnedWriteHalf,
    read: JoinHandle<Vec<u8>>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
        write
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .await
            .unwrap();
        write.write_all(&frame(SETTINGS, 0, 0, b"")).await.unwrap();
        let read = tokio::spawn(async move {
            let mut bytes = Vec::new();
            // A peer that closes with our bytes unread resets.
            let _ = read.read_to_end(&mut bytes).await;
            bytes
        });
        Self { write, read }
    }

    /// Sends, as long as the other side listens.
    async fn send(&mut self, frames: impl Iterator<Item = Vec<u8>>) {
        for frame in frames {
            if self.write.write_all(&frame).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The frames that came, once the other side has ended the connection.
    async fn ended(self) -> Vec<(u8, u32, Vec<u8>)> {
        let read = tokio::time::timeout(Duration::from_secs(5), self.read).await;
        frames(
            &read
                .unwrap_or_else(|_| panic!("the server should have ended the connection"))
                .unwrap(),
        )
    }

    /// The same, once we have said goodbye.
    async fn finished(mut self) -> Vec<(u8, u32, Vec<u8>)> {
        self.send(std::iter::once(frame(GOAWAY, 0, 0, &[0; 8]))).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.write.shutdown().await.unwrap();
        let Self { write, read } = self;
        let read = tokio::time::timeout(Duration::from_secs(5), read).await;
        drop(write);
        frames(&read.unwrap().unwrap())
    }
}

fn frames(mut bytes: &[u8]) -> Vec<(u8, u32, Vec<u8>)> {
    let mut frames = Vec::new();
    while bytes.len() >= 9 {
        let length = u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]) as usize;
        let stream = u32::from_be_bytes([bytes[5], bytes[6], bytes[7], bytes[8]]);
        let payload = bytes[9..].get(..length).unwrap_or_default().to_vec();
        frames.push((bytes[3], stream, payload));
        bytes = bytes.get(9 + length..).unwrap_or_default();
    }
    frames
}

/// Which streams were answered with this status' place in the static table.
fn answered(frames: &[(u8, u32, Vec<u8>)], status: u8) -> Vec<u32> {
    frames
        .iter()
        .filter(|(kind, _, payload)| *kind == HEADERS && payload.first() == Some(&(0x80 | status)))
        .map(|(_, stream, _)| *stream)
        .collect()
}

const OK: u8 = 8;

/// Sends a request that is answered, and then `flood`: the connection must end, and the log say why.
async fn floods(name: &str, reasons: &[&str], flood: impl Iterator<Item = Vec<u8>>) {
    let log = Log::listen();
    let (address, _running) = start(&hasty()).await;
    let mut bystander = Connection::open(address).await;
    bystander.send(std::iter::once(get(1, "/"))).await;
    let mut flooding = Connection::open(address).await;
    flooding.send(std::iter::once(get(1, "/"))).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    flooding.send(flood).await;
    let came = flooding.ended().await;
    assert_eq!(answered(&came, OK).first(), Some(&1), "{name}: {came:?}");
    let told: Vec<String> = log.audit();
    assert!(
        told.iter().any(|line| line.contains("http.malformed")
            && line.contains("127.0.0.1")
            && reasons
                .iter()
                .any(|reason| line.contains(&format!("\"reason\":\"{reason}\"")))),
        "{name}: {told:?}"
    );
    // Others are unaffected.
    bystander.send(std::iter::once(get(3, "/"))).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(answered(&bystander.finished().await, OK), [1, 3], "{name}");
}

fn streams() -> impl Iterator<Item = u32> {
    (3..100_000).step_by(2)
}

#[tokio::test]
async fn sec_158_requests_that_are_taken_back_end_the_connection() {
    let resets = streams().flat_map(|stream| {
        let cancelled = 8_u32.to_be_bytes();
        [get(stream, "/slow"), frame(RST_STREAM, 0, stream, &cancelled)]
    });
    floods("reset", &["enhance_your_calm", "flood"], resets).await;
    // The same in one piece, before any of them can be looked at.
    let burst: Vec<u8> = streams()
        .take(2000)
        .flat_map(|stream| {
            let cancelled = 8_u32.to_be_bytes();
            [get(stream, "/slow"), frame(RST_STREAM, 0, stream, &cancelled)].concat()
        })
        .collect();
    floods("burst", &["enhance_your_calm", "flood"], std::iter::once(burst)).await;
}

#[tokio::test]
async fn sec_158_a_head_that_never_ends_ends_the_connection() {
    let begun = frame(HEADERS, END_STREAM, 3, &head(GET, "/"));
    let more = std::iter::repeat_with(|| frame(CONTINUATION, 0, 3, &[0x40, 1, b'a', 1, b'b']));
    let reasons = [
        "enhance_your_calm",
        "flood",
        "protocol_error",
        "compression_error",
    ];
    floods(
        "continuation",
        &reasons,
        std::iter::once(begun).chain(more.take(20_000)),
    )
    .await;
}

#[tokio::test]
async fn sec_158_empty_data_ends_the_connection() {
    let begun = frame(HEADERS, END_HEADERS, 3, &head(POST, "/echo"));
    let nothing = std::iter::repeat_with(|| frame(DATA, 0, 3, b""));
    floods(
        "data",
        &["enhance_your_calm", "flood"],
        std::iter::once(begun).chain(nothing.take(20_000)),
    )
    .await;
}

#[tokio::test]
async fn sec_158_frames_that_ask_for_nothing_end_the_connection() {
    for (name, idle) in [
        ("ping", frame(PING, 0, 0, &[7; 8])),
        ("settings", frame(SETTINGS, 0, 0, b"")),
        ("priority", frame(PRIORITY, 0, 99, &[0, 0, 0, 0, 15])),
        ("unknown", frame(200, 0, 0, b"x")),
        ("window", frame(WINDOW_UPDATE, 0, 0, &1_u32.to_be_bytes())),
    ] {
        floods(name, &["flood"], std::iter::repeat_n(idle, 5000)).await;
    }
}

#[tokio::test]
async fn a_busy_connection_with_pings_between_is_served_to_its_end() {
    let (address, _running) = start(&hasty()).await;
    let mut busy = Connection::open(address).await;
    let wanted: Vec<u32> = streams().take(600).collect();
    for batch in wanted.chunks(20) {
        let asked = batch.iter().map(|stream| get(*stream, "/"));
        busy.send(asked.chain(std::iter::once(frame(PING, 0, 0, &[1; 8]))))
            .await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let came = busy.finished().await;
    let mut served = answered(&came, OK);
    served.sort_unstable();
    assert_eq!(served, wanted);
}

#[tokio::test]
async fn sec_158_a_connection_has_so_many_streams_and_is_told_so() {
    let mut settings = hasty();
    settings.limits.streams = 5;
    let (address, _running) = start(&settings).await;
    let mut greedy = Connection::open(address).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    greedy.send((0..8).map(|turn| get(2 * turn + 1, "/slow"))).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let came = greedy.finished().await;
    let (_, _, announced) = came.iter().find(|(kind, ..)| *kind == SETTINGS).unwrap();
    let announced: Vec<(u16, u32)> = announced
        .chunks(6)
        .map(|it| {
            (
                u16::from_be_bytes([it[0], it[1]]),
                u32::from_be_bytes([it[2], it[3], it[4], it[5]]),
            )
        })
        .collect();
    // MAX_CONCURRENT_STREAMS and MAX_HEADER_LIST_SIZE (§6.5.2): twice what is allowed, so that the refusal is ours.
    assert!(announced.contains(&(3, 5)), "{announced:?}");
    assert!(announced.contains(&(6, 2 * (96 << 10))), "{announced:?}");
    assert_eq!(answered(&came, OK), [1, 3, 5, 7, 9]);
    let refused: Vec<(u32, &[u8])> = came
        .iter()
        .filter(|(kind, ..)| *kind == RST_STREAM)
        .map(|(_, stream, why)| (*stream, why.as_slice()))
        .collect();
    let refused_stream = &7_u32.to_be_bytes()[..];
    assert_eq!(
        refused,
        [(11, refused_stream), (13, refused_stream), (15, refused_stream)]
    );
}
