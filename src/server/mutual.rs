//! The listener that asks who calls (RFC 8705): connections may bring a certificate along, which the handshake proves to be
//! theirs. Whom it stands for is decided where clients are authenticated.

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, RootCertStore, SignatureScheme};
use tokio::net::TcpStream;
use tower::Layer as _;

use super::acceptor::Acceptor;
use super::guarded::Guarded;
use super::tls::CertificateError;
use crate::context::PeerCertificate;

/// The authorities whose certificates prove a name (`tls_client_auth`).
pub(super) type Authorities = Arc<dyn ClientCertVerifier>;

/// Reads a file of authorities.
pub(super) fn authorities(path: &Path) -> Result<Authorities, CertificateError> {
    let bytes = std::fs::read(path).map_err(|error| CertificateError::Read(path.to_path_buf(), error))?;
    let pem = |what| CertificateError::Pem(path.to_path_buf(), what);
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|_| pem("not a PEM file with certificates"))?;
        roots
            .add(certificate)
            .map_err(|_| pem("holds a certificate that is no authority's"))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider)
        .build()
        .map_err(|_| pem("holds no certificate"))?;
    Ok(verifier)
}

/// Takes whichever certificate a client has, and none: the handshake proves that the key is theirs, and nothing else.
#[derive(Debug)]
pub(super) struct AnyCertificate(WebPkiSupportedAlgorithms);

impl AnyCertificate {
    pub(super) fn new() -> Arc<Self> {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        Arc::new(Self(provider.signature_verification_algorithms))
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Gives each request of a connection the certificate that came with it.
#[derive(Clone)]
pub(super) struct MutualAcceptor {
    acceptor: Acceptor,
    authorities: Option<Authorities>,
}

impl MutualAcceptor {
    pub(super) fn new(acceptor: Acceptor, authorities: Option<Authorities>) -> Self {
        Self {
            acceptor,
            authorities,
        }
    }

    /// The peer's certificate, and whether one of the authorities stands for it now.
    fn peer(&self, connection: &Guarded) -> Option<Arc<PeerCertificate>> {
        let (own, chain) = connection.peer_certificates()?.split_first()?;
        let certificate = jose::ClientCertificate::parse(own).ok()?;
        let is_trusted = self.authorities.as_ref().is_some_and(|authorities| {
            authorities
                .verify_client_cert(own, chain, UnixTime::now())
                .is_ok()
        });
        Some(Arc::new(PeerCertificate {
            certificate,
            is_trusted,
        }))
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for MutualAcceptor {
    type Stream = Guarded;
    type Service = AddExtension<S, Option<Arc<PeerCertificate>>>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Guarded, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let (connection, service) = this.acceptor.accept(stream, service).await?;
            let peer = this.peer(&connection);
            Ok((connection, Extension(peer).layer(service)))
        })
    }
}
