//! Subjects that each sector of clients sees another way.

use jose::{Algorithm, DecryptionKey, Jwe, KeyManagement};
use oauth::SubjectType;
use serde_json::{Value, json};
use signet::directory::client::{self, Draft};
use signet::directory::{By, Error};
use signet::model::ClientSettings;

use crate::directory::{given, problem};
use crate::support::app::{App, ISSUER};
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient, uris};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::recipient::{PLATFORM, Publisher, decrypted, set};
use crate::support::tokens::{payload, userinfo, verified};

fn pairwise(settings: &mut ClientSettings) {
    settings.subject_type = Some(SubjectType::Pairwise);
}

/// What an id_token and userinfo call the consumer: the same.
async fn told(app: &App, browser: &mut Browser<'_>, client: &TestClient) -> String {
    let code = browser.ask(&client.ask()).await.sent().code();
    let tokens = client.redeem(&code).send(app).await.json();
    let claims = verified(app, tokens["id_token"].as_str().unwrap(), &client.client_id).await;
    let told = userinfo(app, tokens["access_token"].as_str().unwrap())
        .await
        .json();
    assert_eq!(claims["sub"], told["sub"]);
    claims["sub"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn each_sector_sees_its_own_stable_subject(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let public = NewClient::web("public").on(&app).await;
        let one = NewClient::web("one").set(pairwise).on(&app).await;
        let same = NewClient::web("same").set(pairwise).set(|it| it.redirect_uris = uris(&["https://app.example.test/other"])).on(&app).await;
        let other = NewClient::web("other").set(pairwise).set(|it| it.redirect_uris = uris(&["https://b.example.test/cb"])).on(&app).await;
        let listed = NewClient::web("listed").set(pairwise).set(|it| {
            it.redirect_uris = uris(&["https://c.example.test/cb", "https://d.example.test/cb"]);
            it.sector_identifier_uri = Some("https://b.example.test/sector.json".to_owned());
        }).on(&app).await;
        assert_eq!(told(&app, &mut browser, &public).await, "sub-ana");
        let seen = told(&app, &mut browser, &one).await;
        assert!(seen.len() == 64 && !seen.contains("ana"), "{seen}");
        assert_eq!(told(&app, &mut browser, &one).await, seen);
        assert_eq!(told(&app, &mut browser, &same).await, seen);
        let there = told(&app, &mut browser, &other).await;
        assert_ne!(there, seen);
        assert_eq!(told(&app, &mut browser, &listed).await, there);
        let second = app.beside(fresh).await;
        let mut browser = browser.on(&second);
        assert_eq!(told(&second, &mut browser, &one).await, seen);
        let mut bea = second.signed_in(&second.consumer("bea").await).await;
        assert_ne!(told(&second, &mut bea, &one).await, seen);
    }

    async fn the_account_decides_for_clients_that_dont_say(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.change_account(&app.brand.clone(), |row| row.settings.subject_type = SubjectType::Pairwise).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = NewClient::web("web").on(&app).await;
        let public = NewClient::web("public").set(|it| it.subject_type = Some(SubjectType::Public)).on(&app).await;
        assert_ne!(told(&app, &mut browser, &client).await, "sub-ana");
        assert_eq!(told(&app, &mut browser, &public).await, "sub-ana");
    }

    async fn hints_and_claims_name_consumers_by_the_subject_that_was_told(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (ana, bea) = (app.consumer("ana").await, app.consumer("bea").await);
        let client = NewClient::web("one").set(pairwise).on(&app).await;
        let other = NewClient::web("other").set(pairwise).set(|it| it.redirect_uris = uris(&["https://b.example.test/cb"])).on(&app).await;
        let mut browser = app.signed_in(&ana).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let hint = client.redeem(&code).send(&app).await.json()["id_token"].as_str().unwrap().to_owned();
        let seen = payload(&hint)["sub"].as_str().unwrap().to_owned();
        let silent = |client: &TestClient| client.ask().with("prompt", "none");
        browser.ask(&silent(&client).with("id_token_hint", &hint)).await.sent().code();
        // A hint of one client's works at another, whose own name for the consumer is another.
        browser.ask(&silent(&other).with("id_token_hint", &hint)).await.sent().code();
        let claims = |sub: &str| json!({"id_token": {"sub": {"value": sub}}}).to_string();
        browser.ask(&silent(&client).with("claims", &claims(&seen))).await.sent().code();
        for sub in ["sub-ana", &seen.replace('a', "b")] {
            assert_eq!(browser.ask(&silent(&client).with("claims", &claims(sub))).await.sent_error(), "login_required");
        }
        assert_eq!(browser.ask(&silent(&other).with("claims", &claims(&seen))).await.sent_error(), "login_required");
        let mut hers = app.signed_in(&bea).await;
        assert_eq!(hers.ask(&silent(&client).with("id_token_hint", &hint)).await.sent_error(), "login_required");
    }

    async fn a_sector_identifier_is_fetched_and_lists_all_redirect_uris(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()]).await;
        let publisher = Publisher::of(&[]).await;
        let two = r#"redirect_uris=["https://a.example.test/cb","https://b.example.test/cb"]"#;
        let sector = format!("sector_identifier_uri={}", publisher.jwks_uri);
        let create = async |assignments: &[&str]| {
            let draft = Draft::described(&given(assignments))?;
            client::create(&app.services, &By::command(), &app.brand, None, draft).await.map(|made| made.client)
        };
        publisher.answers(200, &json!(["https://a.example.test/cb", "https://b.example.test/cb", "https://c.example.test/cb"]));
        let made = create(&[two, &sector, "subject_type=pairwise"]).await.unwrap();
        assert_eq!(made.settings.subject_type, Some(SubjectType::Pairwise));
        publisher.answers(200, &json!(["https://a.example.test/cb"]));
        let wrong = problem(create(&[two, &sector]).await);
        assert!(wrong.key == "sector_identifier_uri" && wrong.allowed.contains("isn't listed there"), "{wrong}");
        publisher.answers(200, &json!({"no": "list"}));
        assert_eq!(problem(create(&[two, &sector]).await).key, "sector_identifier_uri");
        let wrong = problem(create(&[two, "subject_type=pairwise"]).await);
        assert!(wrong.key == "subject_type" && wrong.allowed.contains("one host"), "{wrong}");
        let one: Result<_, Error> = create(&["redirect_uris=https://a.example.test/cb", "subject_type=pairwise"]).await;
        one.unwrap();
    }

    async fn userinfo_is_signed_and_encrypted_as_registered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let client = NewClient::web("web").set(|it| it.userinfo_signed_response_alg = Some(Algorithm::RS256)).on(&app).await;
        let code = browser.ask(&client.ask().with("scope", "openid profile")).await.sent().code();
        let token = client.redeem(&code).send(&app).await.json()["access_token"].as_str().unwrap().to_owned();
        let answer = userinfo(&app, &token).await;
        assert_eq!(answer.header("content-type"), Some("application/jwt"));
        let says = |jwt: &str| {
            let claims = payload(jwt);
            assert_eq!((&claims["iss"], &claims["aud"], &claims["sub"], &claims["name"]), (&json!(ISSUER), &json!("web"), &json!("sub-ana"), &json!("Ana Lee")));
            assert!(!claims.contains_key("exp"));
        };
        says(&answer.body);
        // SEC-003: it is no id_token, and no hint.
        let hint = client.ask().with("prompt", "none").with("id_token_hint", &answer.body);
        assert_eq!(browser.ask(&hint).await.sent_error(), "invalid_request");

        let encrypt = |it: &mut ClientSettings| {
            it.jwks = Some(set(&[&PLATFORM]));
            it.userinfo_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
        };
        client.change(&app, |it| encrypt(&mut it.settings)).await;
        let answer = userinfo(&app, &token).await;
        assert_eq!(answer.header("content-type"), Some("application/jwt"));
        says(&decrypted(&answer.body, &PLATFORM));

        client.change(&app, |it| it.settings.userinfo_signed_response_alg = None).await;
        let json = opened(&userinfo(&app, &token).await.body, &PLATFORM);
        assert_eq!((&json["sub"], json.get("iss")), (&json!("sub-ana"), None));
        // Without a key to sign with, nothing goes out instead (SEC-016).
        client.change(&app, |it| it.settings.userinfo_signed_response_alg = Some(Algorithm::ES256)).await;
        assert_eq!(userinfo(&app, &token).await.status.as_u16(), 503);
    }
}

/// The JSON in an encrypted answer that isn't signed.
fn opened(token: &str, key: &DecryptionKey) -> Value {
    let plain = Jwe::parse(token).unwrap().decrypt(key).unwrap();
    serde_json::from_slice(&plain).unwrap()
}
