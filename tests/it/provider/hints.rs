//! Whom a request is meant for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::time::Duration;

use crate::support::app::App;
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};

async fn id_token(browser: &mut Browser<'_>, client: &TestClient) -> String {
    let sent = browser.ask(&client.ask().response_type("id_token")).await.sent();
    sent.get("id_token").unwrap().to_owned()
}

on_both_databases! {
    async fn sec_035_a_hint_selects_and_never_authenticates(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.id_token_audience = vec!["https://api.test/?x".to_owned()]).on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut anas = app.signed_in(&ana).await;
        let hint = id_token(&mut anas, &client).await;
        app.clock.advance(Duration::from_hours(2));

        let hinted = client.ask().with("id_token_hint", &hint);
        let silent = hinted.clone().with("prompt", "none");
        assert!(anas.ask(&silent).await.sent().get("code").is_some(), "expired, and good enough to hint");
        assert_eq!(app.browser().ask(&silent).await.sent_error(), "login_required");
        let mut bens = app.signed_in(&ben).await;
        assert_eq!(bens.ask(&silent).await.sent_error(), "login_required");

        // With pages: Ana may sign in where Ben is, and Ben can't take her place.
        let asked = bens.ask(&hinted).await;
        assert_eq!(asked.page(), "login");
        assert_eq!(bens.sign_in(&ben, &asked).await.sent_error(), "login_required");
        let asked = bens.ask(&hinted).await;
        assert!(bens.sign_in(&ana, &asked).await.sent().get("code").is_some());
        assert_eq!(app.count("interactions").await, 0);
    }

    async fn sec_035_a_hint_that_is_not_ours_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let other = app.other_account("other").await;
        let theirs = NewClient::web("web").of(&app, &other).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let mut foreign = app.signed_in(&app.consumer_of(&other, "eve").await).await;
        let hint = id_token(&mut browser, &client).await;
        let foreign_hint = id_token(&mut foreign, &theirs).await;

        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let payload = hint.split('.').nth(1).unwrap();
        let forged = format!("{}.{payload}.", part(json!({"alg": "none", "typ": "JWT"})));
        let (rest, _) = hint.rsplit_once('.').unwrap();
        let unsigned = format!("{rest}.AAAA");
        for bad in [foreign_hint.as_str(), &forged, &unsigned, "x", "a.b.c", &hint[..hint.len() - 4]] {
            let ask = client.ask().with("id_token_hint", bad).with("prompt", "none");
            assert_eq!(browser.ask(&ask).await.sent_error(), "invalid_request", "{bad}");
        }
        // SEC-003: an access token is no hint either.
        let sent = browser.ask(&client.ask().response_type("code token")).await.sent();
        for bad in [sent.get("access_token").unwrap(), &sent.code()] {
            let ask = client.ask().with("id_token_hint", bad);
            assert_eq!(browser.ask(&ask).await.sent_error(), "invalid_request");
        }
    }

    async fn sec_035_a_subject_that_is_demanded_must_be_the_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let (ana, ben) = (app.consumer("ana").await, app.consumer("ben").await);
        let mut browser = app.signed_in(&ana).await;
        for place in ["id_token", "userinfo"] {
            let demand = |sub: &str| client.ask().with("claims", &json!({place: {"sub": {"value": sub}}}).to_string());
            assert!(browser.ask(&demand("sub-ana")).await.sent().get("code").is_some());
            let silent = demand("sub-ben").with("prompt", "none");
            assert_eq!(browser.ask(&silent).await.sent_error(), "login_required");
            let asked = browser.ask(&demand("sub-ben")).await;
            assert_eq!(browser.sign_in(&ana, &asked).await.sent_error(), "login_required");
        }
        let demand = client.ask().with("claims", r#"{"id_token":{"sub":{"values":["x","sub-ben"]}}}"#);
        let asked = browser.ask(&demand).await;
        assert!(browser.sign_in(&ben, &asked).await.sent().get("code").is_some());
    }

    async fn sec_035_claims_requests_are_bounded(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let deep = format!("{{\"userinfo\":{}1{}}}", "{\"a\":".repeat(5), "}".repeat(5));
        let long = json!({"userinfo": {"x".repeat(4096): null}}).to_string();
        for claims in ["x", "[]", "{", "{\"id_token\":1}", "{\"id_token\":{\"a\":null,\"a\":null}}", &deep, &long] {
            let ask = client.ask().with("claims", claims);
            assert_eq!(browser.post("/authorize", &ask.form()).await.sent_error(), "invalid_request", "{claims}");
        }
    }

    async fn a_level_that_is_essential_and_out_of_reach_fails(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let essential = client.ask().with("claims", r#"{"id_token":{"acr":{"essential":true,"values":["gold"]}}}"#);
        assert_eq!(browser.ask(&essential).await.sent_error(), "unmet_authentication_requirements");
        for voluntary in [
            client.ask().with("claims", r#"{"id_token":{"acr":{"values":["gold"]}}}"#),
            client.ask().with("claims", r#"{"id_token":{"acr":{"essential":true}}}"#),
            client.ask().with("acr_values", "gold silver"),
        ] {
            assert!(browser.ask(&voluntary).await.sent().get("code").is_some());
        }
    }

    async fn a_login_hint_fills_the_form(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.browser();
        let asked = browser.ask(&client.ask().with("login_hint", "ana\"><i>@example.test")).await;
        let page = browser.get(asked.location()).await;
        assert!(page.body.contains("value=\"ana&#34;&#62;&#60;i&#62;@example.test\""), "{}", page.body);
        let asked = browser.ask(&client.ask().with("login_hint", &"x".repeat(257))).await;
        assert!(!browser.get(asked.location()).await.body.contains("xxx"));
    }

    async fn ui_locales_choose_the_language(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.browser().with_header("accept-language", "fr");
        for (wanted, lang) in [("de-AT en", "de"), ("xx ja", "ja"), ("xx", "fr"), ("\"<", "fr")] {
            let asked = browser.ask(&client.ask().with("ui_locales", wanted)).await;
            let page = browser.get(asked.location()).await;
            assert!(page.body.contains(&format!("lang=\"{lang}\"")), "{wanted}");
        }
    }
}
