//! Nothing of one account is of any use in another.

use oauth::ResponseType;
use pages::ErrorKind;
use serde_json::json;
use signet::model::AccountStatus;

use crate::support::app::{App, ISSUER};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{userinfo, userinfo_at, verified, verified_of};

on_both_databases! {
    async fn sec_139_each_account_has_its_issuer_keys_clients_and_consumers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let here = NewClient::web("web").on(&app).await;
        let there = NewClient::web("web").of(&app, &other).await;
        let mut ana = app.signed_in(&app.consumer("ana").await).await;
        let mut eve = app.signed_in(&app.consumer_of(&other, "eve").await).await;

        let sent = ana.ask(&here.ask()).await.sent();
        assert_eq!(sent.get("iss"), Some(ISSUER));
        let tokens = here.redeem(&sent.code()).send(&app).await.json();
        verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;

        let sent = eve.ask(&there.ask()).await.sent();
        assert_eq!(sent.get("iss"), Some("https://id.example.test/a/other"));
        let tokens = there.redeem(&sent.code()).send(&app).await.json();
        let claims = verified_of(&app, "/a/other", tokens["id_token"].as_str().unwrap(), "web").await;
        assert_eq!(claims["sub"], "sub-eve");
        let told = userinfo_at(&app, "/a/other", tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(told.json(), json!({"sub": "sub-eve"}));

        // The same client id in the same memory, and other keys.
        let keys = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap()["keys"][0]["kid"].clone();
        assert_ne!(keys(&app.get("/jwks").await.body), keys(&app.get("/a/other/jwks").await.body));
    }

    async fn sec_138_codes_and_tokens_are_unknown_elsewhere(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let here = NewClient::web("web").on(&app).await;
        let there = NewClient::web("web").of(&app, &other).await;
        let mut ana = app.signed_in(&app.consumer("ana").await).await;
        let sent = ana.ask(&here.ask().response_type("code token")).await.sent();
        let (code, token) = (sent.code(), sent.get("access_token").unwrap().to_owned());

        // Not even with the same client id, redirect URI and verifier.
        for _ in 0..6 {
            let answer = there.redeem(&code).send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
        }
        assert_eq!(userinfo_at(&app, "/a/other", &token).await.oauth_error(), (401, "invalid_token".to_owned()));
        assert_eq!(userinfo(&app, &token).await.status, 200);
        assert_eq!(here.redeem(&code).send(&app).await.status, 200, "nothing was counted against it");
        // Secrets are unknown too.
        let foreign_secret = here.redeem(&code).at("/a/other/token").send(&app).await;
        assert_eq!(foreign_secret.oauth_error(), (401, "invalid_client".to_owned()));
    }

    async fn sec_138_sessions_and_interactions_are_unknown_elsewhere(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let here = NewClient::web("web").on(&app).await;
        let there = NewClient::web("web").of(&app, &other).await;
        let mut ana = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(ana.ask(&there.ask()).await.page(), "login");
        // Its value under the other account's name.
        let cookie = ana.session_cookie().unwrap().to_owned();
        ana.take_session(&other, &cookie);
        assert_eq!(ana.ask(&there.ask()).await.page(), "login");
        assert!(ana.get("/a/other/me").await.location().ends_with("/a/other/login"));

        let mut stranger = app.browser();
        let asked = stranger.ask(&here.ask()).await;
        let secret = stranger.jar["__Host-signet-browser-brand"].clone();
        stranger.jar.insert("__Host-signet-browser-other".to_owned(), secret);
        for page in ["login", "consent", "authorize/resume"] {
            let path = format!("/a/other/{page}?interaction={}", asked.interaction());
            assert_eq!(stranger.get(&path).await.page_error(), ErrorKind::ExpiredInteraction, "{page}");
        }
    }

    async fn sec_138_forms_of_one_account_are_not_taken_by_another(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.other_account("other").await;
        let mut browser = app.browser();
        let page = browser.get("/login").await;
        let secret = browser.jar["__Host-signet-browser-brand"].clone();
        browser.jar.insert("__Host-signet-browser-other".to_owned(), secret);
        let csrf = page.hidden("csrf");
        let form = [("csrf", csrf.as_str()), ("interaction", ""), ("username", "ana"), ("password", "x")];
        assert_eq!(browser.post("/a/other/login", &form).await.page_error(), ErrorKind::Csrf);
        assert_eq!(browser.post("/login", &form).await.status, 422);
    }

    async fn sec_138_consumers_log_in_to_their_own_account_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let there = NewClient::web("web").of(&app, &other).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.browser();
        let asked = browser.ask(&there.ask()).await;
        let answer = browser.enter(&asked, ana.username.as_deref().unwrap(), crate::support::app::PASSWORD).await;
        assert_eq!(answer.status, 422);
    }

    async fn sec_137_clients_are_unknown_elsewhere(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let here = NewClient::web("only-here").on(&app).await;
        NewClient::platform("lp").of(&app, &other).await;
        let mut browser = app.browser();
        let path = here.ask().path();
        assert_eq!(browser.get(&format!("/a/other{path}")).await.page_error(), ErrorKind::UnknownClient);
        // The platform client of another account is not what a request without a client id means.
        let nameless = here.ask().without("client_id").with("redirect_uri", "https://window.platform.test/cb");
        assert_eq!(browser.ask(&nameless).await.page_error(), ErrorKind::UnknownClient);
        assert_eq!(browser.get(&format!("/a/other{}", nameless.path())).await.status, 303);
    }

    async fn an_account_is_served_below_its_issuer_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.other_account("other").await;
        for (path, status) in [
            ("/.well-known/openid-configuration", 200),
            ("/a/other/.well-known/openid-configuration", 200),
            ("/.well-known/oauth-authorization-server", 200),
            ("/.well-known/oauth-authorization-server/a/other", 200),
            ("/a/other/jwks", 200),
            ("/a/brand/.well-known/openid-configuration", 404),
            ("/a/brand/jwks", 404),
            ("/a/brand/login", 404),
            ("/a/nobody/jwks", 404),
            ("/a/nobody/authorize", 404),
            ("/a/OTHER/jwks", 404),
            ("/a/nobody/userinfo", 404),
        ] {
            assert_eq!(app.get(path).await.status.as_u16(), status, "{path}");
        }
        let document = app.get("/.well-known/oauth-authorization-server/a/other").await.json();
        assert_eq!(document["issuer"], "https://id.example.test/a/other");
        assert_eq!(document["token_endpoint"], "https://id.example.test/a/other/token");
    }

    async fn sec_140_a_suspended_account_issues_nothing_and_lets_nobody_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type(ResponseType::CodeToken.as_str());
        let sent = browser.ask(&ask).await.sent();
        app.change_account(&app.brand, |it| it.status = AccountStatus::Suspended).await;
        for path in [client.ask().path().as_str(), "/login", "/consent", "/logout", "/me", "/authorize/resume"] {
            assert_eq!(browser.get(path).await.page_error(), ErrorKind::AccountUnavailable, "{path}");
        }
        let answer = client.redeem(&sent.code()).send(&app).await;
        assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
        let told = userinfo(&app, sent.get("access_token").unwrap()).await;
        assert_eq!(told.oauth_error(), (401, "invalid_token".to_owned()));
        assert_eq!(app.get("/jwks").await.status, 403);

        app.change_account(&app.brand, |it| it.status = AccountStatus::Active).await;
        assert_eq!(client.redeem(&sent.code()).send(&app).await.status, 200, "nothing is lost");
        app.change_account(&app.brand, |it| it.status = AccountStatus::Deleted).await;
        assert_eq!(browser.ask(&client.ask()).await.page_error(), ErrorKind::NotFound);
        assert_eq!(client.redeem("x").send(&app).await.status, 404);
    }
}
