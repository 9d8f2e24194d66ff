//! The listener that asks who calls.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use jose::{Algorithm, Certificate, PrivateKey, RsaBits};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use signet::config::{Listen, Tls};
use signet::context::PeerCertificate;
use signet::server::{Apart, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::hasty;

async fn who(axum::Extension(peer): axum::Extension<Option<Arc<PeerCertificate>>>) -> String {
    match peer {
        Some(peer) => format!("{} {}", peer.certificate.thumbprint(), peer.is_trusted),
        None => "nobody".to_owned(),
    }
}

type Own = (CertificateDer<'static>, PrivateKeyDer<'static>);

#[tokio::test]
async fn a_connection_may_bring_a_certificate_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(path("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(path("cert.pem"), made.cert.pem()).unwrap();
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    std::fs::write(
        path("ca.pem"),
        authority.self_signed(&authority_key).unwrap().pem(),
    )
    .unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let own_key = rcgen::KeyPair::generate().unwrap();
    let mut own = rcgen::CertificateParams::new(vec!["shop.example".to_owned()]).unwrap();
    own.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let own = own.signed_by(&own_key, &issuer).unwrap();

    let mut settings = hasty();
    settings.server.tls = Tls {
        cert: Some(path("cert.pem")),
        key: Some(path("key.pem")),
    };
    settings.server.public_url = "https://localhost".parse().unwrap();
    settings.server.mtls.listen = Some(Listen::localhost(0));
    settings.server.mtls.client_ca = Some(path("ca.pem"));
    let router = Router::new()
        .route("/", get(who))
        .route("/plain", get(|| async { "hello" }));
    let stop = CancellationToken::new();
    let running = serve(router, Apart::default(), &settings, stop).await.unwrap();
    let (plain, mutual) = (running.addresses()[0], running.mutual_addresses()[0]);

    let named: Own = (
        own.der().clone(),
        PrivateKeyDer::try_from(own_key.serialize_der()).unwrap(),
    );
    let key = PrivateKey::generate(Algorithm::ES256, RsaBits::Rsa2048).unwrap();
    let certificate = Certificate::self_signed(&key, "me", 0, 4_000_000_000).unwrap();
    let der = key.to_pkcs8_der().unwrap();
    let alone: Own = (
        certificate.as_der().to_vec().into(),
        PrivateKeyDer::try_from(der.to_vec()).unwrap(),
    );
    let trusted = made.cert.der();
    let thumbprint = |own: &Own| {
        jose::ClientCertificate::parse(&own.0)
            .unwrap()
            .thumbprint()
            .to_owned()
    };
    let expected = format!("{} true", thumbprint(&named));
    assert_eq!(ask(mutual, trusted, Some(&named), "/").await, expected);
    let expected = format!("{} false", thumbprint(&alone));
    assert_eq!(ask(mutual, trusted, Some(&alone), "/").await, expected);
    assert_eq!(ask(mutual, trusted, None, "/").await, "nobody");
    // Elsewhere nobody is asked.
    assert_eq!(ask(plain, trusted, Some(&named), "/plain").await, "hello");
    running.stop();
    running.finished().await;
}

async fn ask(
    address: std::net::SocketAddr,
    trusted: &CertificateDer<'static>,
    own: Option<&Own>,
    path: &str,
) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match own {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => config
            .with_client_auth_cert(vec![certificate.clone()], key.clone_key())
            .unwrap(),
    };
    let stream = TcpStream::connect(address).await.unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
}
