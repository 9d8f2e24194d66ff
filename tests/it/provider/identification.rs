//! Who asks, and where the answer may go: before anything else, and never by redirect while in doubt.

use pages::ErrorKind;

use crate::support::app::App;
use crate::support::client::{NewClient, uris};
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn sec_019_an_unknown_missing_or_disabled_client_is_told_to_the_person(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for ask in [
            client.ask().with("client_id", "nobody"),
            client.ask().with("client_id", "WEB"),
            client.ask().with("client_id", "web\u{fffd}"),
            client.ask().without("client_id"),
            client.ask().with("client_id", ""),
        ] {
            assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::UnknownClient, "{ask:?}");
        }
        client.change(&app, |it| it.enabled = false).await;
        assert_eq!(browser.ask(&client.ask()).await.page_error(), ErrorKind::ClientUnavailable);
    }

    async fn sec_019_client_and_redirect_uri_come_before_anything_else(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.browser();
        let broken = client.ask().with("response_type", "nonsense").with("scope", "\"").with("prompt", "x");
        let bad_client = broken.clone().with("client_id", "nobody");
        let bad_redirect = broken.clone().with("redirect_uri", "https://evil.test/cb");
        assert_eq!(browser.ask(&bad_client).await.page_error(), ErrorKind::UnknownClient);
        assert_eq!(browser.ask(&bad_redirect).await.page_error(), ErrorKind::RedirectUri);
        assert_eq!(browser.ask(&broken).await.sent_error(), "unsupported_response_type");
    }

    async fn sec_064_a_redirect_uri_matches_byte_for_byte(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let registered = ["https://app.example.test/cb", "https://app.example.test/cb?tenant=a%20b"];
        let client = NewClient::web("web").set(|it| it.redirect_uris = uris(&registered)).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for uri in registered {
            let sent = browser.ask(&client.ask().with("redirect_uri", uri)).await.sent();
            assert!(sent.get("code").is_some());
        }
        for uri in [
            "https://app.example.test/cb/",
            "https://app.example.test/CB",
            "https://APP.example.test/cb",
            "HTTPS://app.example.test/cb",
            "https://app.example.test:443/cb",
            "https://app.example.test/./cb",
            "https://app.example.test/x/../cb",
            "https://app.example.test/%63b",
            "https://app.example.test/cb#",
            "https://app.example.test/cb#fragment",
            "https://app.example.test/cb?",
            "https://app.example.test/cb?x=1",
            "https://app.example.test/cb?tenant=a+b",
            "https://app.example.test/cb?tenant=a%20b&x=1",
            "https://app.example.test/c",
            "https://app.example.test/cb/x",
            "https://app.example.test.evil.test/cb",
            "https://app.example.test@evil.test/cb",
            "https://evil.test/cb",
            "http://app.example.test/cb",
            "//app.example.test/cb",
            "/cb",
            "javascript:alert(1)",
            "https://app.example.test/cb\r\nx: y",
            " https://app.example.test/cb",
        ] {
            let answer = browser.ask(&client.ask().with("redirect_uri", uri)).await;
            assert_eq!(answer.page_error(), ErrorKind::RedirectUri, "{uri}");
        }
    }

    async fn sec_064_openid_requests_name_their_redirect_uri(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let one = NewClient::web("one").set(|it| it.scope = "openid api".parse().unwrap()).on(&app).await;
        let two = NewClient::web("two").set(|it| {
            it.redirect_uris = uris(&["https://a.test/cb", "https://b.test/cb"]);
            it.scope = "openid api".parse().unwrap();
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;

        let openid = one.ask().without("redirect_uri");
        assert_eq!(browser.ask(&openid).await.page_error(), ErrorKind::RedirectUri);
        let several = two.ask().without("redirect_uri").with("scope", "api");
        assert_eq!(browser.ask(&several).await.page_error(), ErrorKind::RedirectUri);

        // RFC 6749 §4.1.3: what the request left out, the redemption need not name either.
        let plain = one.ask().without("redirect_uri").with("scope", "api");
        let code = browser.ask(&plain).await.sent().code();
        let other = one.redeem(&code).with("redirect_uri", "https://evil.test/cb").send(&app).await;
        assert_eq!(other.oauth_error().1, "invalid_grant");
        let answer = one.redeem(&code).without("redirect_uri").send(&app).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["scope"]), (200, &"api".into()));
    }

    async fn sec_064_an_app_on_a_loopback_address_chooses_its_port(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let native = NewClient::app("app").on(&app).await;
        let web = NewClient::web("web").set(|it| it.redirect_uris = uris(&["http://127.0.0.1/cb"])).on(&app).await;
        let mut browser = app.browser();
        for uri in ["http://127.0.0.1:49152/cb", "http://[::1]:1/cb", "http://127.0.0.1/cb", "com.brand.app:/callback"] {
            let ask = native.ask().with("redirect_uri", uri);
            assert_eq!(browser.ask(&ask).await.page(), "login", "{uri}");
        }
        for uri in ["http://localhost:49152/cb", "http://127.0.0.1:49152/cb/x", "http://127.0.0.1:x/cb", "com.brand.app://callback"] {
            let ask = native.ask().with("redirect_uri", uri);
            assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::RedirectUri, "{uri}");
        }
        let other_port = web.ask().with("redirect_uri", "http://127.0.0.1:1/cb");
        assert_eq!(browser.ask(&other_port).await.page_error(), ErrorKind::RedirectUri);
    }
}
