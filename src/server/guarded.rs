//! A connection that can't be held open by saying nothing, or by saying it slowly (SEC-157).
//!
//! The deadlines of the HTTP library begin with the first byte and end with the first request. These begin with the
//! accept, tell a slow head from a quiet pause, and hold for HTTP/2 too.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::connections::Place;
use super::frames::{Count, Frames, PERIOD, PREFACE};
use super::malformed::Malformed;
use super::wire::{Position, Wire};
use crate::config::Limits;

/// Bytes in and out, in the clear or through TLS.
pub(super) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// How long a peer may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    header: Duration,
    idle: Duration,
    /// Between two signs of life of an HTTP/2 connection: an answer may be under way.
    quiet: Duration,
}

impl From<&Limits> for Deadlines {
    fn from(limits: &Limits) -> Self {
        Self {
            header: limits.header.get(),
            idle: limits.idle.get(),
            quiet: limits.idle.get() + limits.request.get(),
        }
    }
}

/// HTTP/2 in both directions.
struct Http2 {
    received: Frames,
    sent: Frames,
    count: Count,
    /// Until when is counted.
    until: Instant,
}

/// Who is on the other side, and whom to tell of what they do.
pub(super) struct Peer {
    pub(super) ip: IpAddr,
    pub(super) malformed: Arc<Malformed>,
}

/// A connection with its place, its deadlines and its wire.
pub(super) struct Guarded {
    transport: Transport,
    wire: Wire,
    deadlines: Deadlines,
    deadline: Instant,
    sleep: Pin<Box<Sleep>>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Whether an answer is owed: then the peer may be silent as long as it takes.
    owed: bool,
    peer: Peer,
    /// Bytes that came before it was known which HTTP is spoken.
    heard: usize,
    http_2: Option<Box<Http2>>,
    _place: Place,
}

#[expect(
    clippy::disallowed_methods,
    reason = "deadlines that move are no single `timeout`"
)]
fn now() -> Instant {
    Instant::now()
}

impl Guarded {
    pub(super) fn new(
        transport: Transport,
        peer: Peer,
        place: Place,
        deadlines: Deadlines,
        stop: CancellationToken,
    ) -> Self {
        let deadline = now() + deadlines.header;
        Self {
            transport,
            wire: Wire::new(),
            deadlines,
            deadline,
            sleep: Box::pin(tokio::time::sleep_until(deadline)),
            stop: Box::pin(stop.cancelled_owned()),
            owed: false,
            peer,
            heard: 0,
            http_2: None,
            _place: place,
        }
    }

    /// The certificates that the peer's handshake brought along, its own first.
    pub(super) fn peer_certificates(&self) -> Option<&[rustls::pki_types::CertificateDer<'static>]> {
        match &self.transport {
            Transport::Plain(_) => None,
            Transport::Tls(stream) => stream.get_ref().1.peer_certificates(),
        }
    }

