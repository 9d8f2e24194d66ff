//! What the provider says of itself, word for word.

use axum::body::Body;
use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};

use crate::support::app::{App, request};
use crate::support::client::NewClient;
use crate::support::db::FreshDb;
use crate::support::tokens::{payload, verified};

#[tokio::test]
async fn the_discovery_document() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let answer = app.get("/.well-known/openid-configuration").await;
    insta::assert_json_snapshot!(answer.json());
    assert_eq!(answer.header(CACHE_CONTROL), Some("public, max-age=300"));
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
    let other = app.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(other.body, answer.body);
    fresh.throw_away().await;
}

#[tokio::test]
async fn every_advertised_endpoint_is_served() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let document = app.get("/.well-known/openid-configuration").await.json();
    for (name, url) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let status = app.get(url.as_str().unwrap()).await.status.as_u16();
            assert_ne!(status, 404, "{name}");
        }
    }
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_078_no_header_changes_what_it_says() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let path = "/.well-known/openid-configuration";
    let plain = app.get(path).await.body;
    for (name, value) in [
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.test;proto=http"),
        ("x-original-url", "/a/other"),
    ] {
        let answer = app
            .send(
                request("GET", path)
                    .header(name, value)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await;
        assert_eq!(answer.body, plain, "{name}");
    }
    let foreign = http::Request::builder()
        .uri(path)
        .header("host", "evil.test")
        .body(Body::empty())
        .unwrap();
    let answer = app.send(foreign).await;
    assert_eq!(answer.status, 421);
    assert!(!answer.body.contains("evil"));
    fresh.throw_away().await;
}

/// Under a fixed clock, key and randomness the claims are always the same.
#[tokio::test]
async fn an_id_token_word_for_word() {
    let fresh = FreshDb::sqlite().await;
    let app = App::on(&fresh).await;
    let client = NewClient::web("web").on(&app).await;
    let mut browser = app.signed_in(&app.consumer("ana").await).await;
    let code = browser
        .ask(&client.ask().with("max_age", "60"))
        .await
        .sent()
        .code();
    let tokens = client.redeem(&code).send(&app).await.json();
    let id_token = tokens["id_token"].as_str().unwrap();
    verified(&app, id_token, "web").await;
    insta::assert_json_snapshot!(payload(id_token));
    let header: String = id_token.split('.').next().unwrap().to_owned();
    let header = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).unwrap();
    insta::assert_json_snapshot!(
        "an_id_token_header",
        serde_json::from_slice::<serde_json::Value>(&header).unwrap()
    );
    fresh.throw_away().await;
}
