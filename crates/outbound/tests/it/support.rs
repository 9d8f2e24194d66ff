//! A server that answers every request with the same bytes, or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use outbound::{Client, Exemption, Options};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::Url;

/// A server on loopback. It ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) port: u16,
    requests: mpsc::UnboundedReceiver<String>,
    load: Arc<Load>,
}

#[derive(Default)]
struct Load {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Server {
    /// Answers with `answer` after `delay`, and closes the connection.
    pub(crate) async fn start(answer: impl Into<Vec<u8>>, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = mpsc::unbounded_channel();
        let load = Arc::new(Load::default());
        let (answer, counted): (Arc<[u8]>, _) = (answer.into().into(), Arc::clone(&load));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (sender, answer, load) = (sender.clone(), Arc::clone(&answer), Arc::clone(&counted));
                tokio::spawn(async move {
                    let request = read_request(&mut stream).await;
                    let now = load.now.fetch_add(1, Ordering::SeqCst) + 1;
                    load.most.fetch_max(now, Ordering::SeqCst);
                    let _ = sender.send(request);
                    tokio::time::sleep(delay).await;
                    load.now.fetch_sub(1, Ordering::SeqCst);
                    let _ = stream.write_all(&answer).await;
                });
            }
        });
        Self { port, requests, load }
    }

    /// Answers at once.
    pub(crate) async fn prompt(answer: impl Into<Vec<u8>>) -> Self {
        Self::start(answer, Duration::ZERO).await
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}{path}", self.port)).unwrap()
    }

    /// The requests that have come since the last time this was asked.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }

    /// How many requests it has held at a time at most.
    pub(crate) fn most_at_a_time(&self) -> usize {
        self.load.most.load(Ordering::SeqCst)
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_lowercase()
                        .strip_prefix("content-length: ")
                        .map(str::to_owned)
                })
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

/// A whole answer with a body.
pub(crate) fn answer(status: &str, content_type: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Options for a test: loopback is exempt, and no failure takes long.
pub(crate) fn options() -> Options {
    Options {
        allow_hosts: vec![Exemption {
            host: "127.0.0.1".to_owned(),
            port: None,
        }],
        timeout: Duration::from_secs(2),
        ..Options::default()
    }
}

/// A client that may reach loopback.
pub(crate) fn client() -> Client {
    Client::new(options()).unwrap()
}
