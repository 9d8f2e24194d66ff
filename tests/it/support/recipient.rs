//! A recipient of encrypted tokens: its private key, and a server of its own that publishes the public half.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use jose::{DecryptionKey, Jwe, JwkSet, KeyType, RsaBits};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use url::Url;

/// The messaging platform's key.
pub(crate) static PLATFORM: LazyLock<DecryptionKey> = LazyLock::new(|| {
    DecryptionKey::generate(KeyType::Rsa, RsaBits::Rsa2048)
        .unwrap()
        .with_kid("lp-enc-1")
});

/// The key that it has next.
pub(crate) static NEXT: LazyLock<DecryptionKey> = LazyLock::new(|| {
    DecryptionKey::generate(KeyType::Rsa, RsaBits::Rsa2048)
        .unwrap()
        .with_kid("lp-enc-2")
});

/// The set that publishes it.
pub(crate) fn set(keys: &[&DecryptionKey]) -> JwkSet {
    JwkSet {
        keys: keys.iter().map(|key| key.public().to_jwk()).collect(),
    }
}

/// The signed token inside.
pub(crate) fn decrypted(token: &str, key: &DecryptionKey) -> String {
    let jwe = Jwe::parse(token).unwrap();
    assert_eq!(jwe.header().kid.as_deref(), key.kid());
    jwe.decrypt_nested(key).unwrap()
}

/// A server with a JWK set, on the loopback interface.
#[derive(Debug)]
pub(crate) struct Publisher {
    pub(crate) jwks_uri: Url,
    served: Arc<Served>,
    /// Where its authority's certificate lies, if it speaks https.
    authority: Option<TempDir>,
}

#[derive(Debug)]
struct Served {
    /// None while it takes calls and answers none.
    answer: Mutex<Option<(StatusCode, String)>>,
    asked: Mutex<u32>,
}

impl Publisher {
    pub(crate) async fn of(keys: &[&DecryptionKey]) -> Self {
        let served = Arc::new(Served::with(json!(set(keys)).to_string()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let jwks_uri = format!("http://{}/jwks", listener.local_addr().unwrap());
        let router = served.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            jwks_uri: jwks_uri.parse().unwrap(),
            served,
            authority: None,
        }
    }

    /// The same by https, as `localhost`, under an authority that nobody else knows.
    pub(crate) async fn secure() -> Self {
        let served = Arc::new(Served::with(json!({"keys": []}).to_string()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (authority, acceptor) = certified();
        let (router, listener) = (served.router(), Secure { listener, acceptor });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            jwks_uri: format!("https://localhost:{port}/jwks").parse().unwrap(),
            served,
            authority: Some(authority),
        }
    }

    /// The file for `outbound.extra_ca`.
    pub(crate) fn authority(&self) -> PathBuf {
        authority_in(self.authority.as_ref().unwrap().path())
    }

    /// Where it publishes a request object.
    pub(crate) fn request_uri(&self) -> String {
        self.jwks_uri.join("/request").unwrap().to_string()
    }

    /// What it answers from now on.
    pub(crate) fn answers(&self, status: u16, body: &(impl ToString + ?Sized)) {
        *self.served.answer.lock().unwrap() = Some((StatusCode::from_u16(status).unwrap(), body.to_string()));
    }

    /// From now on it takes calls, and answers none.
    pub(crate) fn hangs(&self) {
        *self.served.answer.lock().unwrap() = None;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        *self.served.asked.lock().unwrap()
    }
}

impl Served {
    fn with(body: String) -> Self {
        Self {
            answer: Mutex::new(Some((StatusCode::OK, body))),
            asked: Mutex::default(),
        }
    }

    fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/jwks", get(answer))
            .route("/request", get(request_object))
            .with_state(Arc::clone(self))
    }
}

pub(crate) fn authority_in(folder: &Path) -> PathBuf {
    folder.join("ca.pem")
}

/// A server's certificate for `localhost`, and the folder with the authority that stands for it.
pub(crate) fn certified() -> (TempDir, TlsAcceptor) {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority =
        rcgen::CertifiedIssuer::self_signed(authority, rcgen::KeyPair::generate().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(authority_in(folder.path()), authority.pem()).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let own = own.signed_by(&key, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(own.der().to_vec())],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (folder, TlsAcceptor::from(Arc::new(config)))
}

struct Secure {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            // Whoever doesn't trust it goes away.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// The same, as a request object.
async fn request_object(served: State<Arc<Served>>) -> axum::response::Response {
    let mut response = answer(served).await;
    let kind = axum::http::HeaderValue::from_static("application/oauth-authz-req+jwt");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

async fn answer(State(served): State<Arc<Served>>) -> axum::response::Response {
    *served.asked.lock().unwrap() += 1;
    let answer = served.answer.lock().unwrap().clone();
    let (status, body) = match answer {
        Some(answer) => answer,
        None => std::future::pending().await,
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
