//! Own TLS.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use signet::config::{Settings, Tls};
use signet::server::Running;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::program::Program;
use super::{hasty, start};

/// Writes a fresh self-signed certificate and its key, and returns it.
fn write_certificate(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    made.cert.der().clone()
}

fn settings(folder: &Path) -> Settings {
    let mut settings = hasty();
    settings.server.tls = Tls {
        cert: Some(folder.join("cert.pem")),
        key: Some(folder.join("key.pem")),
    };
    settings.server.public_url = "https://localhost".parse().unwrap();
    settings
}

async fn begin(folder: &Path) -> (SocketAddr, Running) {
    start(&settings(folder)).await
}

async fn connect(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config))
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_with_http_1_and_2() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = write_certificate(folder.path());
    let (address, _running) = begin(folder.path()).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut stream = connect(address, &trusted, &[version], &["http/1.1"])
            .await
            .unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"),
            "{answer:?}"
        );
        assert!(answer.contains("strict-transport-security"));
    }
    let stream = connect(address, &trusted, &[&rustls::version::TLS13], &["h2", "http/1.1"])
        .await
        .unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn http_2_is_answered_and_closed_when_it_rests_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = write_certificate(folder.path());
    let mut settings = settings(folder.path());
    settings.limits.request = signet::config::Period::millis(500);
    let (address, _running) = start(&settings).await;
    let stream = connect(address, &trusted, &[&rustls::version::TLS13], &["h2"])
        .await
        .unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    let ended = tokio::spawn(connection);
    let request = http::Request::get("https://localhost/")
        .body(String::new())
        .unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("connection"));
    drop(response);
    let ended = tokio::time::timeout(Duration::from_secs(4), ended).await;
    assert!(ended.is_ok(), "an idle HTTP/2 connection may stay for ever");
    drop(sender);
}

#[tokio::test]
async fn a_certificate_is_read_again_when_it_changes_and_a_broken_one_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let first = write_certificate(folder.path());
    let (address, _running) = begin(folder.path()).await;
    let both = [&rustls::version::TLS13, &rustls::version::TLS12];
    assert!(connect(address, &first, &both, &[]).await.is_ok());

    std::fs::write(folder.path().join("cert.pem"), "nonsense").unwrap();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(
        connect(address, &first, &both, &[]).await.is_ok(),
        "the old one should stay in force"
    );

    let second = write_certificate(folder.path());
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if connect(address, &second, &both, &[]).await.is_ok() {
            assert!(connect(address, &first, &both, &[]).await.is_err());
            return;
        }
    }
    panic!("the new certificate was never taken");
}

/// Puts a file in another's place, with the length and the time that all files of the test have: a look at them tells
/// no change.
fn put_unseen(from: &Path, to: &Path) {
    let mut text = std::fs::read_to_string(from).unwrap();
    text.push_str(&"\n".repeat(4096 - text.len()));
    std::fs::write(from, text).unwrap();
    let file = std::fs::File::options().write(true).open(from).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_hours(24))
        .unwrap();
    std::fs::rename(from, to).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn sighup_reads_the_certificate_again_and_a_broken_one_is_told_and_not_taken() {
    let (folder, beside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let write = || {
        let made = write_certificate(beside.path());
        put_unseen(&beside.path().join("cert.pem"), &cert);
        put_unseen(&beside.path().join("key.pem"), &key);
        made
    };
    let first = write();
    let program = Program::new()
        .with("SIGNET_SERVER__TLS__CERT", cert.display().to_string())
        .with("SIGNET_SERVER__TLS__KEY", key.display().to_string())
        .with("SIGNET_SERVER__PUBLIC_URL", "https://localhost".to_owned());
    let serving = program.serve();
    let takes = async |trusted| {
        let both = [&rustls::version::TLS13, &rustls::version::TLS12];
        connect(program.address, trusted, &both, &[]).await.is_ok()
    };
    let told = async |line: &str| {
        for _ in 0..100 {
            if program.log().contains(line) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    };
    assert!(takes(&first).await);

    let second = write();
    serving.signal("HUP");
    assert!(told("the certificate was read again").await, "{}", program.log());
    assert!(takes(&second).await && !takes(&first).await);

    let nonsense = beside.path().join("nonsense");
    std::fs::write(&nonsense, "nonsense").unwrap();
    put_unseen(&nonsense, &cert);
    serving.signal("HUP");
    let refusal = "the new certificate can't be used; the old one stays";
    assert!(told(refusal).await, "{}", program.log());
    assert!(takes(&second).await);
}

#[tokio::test]
async fn sec_157_a_handshake_that_never_comes_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path());
    let mut settings = settings(folder.path());
    settings.limits.handshake = signet::config::Period::millis(200);
    let (address, _running) = start(&settings).await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut nothing = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(2), silent.read_to_end(&mut nothing)).await;
    assert!(closed.is_ok() && nothing.is_empty());
}

#[tokio::test]
async fn certificate_and_key_must_belong_together() {
    let folder = tempfile::tempdir().unwrap();
    write_certificate(folder.path());
    let cert = std::fs::read(folder.path().join("cert.pem")).unwrap();
    write_certificate(folder.path());
    std::fs::write(folder.path().join("cert.pem"), cert).unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let error = signet::server::serve(
        axum::Router::new(),
        signet::server::Apart::default(),
        &settings(folder.path()),
        stop,
    )
    .await
    .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("server.tls: certificate and key can't be used together"),
        "{error}"
    );
}
