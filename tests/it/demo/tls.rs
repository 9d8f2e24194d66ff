//! `--tls`.

use http::StatusCode;
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
    }
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
    assert_eq!(keys, [folder.join("certificate.key")]);
    demo.end().await;
}
