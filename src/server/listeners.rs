//! Listening on several addresses with one router, and stopping in order (SEC-174).

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::middleware::AddExtension;
use axum::{Extension, Router};
use axum_server::Handle;
use axum_server::accept::Accept;
use axum_server::service::SendService;
use http::Request;
use hyper::body::Incoming;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::acceptor::Acceptor;
use super::connections::Connections;
use super::malformed::Malformed;
use super::mutual::{self, MutualAcceptor};
use super::tls::{Certificate, CertificateError};
use crate::config::{Limits, Listen, Settings};
use crate::http::Sockets;

/// The router as each connection has it.
type Served = AddExtension<Router, ConnectInfo<SocketAddr>>;

/// What has addresses of its own, where the settings say so.
#[derive(Debug, Default)]
pub struct Apart {
    /// The console and the admin API, at `server.admin.listen`.
    pub admin: Router,
    /// Figures, at `metrics.listen`, in the clear.
    pub metrics: Router,
}

/// Why the server can't begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address can't be listened on.
    #[error("{key}: can't listen on {address}: {error}")]
    Bind {
        /// The setting.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// TLS can't begin.
    #[error("server.tls: {0}")]
    Certificate(#[from] CertificateError),
}

/// Listens where the settings say, serves `router` there, and returns once every address is bound.
///
/// What is `apart` is served where the settings name addresses for it. The server ends when `stop` is cancelled: it
/// refuses new connections, lets requests under way finish for `limits.stop`, and closes the rest.
pub async fn serve(
    router: Router,
    apart: Apart,
    settings: &Settings,
    stop: CancellationToken,
) -> Result<Running, ServeError> {
    let limits = &settings.limits;
    let certificate = match settings.server.tls.files() {
        Some((cert, key)) => Some(Arc::new(Certificate::load(cert, key)?)),
        None => None,
    };
    match &certificate {
        Some(certificate) => drop(tokio::spawn(Arc::clone(certificate).keep_fresh(stop.clone()))),
        // `systemctl reload` must not end a server that has nothing to read again.
        None => drop(super::signals::hangups()),
    }
    let connections = Arc::new(Connections::new(limits, &settings.server.trusted_proxies));
    let malformed = Arc::new(Malformed::new());
    let acceptor = |certificate| {
        let (connections, malformed) = (Arc::clone(&connections), Arc::clone(&malformed));
        Acceptor::new(connections, malformed, certificate, limits, stop.clone())
    };

    let mut running = Running {
        addresses: Vec::new(),
        mutual_addresses: Vec::new(),
        admin_addresses: Vec::new(),
        handles: Vec::new(),
        listeners: JoinSet::new(),
        grace: limits.stop.get(),
        sockets: Sockets::new(limits.sockets, stop.clone()),
        stop: stop.clone(),
    };
    let router = router.layer(Extension(running.sockets.clone()));
    if let Some(listen) = &settings.server.mtls.listen {
        let authorities = match &settings.server.mtls.client_ca {
            Some(path) => Some(mutual::authorities(path)?),
            None => None,
        };
        let mutual = MutualAcceptor::new(acceptor(certificate.clone()).mutual(), authorities);
        for listener in bind("server.mtls.listen", listen)? {
            running.mutual_addresses.extend(listener.local_addr());
            running.listen(listener, router.clone(), mutual.clone(), limits);
        }
    }
    let tls = acceptor(certificate);
    for listener in bind("server.listen", &settings.server.listen)? {
        running.addresses.extend(listener.local_addr());
        running.listen(listener, router.clone(), tls.clone(), limits);
    }
    if let Some(listen) = &settings.server.admin.listen {
        for listener in bind("server.admin.listen", listen)? {
            running.admin_addresses.extend(listener.local_addr());
            running.listen(listener, apart.admin.clone(), tls.clone(), limits);
        }
    }
    if let (true, Some(listen)) = (settings.metrics.enabled, &settings.metrics.listen) {
        let plain = acceptor(None);
        for listener in bind("metrics.listen", listen)? {
            running.listen(listener, apart.metrics.clone(), plain.clone(), limits);
        }
    }
    Ok(running)
}

/// A machine may have no IPv6: then IPv4's loopback, or everything of IPv4, is enough.
fn bind(key: &'static str, listen: &Listen) -> Result<Vec<TcpListener>, ServeError> {
    let mut bound = Vec::new();
    for address in listen.addresses() {
        match socket(*address) {
            Ok(listener) => bound.push(listener),
            Err(error) if missing_ipv6(*address, &error) && listen.addresses().len() > 1 => {
                tracing::warn!(%address, %error, "this machine has no such address");
            }
            Err(error) => {
                return Err(ServeError::Bind {
                    key,
                    address: *address,
                    error,
                });
            }
        }
    }
    Ok(bound)
}

/// An IPv6 socket is IPv6's alone, whatever the system's default: so `0.0.0.0` and `[::]` can stand side by side.
fn socket(address: SocketAddr) -> io::Result<TcpListener> {
    /// Connections that wait to be accepted; the system may hold it lower.
    const BACKLOG: i32 = 1024;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // A restart must not wait for the last connections of the process before it. (On Windows it means something else.)
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

fn missing_ipv6(address: SocketAddr, error: &io::Error) -> bool {
    /// "Address family not supported", for which the standard library has no word.
    const EAFNOSUPPORT: i32 = 97;
    let missing =
        error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(EAFNOSUPPORT);
    missing && address.is_ipv6() && (address.ip().is_loopback() || address.ip().is_unspecified())
}

/// A server that listens.
#[derive(Debug)]
pub struct Running {
    addresses: Vec<SocketAddr>,
    mutual_addresses: Vec<SocketAddr>,
    admin_addresses: Vec<SocketAddr>,
    handles: Vec<Handle<SocketAddr>>,
    listeners: JoinSet<io::Result<()>>,
    grace: Duration,
    sockets: Sockets,
    stop: CancellationToken,
}

impl Running {
    /// The addresses that are listened on, with the ports that the system chose.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The addresses where clients may bring certificates.
    pub fn mutual_addresses(&self) -> &[SocketAddr] {
        &self.mutual_addresses
    }

    /// The addresses of the console and the admin API, where they have their own.
    pub fn admin_addresses(&self) -> &[SocketAddr] {
        &self.admin_addresses
    }

    /// Asks it to stop.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until it has been asked to stop and has stopped. Returns how many connections had to be cut with a
    /// request under way.
    pub async fn finished(mut self) -> usize {
        tokio::select! {
            () = self.stop.cancelled() => {}
            // A listener ends by itself only if the system takes its socket away.
            _ = self.listeners.join_next() => self.stop.cancel(),
        }
        for handle in &self.handles {
            handle.graceful_shutdown(None);
        }
        let all = async {
            while self.listeners.join_next().await.is_some() {}
            // They end by themselves as well, and say goodbye.
            self.sockets.closed().await;
        };
        if tokio::time::timeout(self.grace, all).await.is_ok() {
            return 0;
        }
        let requests: usize = self.handles.iter().map(Handle::connection_count).sum();
        let cut = requests + self.sockets.count();
        for handle in &self.handles {
            handle.shutdown();
        }
        tracing::warn!(cut, "requests under way were cut off");
        cut
    }

    fn listen<A>(&mut self, listener: TcpListener, router: Router, acceptor: A, limits: &Limits)
    where
        A: Accept<TcpStream, Served> + Clone + Send + Sync + 'static,
        A::Stream: AsyncRead + AsyncWrite + Unpin + Send,
        A::Service: SendService<Request<Incoming>> + Send,
        A::Future: Send,
    {
        let handle = Handle::new();
        let mut server = axum_server::Server::<SocketAddr>::from_listener(listener);
        let head = limits.request_line.as_usize() + limits.headers.as_usize();
        let http = server.http_builder();
        // Twice what is allowed: up to there the answer is ours, with its id; beyond, the library ends it.
        http.http1()
            .max_buf_size((2 * head).max(16 << 10))
            .max_headers(2 * limits.header_fields);
        // What a peer may reset before and after it was looked at, and what it may leave unread of answers (SEC-158).
        http.http2()
            .max_concurrent_streams(limits.streams)
            .max_header_list_size(u32::try_from(2 * head).unwrap_or(u32::MAX))
            .max_pending_accept_reset_streams(20)
            .max_local_error_reset_streams(100)
            .max_send_buf_size(256 << 10);
        let server = server
            .acceptor(acceptor)
            .handle(handle.clone())
            .first_request_timeout(limits.header.get())
            .accept_error_handler(|peer: Option<&SocketAddr>, error: &io::Error| {
                metrics::counter!("signet_connections_refused_total").increment(1);
                tracing::debug!(?peer, %error, "a connection wasn't accepted");
            });
        self.handles.push(handle);
        self.listeners
            .spawn(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()));
    }
}
