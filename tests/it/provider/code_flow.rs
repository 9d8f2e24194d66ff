//! The main job, in one piece: from the request to the claims.

use serde_json::json;

use crate::support::app::{App, ISSUER};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{userinfo, verified};

on_both_databases! {
    async fn a_consumer_who_is_signed_in_comes_back_with_a_code_that_buys_an_id_token(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;

        let sent = browser.ask(&client.ask()).await.sent();
        assert_eq!((sent.to.as_str(), sent.mode), ("https://app.example.test/cb", "query"));
        assert_eq!(sent.names(), ["code", "session_state", "state", "iss"]);
        assert_eq!((sent.get("state"), sent.get("iss")), (Some("s-1"), Some(ISSUER)));

        let answer = client.redeem(&sent.code()).send(&app).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("pragma"), Some("no-cache"));
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 3600);
        assert_eq!(tokens["scope"], "openid");

        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert_eq!((&claims["sub"], &claims["nonce"]), (&json!("sub-ana"), &json!("n-1")));
        let told = userinfo(&app, tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!(told, json!({"sub": "sub-ana"}));
    }

    async fn a_consumer_who_is_not_signed_in_is_asked_to(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();

        let asked = browser.ask(&client.ask()).await;
        assert_eq!(asked.page(), "login");
        let page = browser.get(asked.location()).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.form_action("login-form"), "/login");

        let sent = browser.sign_in(&ana, &asked).await.sent();
        assert_eq!(client.redeem(&sent.code()).send(&app).await.status, 200);
        assert_eq!(app.count("interactions").await, 0);
    }
}
