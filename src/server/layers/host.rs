//! The host that a request is for must be one of ours (SEC-078).

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use http::uri::Authority;
use http::{StatusCode, header};

use crate::config::{PublicUrl, Server};
use crate::http::Problem;

type Ask = dyn Fn(String) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync;

/// Hosts beside the public URL's: those of accounts with an issuer of their own.
#[derive(Clone)]
pub struct KnownHosts(Arc<Ask>);

impl KnownHosts {
    /// None.
    pub fn none() -> Self {
        Self::asking(|_| std::future::ready(false))
    }

    /// Those that `ask` knows. It is given a host in lower case without its port, for each request whose host isn't
    /// the public URL's, so it must answer from memory.
    pub fn asking<F, A>(ask: F) -> Self
    where
        F: Fn(String) -> A + Send + Sync + 'static,
        A: Future<Output = bool> + Send + 'static,
    {
        Self(Arc::new(move |host| Box::pin(ask(host))))
    }

    pub(super) async fn know(&self, host: String) -> bool {
        (self.0)(host).await
    }
}

impl fmt::Debug for KnownHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownHosts")
    }
}

/// The host that a request is for, if it isn't the public URL's; 400 where it names none or several. Probes reach us
/// by address, and are exempt.
pub(super) fn foreign(request: &Request, server: &Server) -> Result<Option<String>, Problem> {
    if is_probe(request.uri().path()) {
        return Ok(None);
    }
    let authority = authority(request)?;
    let host = authority.host();
    let is = |public: &PublicUrl| {
        host.eq_ignore_ascii_case(public.host()) || (public.is_loopback() && loopback(host))
    };
    let others = [&server.mtls.public_url, &server.admin.public_url];
    let ours = is(&server.public_url) || others.into_iter().flatten().any(is);
    Ok((!ours).then(|| host.to_ascii_lowercase()))
}

/// The answer to a request for a host that nobody here knows.
pub(super) fn misdirected() -> Problem {
    Problem::new(StatusCode::MISDIRECTED_REQUEST).detail("This server doesn't answer for that host.")
}

/// Whether a path is one that machines ask every few seconds.
pub(super) fn is_probe(path: &str) -> bool {
    path.starts_with("/health/") || path == "/metrics"
}

/// A name that leads to this machine wherever it is looked up, so that no foreign page can borrow it.
fn loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// The one host that the request names: in its target (HTTP/2 always does), or in its `Host` field.
fn authority(request: &Request) -> Result<Authority, Problem> {
    let bad = |detail| Problem::new(StatusCode::BAD_REQUEST).detail(detail);
    let mut fields = request.headers().get_all(header::HOST).iter();
    let field = match (fields.next(), fields.next()) {
        (Some(field), None) => Some(
            Authority::try_from(field.as_bytes())
                .ok()
                .filter(|authority| !authority.as_str().contains('@'))
                .ok_or_else(|| bad("The Host field is malformed."))?,
        ),
        (None, _) => None,
        (Some(_), Some(_)) => return Err(bad("There is more than one Host field.")),
    };
    match (request.uri().authority().cloned(), field) {
        (Some(target), Some(field)) if target != field => {
            Err(bad("Target and Host field name different hosts."))
        }
        (Some(authority), _) | (None, Some(authority)) => Ok(authority),
        (None, None) => Err(bad("The Host field is missing.")),
    }
}
