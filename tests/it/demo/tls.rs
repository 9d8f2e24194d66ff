//! `--tls`.

use std::sync::Arc;

use http::StatusCode;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use signet::demo::Wishes;

use super::Demo;

#[tokio::test]
async fn with_tls_everything_is_https_under_the_demo_s_own_authority() {
    let wishes = Wishes {
        tls: true,
        ..Wishes::default()
    };
    let demo = Demo::wished(wishes).await;
    let manifest = demo.running.manifest.clone();
    assert!(manifest.issuer.starts_with("https://localhost:"));
    let mut visitor = demo.visitor();
    let port = manifest.issuer.rsplit(':').next().unwrap().to_owned();
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let answer = visitor.get(&format!("https://{host}:{port}/health/live")).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
    }
    let shop = visitor.get(&format!("https://127.0.0.1:{port}/demo/")).await;
    assert_eq!(shop.location(), manifest.brand_page);
    for connector in ["implicit", "code", "code_pkce"] {
        let answer = visitor.chat(connector, &manifest.consumers[0]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{connector}");
        let view = visitor.agent_view(&answer).await;
        assert!(
            view.contains("currentTime"),
            "its socket opened over TLS, too: {view}"
        );
    }
    demo.end().await;
}

#[tokio::test]
async fn with_tls_a_client_can_bring_its_certificate() {
    let wishes = Wishes {
        tls: true,
        ..Wishes::default()
    };
    let demo = Demo::wished(wishes).await;
    let manifest = demo.running.manifest.clone();
    let mtls = manifest.mtls.unwrap();
    let authority = std::fs::read(manifest.ca_file.unwrap()).unwrap();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(&authority).unwrap())
        .unwrap();
    let (certificate, key) = (
        std::fs::read(&mtls.certificate).unwrap(),
        std::fs::read(&mtls.key).unwrap(),
    );
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(
            vec![CertificateDer::from_pem_slice(&certificate).unwrap()],
            PrivateKeyDer::from_pem_slice(&key).unwrap(),
        )
        .unwrap();
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .build()
        .unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", mtls.client_id.as_str()),
    ];
    let ask = async |base: &str| {
        let answer = http
            .post(format!("{base}/token"))
            .form(&form)
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            answer.json::<serde_json::Value>().await.unwrap(),
        )
    };
    let (status, tokens) = ask(&mtls.base_url).await;
    assert_eq!(
        (status, &tokens["token_type"]),
        (200, &"Bearer".into()),
        "{tokens}"
    );
    assert_eq!(ask(&manifest.issuer).await.0, 401);
    demo.end().await;
}

#[tokio::test]
async fn the_authority_s_private_key_is_nowhere() {
    let wishes = Wishes {
        tls: true,
        ..Wishes::default()
    };
    let demo = Demo::wished(wishes).await;
    let authority = demo.running.manifest.ca_file.clone().unwrap();
    assert!(!std::fs::read_to_string(&authority).unwrap().contains("PRIVATE"));
    let folder = authority.parent().unwrap();
    let keys: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .filter(|path| {
            std::fs::read(path)
                .unwrap()
                .windows(11)
                .any(|part| part == b"PRIVATE KEY")
        })
        .collect();
    let mut keys = keys;
    keys.sort();
    // The manifest's is a back end's, which it signs with.
    let known = ["certificate.key", "client.key", "manifest.json"].map(|name| folder.join(name));
    assert_eq!(keys, known);
    demo.end().await;
}
