use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use outbound::{Accept, Client, Error, Exemption, Options, SetupError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use crate::support::answer;

/// An https server on loopback with a certificate of an authority of its own.
struct Secure {
    port: u16,
    ca: String,
}

fn start(names: &[&str]) -> Secure {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let certificate = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, &ca)
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate.der().to_vec())],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = Arc::new(config);
    // It ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(answer("200 OK", "application/json", "{}").as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    Secure { port, ca: ca.pem() }
}

fn client(extra_ca: Option<&str>) -> Client {
    let allow_hosts = vec![Exemption {
        host: "localhost".to_owned(),
        port: None,
    }];
    let extra_ca = extra_ca.map(|pem| pem.as_bytes().to_vec());
    Client::new(Options {
        extra_ca,
        allow_hosts,
        ..Options::default()
    })
    .unwrap()
}

async fn call(client: &Client, server: &Secure) -> Result<(), Error> {
    let url = Url::parse(&format!("https://localhost:{}/", server.port)).unwrap();
    client.get(&url, Accept::Json).await.map(drop)
}

#[tokio::test]
async fn an_extra_authority_is_trusted_beside_the_machines() {
    let server = start(&["localhost"]);
    call(&client(Some(&server.ca)), &server).await.unwrap();
}

#[tokio::test]
async fn sec_145_an_unknown_authority_is_not_trusted_even_for_an_exempt_host() {
    let (server, other) = (start(&["localhost"]), start(&["localhost"]));
    for client in [client(None), client(Some(&other.ca))] {
        let error = call(&client, &server).await.unwrap_err();
        assert!(matches!(error, Error::Tls(_)), "{error:?}");
    }
}

#[tokio::test]
async fn sec_145_a_certificate_for_another_name_is_not_taken() {
    let server = start(&["example.com", "127.0.0.1"]);
    let error = call(&client(Some(&server.ca)), &server).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn https_to_a_plain_server_is_an_error_of_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(
            b"HTTP/1.1 400 Bad Request

",
        );
    });
    let server = Secure {
        port,
        ca: String::new(),
    };
    let error = call(&client(None), &server).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
}

#[test]
fn an_authority_that_is_none_stops_the_start() {
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "no PEM", garbage, "-----BEGIN CERTIFICATE-----\n"] {
        let options = Options {
            extra_ca: Some(pem.as_bytes().to_vec()),
            ..Options::default()
        };
        assert!(
            matches!(Client::new(options), Err(SetupError::ExtraCa(_))),
            "{pem:?}"
        );
    }
}