    /// An error where there was too much of what asks for nothing.
    fn received(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let before = self.wire.position();
        self.owed |= self.wire.follow(bytes) > 0;
        if self.wire.is_http_2() && self.floods(bytes) {
            self.peer.malformed.tell(self.peer.ip, "flood");
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        self.heard = self.heard.saturating_add(bytes.len());
        match self.wire.position() {
            Position::Opaque if self.wire.is_http_2() => self.deadline = now() + self.deadlines.quiet,
            // An answer is all that can come any more.
            Position::Opaque if before != Position::Opaque => self.deadline = now() + self.deadlines.header,
            // The first head's time runs from the accept, and no head's from its latest byte.
            Position::Head if before != Position::Head && !self.wire.is_silent() => {
                self.deadline = now() + self.deadlines.header;
            }
            Position::Between | Position::Head | Position::Body | Position::Opaque | Position::Upgraded => {}
        }
        Ok(())
    }

    fn floods(&mut self, bytes: &[u8]) -> bool {
        let (heard, at) = (self.heard, now());
        let http_2 = self.http_2.get_or_insert_with(|| {
            Box::new(Http2 {
                received: Frames::after(PREFACE.saturating_sub(heard)),
                sent: Frames::after(0),
                count: Count::default(),
                until: at + PERIOD,
            })
        });
        if at >= http_2.until {
            (http_2.count, http_2.until) = (Count::default(), at + PERIOD);
        }
        let mut floods = false;
        http_2
            .received
            .follow(bytes, |frame| floods |= http_2.count.floods(frame));
        floods
    }

    /// What goes out tells whether the library could read what came in.
    fn sent(&mut self, bytes: &[u8]) {
        self.wire.answered(bytes);
        let Self { http_2, peer, .. } = self;
        match http_2 {
            Some(http_2) => {
                let Http2 { sent, count, .. } = &mut **http_2;
                sent.follow(bytes, |frame| {
                    count.answer(frame);
                    if let Some(reason) = frame.blame() {
                        peer.malformed.tell(peer.ip, reason);
                    }
                });
            }
            None if self.wire.position() == Position::Upgraded => return,
            None => {
                if let Some(reason) = refusal(bytes) {
                    peer.malformed.tell(peer.ip, reason);
                }
            }
        }
        let pause = match self.wire.position() {
            Position::Opaque => self.deadlines.quiet,
            Position::Head if self.owed => self.deadlines.header,
            Position::Head | Position::Upgraded => return,
            Position::Between | Position::Body => self.deadlines.idle,
        };
        self.owed = false;
        self.deadline = now() + pause;
    }

    /// Nothing came: is it time to end?
    fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let waiting = match self.wire.position() {
            Position::Between | Position::Head => !self.owed,
            Position::Body | Position::Upgraded => false,
            Position::Opaque => true,
        };
        if !waiting {
            return Poll::Pending;
        }
        // A stop waits for answers, not for questions that are only half asked.
        let half = self.wire.position() == Position::Head || self.wire.is_silent();
        if half && self.stop.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        if self.deadline < self.sleep.deadline() {
            self.sleep.as_mut().reset(self.deadline);
        }
        while self.sleep.as_mut().poll(cx).is_ready() {
            if now() >= self.deadline {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.sleep.as_mut().reset(self.deadline);
        }
        Poll::Pending
    }
}

/// What the library says to a request that it can't read (it never reaches the layers, and has no id of ours).
fn refusal(answer: &[u8]) -> Option<&'static str> {
    let reason = [
        (&b"HTTP/1.1 400 "[..], "request"),
        (b"HTTP/1.1 414 ", "target"),
        (b"HTTP/1.1 431 ", "head"),
    ]
    .into_iter()
    .find_map(|(status, reason)| answer.starts_with(status).then_some(reason))?;
    let name = b"x-request-id:";
    let ours = answer
        .windows(name.len())
        .any(|bytes| bytes.eq_ignore_ascii_case(name));
    (!ours).then_some(reason)
}

impl AsyncRead for Guarded {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Transport::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        match read {
            Poll::Ready(done) => {
                let fine = this.received(buf.filled_mut().get_mut(before..).unwrap_or_default());
                Poll::Ready(done.and(fine))
            }
            Poll::Pending => this.poll_overdue(cx),
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Transport::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        };
        if let Poll::Ready(Ok(length @ 1..)) = written {
            this.sent(buf.get(..length).unwrap_or_default());
        }
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = match &mut this.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Transport::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        };
        if let Poll::Ready(Ok(mut length @ 1..)) = written {
            for buf in bufs {
                let part = buf.get(..length.min(buf.len())).unwrap_or_default();
                length -= part.len();
                this.sent(part);
            }
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        match &self.transport {
            Transport::Plain(stream) => stream.is_write_vectored(),
            Transport::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().transport {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().transport {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Transport::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
