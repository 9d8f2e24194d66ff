//! From an accepted socket to a connection that may speak HTTP.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::connections::Connections;
use super::guarded::{Deadlines, Guarded, Peer, Transport};
use super::malformed::Malformed;
use super::tls::Certificate;
use crate::config::Limits;

/// Gives a connection its place, its TLS and its deadlines.
#[derive(Clone)]
pub(super) struct Acceptor {
    connections: Arc<Connections>,
    malformed: Arc<Malformed>,
    certificate: Option<Arc<Certificate>>,
    /// Whether clients may bring certificates.
    mutual: bool,
    deadlines: Deadlines,
    handshake: Duration,
    stop: CancellationToken,
}

impl Acceptor {
    pub(super) fn new(
        connections: Arc<Connections>,
        malformed: Arc<Malformed>,
        certificate: Option<Arc<Certificate>>,
        limits: &Limits,
        stop: CancellationToken,
    ) -> Self {
        let (deadlines, handshake) = (Deadlines::from(limits), limits.handshake.get());
        Self {
            connections,
            malformed,
            certificate,
            mutual: false,
            deadlines,
            handshake,
            stop,
        }
    }

    /// The same for clients that may bring certificates.
    pub(super) fn mutual(self) -> Self {
        Self { mutual: true, ..self }
    }

    async fn connection(self, stream: TcpStream) -> io::Result<Guarded> {
        let ip = stream.peer_addr()?.ip().to_canonical();
        let place = self
            .connections
            .take(ip)
            .ok_or_else(|| io::Error::from(io::ErrorKind::QuotaExceeded))?;
        stream.set_nodelay(true)?;
        let transport = match &self.certificate {
            None => Transport::Plain(stream),
            Some(certificate) => {
                let config = if self.mutual {
                    certificate.mutual_config()
                } else {
                    certificate.config()
                };
                let tls = TlsAcceptor::from(config).accept(stream);
                Transport::Tls(Box::new(timeout(self.handshake, tls).await??))
            }
        };
        let peer = Peer {
            ip,
            malformed: self.malformed,
        };
        Ok(Guarded::new(transport, peer, place, self.deadlines, self.stop))
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Acceptor {
    type Stream = Guarded;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Guarded, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let connection = self.clone().connection(stream);
        Box::pin(async move { Ok((connection.await?, service)) })
    }
}
