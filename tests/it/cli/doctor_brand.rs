//! `signet doctor` on a brand's page, a connector and a token, as commands beside a server that runs.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{BRAND_CONNECTOR, PLATFORM_CLIENT};
use crate::server::program::{Program, Serving};

type Page = Arc<Mutex<String>>;

/// A brand's web server with one page.
async fn shop() -> (String, Page) {
    let page = Page::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let show = async |State(page): State<Page>| Html(page.lock().unwrap().clone());
    let router = axum::Router::new()
        .route("/", get(show))
        .with_state(Arc::clone(&page));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, page)
}

/// A server with a platform's client and a connector to it, which may call the shop.
fn house(shop: &str) -> (Program, Serving, String) {
    let program = Program::new();
    let port = program.address.port();
    let issuer = format!("http://localhost:{port}");
    let program = program
        .with("SIGNET_SERVER__PUBLIC_URL", issuer.clone())
        .with("SIGNET_OUTBOUND__ALLOW_HOSTS", format!("localhost:{port},{shop}"));
    for arguments in [
        &["account", "create", "--name", "Acme Shop"][..],
        PLATFORM_CLIENT,
        BRAND_CONNECTOR,
    ] {
        let output = program.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
    let serving = program.serve();
    (program, serving, issuer)
}

/// The exit status, and the document.
async fn doctor(program: &Program, more: &[&str]) -> (i32, Value) {
    let mut command = program.command(&[&["doctor", "--json"], more].concat());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    (output.status.code().unwrap(), document)
}

fn check<'a>(document: &'a Value, name: &str) -> &'a Value {
    let all = document["checks"].as_array().unwrap();
    let found = all.iter().find(|it| it["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {document}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_a_page_and_a_token_without_a_fault_are_well_and_each_fault_is_named_and_fails() {
    let (shop, page) = shop().await;
    let (program, _serving, issuer) = house(&shop);
    let url = format!("http://{shop}/");

    let (status, document) = doctor(&program, &["--connector", "brand"]).await;
    assert_eq!((status, &document["ok"]), (0, &json!(true)), "{document}");
    for name in [
        "connector",
        "connector_issuer",
        "connector_token_endpoint",
        "connector_state",
        "connector_client",
        "connector_clock",
    ] {
        assert_eq!(check(&document, name)["verdict"], "ok", "{document}");
    }
    // Plain http is good enough for this machine alone.
    let keys = &check(&document, "connector_keys")["findings"];
    assert!(keys.to_string().contains("it is not https"), "{keys}");
    assert!(
        check(&document, "connector_state")["notes"]
            .to_string()
            .contains("comes back as it was sent")
    );

    // Without --connector, the account's first choice is meant.
    let window = ["--redirect-uri", "https://liveperson.net"];
    let (_, document) = doctor(&program, &window).await;
    let state = check(&document, "connector_state");
    assert_eq!(state["verdict"], "ok", "{document}");
    let window = ["--redirect-uri", "https://window.platform.test/cb"];
    let (_, document) = doctor(&program, &window).await;
    let state = check(&document, "connector_state");
    assert_eq!(state["verdict"], "unchecked", "{document}");
    assert!(
        state["notes"]
            .to_string()
            .contains("is https://window.platform.test/cb registered there?"),
        "{state}"
    );
    let helper = format!("<script src=\"{issuer}/sdk/signet.js\" data-client=\"messaging\"></script>");
    page.lock().unwrap().clone_from(&helper);
    let (_, document) = doctor(&program, &["--page", &url]).await;
    let found = check(&document, "connector_page")["findings"].to_string();
    // An address and a name are two sites; nothing else is wrong.
    assert!(
        found.contains("(F-22)") && found.matches("\"problem\"").count() == 1,
        "{found}"
    );

    *page.lock().unwrap() = format!(
        "<script>lpGetAuthenticationToken = (cb) => {{ window.open('{issuer}/authorize'); }}; \
         lpTag.identities.push((done) => done({{iss: '{issuer}/', acr: 'loa1', sub: 'dana@mail.example'}}))</script>"
    );
    let (status, document) = doctor(&program, &["--connector", "brand", "--page", &url]).await;
    assert_eq!((status, &document["ok"]), (1, &json!(false)), "{document}");
    let found = check(&document, "connector_page")["findings"].to_string();
    for number in ["(F-05)", "(F-12)", "(F-23)", "(F-27)"] {
        assert!(found.contains(number), "{number}: {found}");
    }
    let text = program.command(&["doctor", "--page", &url]);
    let text = tokio::task::spawn_blocking(move || {
        let mut text = text;
        text.output().unwrap()
    })
    .await
    .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("WRONG      connector_page") && text.contains("mend: "),
        "{text}"
    );

    // A page that nobody answers for is wrong, and a token file that isn't there is told of.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (status, document) = doctor(&program, &["--page", &format!("http://{nobody}/")]).await;
    assert_eq!(
        (status, &check(&document, "connector_page")["verdict"]),
        (1, &json!("wrong")),
        "{document}"
    );
    let (_, document) = doctor(&program, &["--token-file", "nowhere"]).await;
    assert_eq!(
        check(&document, "connector_token")["verdict"],
        "unchecked",
        "{document}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_file_is_read_as_the_platform_reads_it_plain_and_encrypted() {
    let (shop, _page) = shop().await;
    let (program, _serving, _) = house(&shop);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    // A brand elsewhere, whose key is pasted.
    let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.pkcs8.pem");
    let key = jose::PrivateKey::from_pem(Some(jose::Algorithm::RS256), pem).unwrap();
    let pasted = key.public().to_spki_line();
    let issuer = format!("http://{shop}");
    let output = program.run(&[
        "connector",
        "create",
        "--id",
        "elsewhere",
        "--type",
        "implicit",
        "--issuer",
        &issuer,
        "--authorization-endpoint",
        &format!("{issuer}/authorize"),
        "--client-id",
        "messaging",
        "--jwt-public-key",
        &pasted,
    ]);
    assert!(output.status.success(), "{output:?}");
    let signer = jose::Signer::new(key);
    let signed = |exp: Value| {
        let claims =
            json!({"iss": issuer, "aud": "messaging", "sub": "c-7f3a9d", "iat": 1_700_000_000, "exp": exp});
        signer
            .sign(jose::Typ::Jwt, claims.to_string().as_bytes())
            .unwrap()
    };
    let forged = |token: String| {
        let (rest, _) = token.rsplit_once('.').unwrap();
        format!("{rest}.{}", "A".repeat(342))
    };
    // The gateway's key, as a brand gets it.
    let output = program.run(&["gateway", "encryption-key", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let line = told["spki_line"].as_str().unwrap();
    let encrypted = |kid: &str, inside: &str| {
        let key = jose::EncryptionKey::from_spki_line(line).unwrap().with_kid(kid);
        key.encrypt(
            jose::ContentEncryption::A256Gcm,
            Some(jose::Typ::Jwt),
            inside.as_bytes(),
        )
        .unwrap()
    };
    let kid = told["kid"].as_str().unwrap();
    let milliseconds = || signed(json!(1_700_003_600_000_i64));
    let file = program.path().join("token");
    for (token, status, says) in [
        (signed(json!(1_700_003_600)), 0, ""),
        (milliseconds(), 1, "(F-04)"),
        (forged(signed(json!(1_700_003_600))), 1, "(F-01, F-20)"),
        (encrypted(kid, &signed(json!(1_700_003_600))), 0, ""),
        (encrypted(kid, &milliseconds()), 1, "(F-04)"),
        (encrypted("another platform's", &milliseconds()), 0, ""),
        (
            format!("{}.a.b.c.d", part(&json!({"alg": "RSA1_5", "enc": "A256GCM"}))),
            1,
            "(F-08)",
        ),
    ] {
        std::fs::write(&file, format!("{token}\n")).unwrap();
        let (ended, document) =
            doctor(&program, &["--connector", "elsewhere", "--token-file", "token"]).await;
        let found = check(&document, "connector_token")["findings"].to_string();
        assert_eq!(ended, status, "{document}");
        assert!(
            found.contains(says) && (found == "[]") == says.is_empty(),
            "{says}: {found}"
        );
    }
}
