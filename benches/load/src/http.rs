//! HTTP/1.1 on one kept connection, with as little work as possible: the load shares the machine with what it measures.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// A connection that is kept between requests.
#[derive(Debug)]
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    /// The first header field of that name.
    pub(crate) fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.headers(name).next()
    }

    /// All header fields of that name.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        header_fields(&self.head, name)
    }

    /// The body, if it is text.
    pub(crate) fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body).context("the body isn't UTF-8")
    }

    /// Status and the beginning of the body, for a message.
    pub(crate) fn summary(&self) -> String {
        let body: String = self.text().unwrap_or("not text").chars().take(200).collect();
        format!("{} {}", self.status, body.replace('\n', " "))
    }
}

fn header_fields<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    head.split("\r\n")
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

impl Connection {
    /// To `address`, opened with the first request.
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::with_capacity(16 << 10),
        }
    }

    /// Closes it; the next request opens another.
    pub(crate) fn close(&mut self) {
        self.stream = None;
    }

    /// Sends a whole request, and reads the whole answer. After an error the connection is closed.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        // Out of its place while it is used: a request that is cut off leaves no half-read answer behind.
        let mut stream = if let Some(stream) = self.stream.take() {
            stream
        } else {
            let stream = TcpStream::connect(self.address).await.context("cannot connect")?;
            stream.set_nodelay(true)?;
            stream
        };
        stream.write_all(request).await.context("cannot send")?;
        let answer = self.read(&mut stream).await?;
        let closing = answer
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if !closing {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    async fn read(&mut self, stream: &mut TcpStream) -> Result<Answer> {
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            self.fill(stream).await?;
        };
        let body_begin = head_end + 4;
        let head = self.buffer.get(..head_end).unwrap_or_default();
        let head = String::from_utf8(head.to_vec()).context("a header isn't UTF-8")?;
        let status = head
            .get(9..12)
            .and_then(|digits| digits.parse().ok())
            .context("no status line")?;
        if header_fields(&head, "transfer-encoding").next().is_some() {
            let body = self.chunks(stream, body_begin).await?;
            return Ok(Answer { status, head, body });
        }
        let length: usize = match header_fields(&head, "content-length").next() {
            Some(length) => length.parse().context("not a content-length")?,
            None => 0,
        };
        ensure!(length <= LONGEST, "an answer of {length} bytes");
        let body_end = body_begin + length;
        while self.buffer.len() < body_end {
            self.fill(stream).await?;
        }
        let body = self.buffer.get(body_begin..body_end).unwrap_or_default().to_vec();
        Ok(Answer { status, head, body })
    }

    /// A body that comes in chunks, from `at` on.
    async fn chunks(&mut self, stream: &mut TcpStream, mut at: usize) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let rest = self.buffer.get(at..).unwrap_or_default();
            let Some(line) = find(rest, b"\r\n") else {
                self.fill(stream).await?;
                continue;
            };
            let size = std::str::from_utf8(rest.get(..line).unwrap_or_default())?;
            let size = usize::from_str_radix(size.trim(), 16).context("not a chunk's length")?;
            let (begin, end) = (at + line + 2, at + line + 2 + size);
            while self.buffer.len() < end + 2 {
                self.fill(stream).await?;
            }
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(self.buffer.get(begin..end).unwrap_or_default());
            at = end + 2;
        }
    }

    async fn fill(&mut self, stream: &mut TcpStream) -> Result<()> {
        ensure!(self.buffer.len() <= LONGEST, "an answer without an end");
        let read = stream.read_buf(&mut self.buffer).await.context("cannot read")?;
        ensure!(read > 0, "the server closed the connection");
        Ok(())
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
