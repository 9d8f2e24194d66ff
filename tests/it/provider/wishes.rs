//! Parameters that are wishes: none of them is ever an error.

use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn no_wish_is_ever_an_error(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let long = "x".repeat(2000);
        for (name, value) in [
            ("display", "page"), ("display", "popup"), ("display", "touch"), ("display", "wap"), ("display", "hologram"),
            ("ui_locales", "de-AT fr"), ("ui_locales", "xx"), ("ui_locales", "tlh-x-klingon !!"), ("ui_locales", long.as_str()),
            ("claims_locales", "de"), ("claims_locales", "xx yy"), ("claims_locales", "!!"),
            ("login_hint", "somebody@example.test"), ("login_hint", "<script>"), ("login_hint", long.as_str()),
            ("acr_values", "gold"), ("acr_values", " "), ("acr_values", long.as_str()),
            ("unknown", "value"), ("audience", "https://api.example.test"), ("foo[]", "bar"),
        ] {
            let sent = browser.ask(&client.ask().and(name, value)).await.sent();
            assert!(sent.get("code").is_some(), "{name}={value}: {sent:?}");
        }
    }

    async fn parameters_and_scopes_come_in_any_order(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for scope in ["openid profile email", "email openid profile", "profile email openid"] {
            let ask = client.ask().with("scope", scope);
            let mut form = ask.form();
            form.reverse();
            let sent = browser.post("/authorize", &form).await.sent();
            let tokens = client.redeem(&sent.code()).send(&app).await.json();
            let mut given: Vec<&str> = tokens["scope"].as_str().unwrap().split(' ').collect();
            given.sort_unstable();
            assert_eq!(given, ["email", "openid", "profile"]);
        }
    }

    async fn a_request_without_a_response_type_is_answered_by_redirect(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for ask in [client.ask().without("response_type"), client.ask().with("response_type", "")] {
            let sent = browser.ask(&ask).await.sent();
            assert_eq!((sent.get("error"), sent.get("state")), (Some("invalid_request"), Some("s-1")));
            let described = sent.get("error_description").unwrap();
            assert!(described.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{described}");
        }
        assert_eq!(browser.ask(&client.ask().with("response_type", "magic")).await.sent_error(), "unsupported_response_type");
    }
}
