//! What may be asked for, and what comes.

use serde_json::{Map, Value};

use oauth::ResponseType;

use crate::support::app::{App, ISSUER};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{userinfo, verified};

/// The left half of a SHA-256 digest (OpenID Connect Core §3.1.3.6).
fn half_hash(text: &str) -> Value {
    jose::half_hash(jose::Algorithm::RS256, text).into()
}

on_both_databases! {
    async fn each_advertised_response_type_brings_what_it_says(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        let advertised = metadata["response_types_supported"].as_array().unwrap();
        assert_eq!(advertised.len(), 6);
        for response_type in advertised {
            let response_type = response_type.as_str().unwrap();
            let sent = browser.ask(&client.ask().response_type(response_type)).await.sent();
            let front = response_type != "code";
            assert_eq!(sent.mode, if front { "fragment" } else { "query" }, "{response_type}");
            assert_eq!((sent.get("state"), sent.get("iss")), (Some("s-1"), Some(ISSUER)));

            let wants = |part: &str| response_type.split(' ').any(|it| it == part);
            assert_eq!(sent.get("code").is_some(), wants("code"), "{response_type}");
            assert_eq!(sent.get("id_token").is_some(), wants("id_token"), "{response_type}");
            assert_eq!(sent.get("access_token").is_some(), wants("token"), "{response_type}");
            assert_eq!(sent.get("expires_in"), wants("token").then_some("3600"));
            assert_eq!(sent.get("token_type"), wants("token").then_some("Bearer"));
            if let Some(id_token) = sent.get("id_token") {
                sec_012(&verified(&app, id_token, "web").await, sent.get("access_token"), sent.get("code"));
            }
            if let Some(token) = sent.get("access_token") {
                assert_eq!(userinfo(&app, token).await.json()["sub"], "sub-ana");
            }
            if let Some(code) = sent.get("code") {
                let tokens = client.redeem(code).send(&app).await.json();
                let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
                sec_012(&claims, tokens["access_token"].as_str(), None);
            }
        }
    }

    async fn the_order_of_a_response_types_values_does_not_matter(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type("token code id_token");
        let sent = browser.ask(&ask).await.sent();
        assert_eq!(sent.names(), ["code", "access_token", "token_type", "expires_in", "id_token", "session_state", "state", "iss"]);
    }

    async fn sec_021_only_what_the_client_was_granted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.response_types = vec![ResponseType::Code]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for (response_type, error) in [
            ("id_token", "unauthorized_client"),
            ("id_token token", "unauthorized_client"),
            ("code id_token", "unauthorized_client"),
            ("code token", "unauthorized_client"),
            ("token", "unsupported_response_type"),
            ("none", "unsupported_response_type"),
            ("code code", "unsupported_response_type"),
            ("CODE", "unsupported_response_type"),
            ("code refresh_token", "unsupported_response_type"),
        ] {
            let sent = browser.ask(&client.ask().with("response_type", response_type)).await.sent();
            assert_eq!((sent.get("error"), sent.get("iss")), (Some(error), Some(ISSUER)), "{response_type}");
            assert_eq!(sent.get("state"), Some("s-1"));
        }
        let missing = browser.ask(&client.ask().without("response_type")).await;
        assert_eq!(missing.sent_error(), "invalid_request");
        assert_eq!(app.count("tokens").await, 0);
    }

    async fn sec_024_an_id_token_from_here_needs_a_nonce(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for response_type in ResponseType::OPENID {
            let ask = client.ask().response_type(response_type.as_str()).without("nonce");
            let sent = browser.ask(&ask).await.sent();
            let expected = response_type.has_id_token().then_some("invalid_request");
            assert_eq!(sent.get("error"), expected, "{response_type}");
        }
        let code = browser.ask(&client.ask().without("nonce")).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert!(!claims.contains_key("nonce"));
    }

    async fn sec_012_the_nonce_comes_back_byte_for_byte(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for nonce in ["%41+ \"\\ä🙂\u{1}", "0", &"n".repeat(1024)] {
            let ask = client.ask().response_type("id_token").with("nonce", nonce);
            let sent = browser.ask(&ask).await.sent();
            let claims = verified(&app, sent.get("id_token").unwrap(), "web").await;
            assert_eq!(claims["nonce"], nonce);
        }
        let long = client.ask().with("nonce", &"n".repeat(1025));
        assert_eq!(browser.ask(&long).await.sent_error(), "invalid_request");
    }

    async fn sec_023_codes_without_a_sound_challenge_are_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let public = NewClient::public("spa").on(&app).await;
        let strict = NewClient::web("strict").set(|it| it.require_pkce = true).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for client in [&public, &strict] {
            let bare = client.ask().without("code_challenge").without("code_challenge_method");
            assert_eq!(browser.ask(&bare).await.sent_error(), "invalid_request");
            assert!(browser.ask(&client.ask()).await.sent().get("code").is_some());
            let implicit = client.ask().response_type("id_token");
            assert!(browser.ask(&implicit).await.sent().get("id_token").is_some());
        }
        let relaxed = NewClient::web("relaxed").on(&app).await;
        for ask in [
            relaxed.ask().with("code_challenge_method", "plain"),
            relaxed.ask().with("code_challenge_method", "s256"),
            relaxed.ask().without("code_challenge_method"),
            relaxed.ask().without("code_challenge"),
            relaxed.ask().with("code_challenge", "short"),
            relaxed.ask().with("code_challenge", &"x".repeat(44)),
            relaxed.ask().with("code_challenge", &format!("{}=", "x".repeat(42))),
            relaxed.ask().with("code_challenge", &format!("{}+", "x".repeat(42))),
        ] {
            assert_eq!(browser.ask(&ask).await.sent_error(), "invalid_request", "{ask:?}");
        }
    }

    async fn sec_034_scopes_are_narrowed_to_the_clients_own(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.scope = "openid email offline_access".parse().unwrap()).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().with("scope", "email admin openid offline_access profile");
        let code = browser.ask(&ask).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        // It has no grant for refresh tokens, so it is promised none.
        assert_eq!(tokens["scope"], "email openid");
        assert!(tokens.get("refresh_token").is_none());

        for scope in ["admin", "op\"enid", "openid\u{0}", ""] {
            let path = client.ask().with("scope", scope);
            if scope.contains('\0') {
                continue;
            }
            assert_eq!(browser.ask(&path).await.sent_error(), "invalid_scope", "{scope:?}");
        }
        for scope in [(0..65).map(|it| format!("s{it}")).collect::<Vec<_>>().join(" "), "x".repeat(1025)] {
            assert_eq!(browser.ask(&client.ask().with("scope", &scope)).await.sent_error(), "invalid_scope");
        }
        let without_openid = client.ask().response_type("id_token").with("scope", "email");
        assert_eq!(browser.ask(&without_openid).await.sent_error(), "invalid_scope");
    }
}

/// Issuer and audience were checked when the token was verified.
fn sec_012(claims: &Map<String, Value>, access_token: Option<&str>, code: Option<&str>) {
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["aud"], "web");
    assert_eq!(claims.get("at_hash"), access_token.map(half_hash).as_ref());
    assert_eq!(claims.get("c_hash"), code.map(half_hash).as_ref());
    assert!(!claims.contains_key("auth_time"));
    assert!(claims["jti"].is_string() && claims["sid"].is_string());
}
