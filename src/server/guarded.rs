//! A connection that can't be held open by saying nothing, or by saying it slowly (SEC-157).
//!
//! The deadlines of the HTTP library begin with the first byte and end with the first request. These begin with the
//! accept, tell a slow head from a quiet pause, and hold for HTTP/2 too.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::connections::Place;
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

    fn received(&mut self, bytes: &mut [u8]) {
        if bytes.is_empty() {
            return;
        }
        let before = self.wire.position();
        self.owed |= self.wire.follow(bytes) > 0;
        match self.wire.position() {
            Position::Opaque => self.deadline = now() + self.deadlines.quiet,
            // The first head's time runs from the accept, and no head's from its latest byte.
            Position::Head if before != Position::Head && !self.wire.is_silent() => {
                self.deadline = now() + self.deadlines.header;
            }
            Position::Between | Position::Head | Position::Body => {}
        }
    }

    fn sent(&mut self) {
        let pause = match self.wire.position() {
            Position::Opaque => self.deadlines.quiet,
            Position::Head if self.owed => self.deadlines.header,
            Position::Head => return,
            Position::Between | Position::Body => self.deadlines.idle,
        };
        self.owed = false;
        self.deadline = now() + pause;
    }

    /// Nothing came: is it time to end?
    fn poll_overdue(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let waiting = match self.wire.position() {
            Position::Between | Position::Head => !self.owed,
            Position::Body => false,
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
                this.received(buf.filled_mut().get_mut(before..).unwrap_or_default());
                Poll::Ready(done)
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
        if matches!(written, Poll::Ready(Ok(1..))) {
            this.sent();
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
        if matches!(written, Poll::Ready(Ok(1..))) {
            this.sent();
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
