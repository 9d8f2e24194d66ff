//! How an answer travels.

use http::header;
use oauth::{ResponseMode, ResponseType};

use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, modes, uris};
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn each_advertised_mode_carries_what_it_may(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        let all = ["query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt", "jwt"];
        assert_eq!(metadata["response_modes_supported"], serde_json::json!(all));
        for response_type in ResponseType::OPENID {
            for mode in [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost] {
                let ask = client.ask().response_type(response_type.as_str()).with("response_mode", mode.as_str());
                let sent = browser.ask(&ask).await.sent();
                assert_eq!(sent.get("iss"), Some(ISSUER));
                if mode == ResponseMode::Query && response_type != ResponseType::Code {
                    // SEC-022: refused, and the refusal travels in the safe mode.
                    assert_eq!((sent.mode, sent.get("error")), ("fragment", Some("invalid_request")));
                } else {
                    assert_eq!((sent.mode, sent.get("error")), (mode.as_str(), None), "{response_type} {mode}");
                }
            }
        }
    }

    async fn sec_022_only_modes_that_the_client_registered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(modes(&[ResponseMode::Query, ResponseMode::Fragment])).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for mode in ["form_post", "web_message", "form_post.jwt", "FRAGMENT", ""] {
            let answer = browser.ask(&client.ask().with("response_mode", mode)).await.sent();
            // An empty parameter counts as left out (RFC 6749 §3.1).
            let expected = (!mode.is_empty()).then_some("invalid_request");
            assert_eq!((answer.mode, answer.get("error")), ("query", expected), "{mode}");
            let implicit = client.ask().response_type("id_token").with("response_mode", mode);
            let answer = browser.ask(&implicit).await.sent();
            assert_eq!((answer.mode, answer.get("error")), ("fragment", expected), "{mode}");
        }
    }

    async fn sec_022_errors_travel_as_the_answer_would(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.browser();
        for (mode, response_type) in [("query", "code"), ("fragment", "code"), ("form_post", "code"), ("form_post", "id_token"), ("fragment", "id_token")] {
            let ask = client.ask().response_type(response_type).with("response_mode", mode).with("prompt", "none");
            let sent = browser.ask(&ask).await.sent();
            assert_eq!((sent.mode, sent.get("error")), (mode, Some("login_required")));
            assert_eq!(sent.names(), ["error", "error_description", "session_state", "state", "iss"]);
            let description = sent.get("error_description").unwrap();
            assert!(description.bytes().all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
        }
    }

    async fn sec_022_form_post_posts_to_the_redirect_uri_alone_and_escapes_all(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.redirect_uris = uris(&["https://app.example.test:8443/cb?a=1&b='2"])).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let state = "\"><script>alert(1)</script>&amp;'";
        let ask = client.ask().with("response_mode", "form_post").with("state", state);
        let answer = browser.ask(&ask).await;
        assert!(!answer.body.contains("<script>alert"));
        let sent = answer.sent();
        assert_eq!(sent.to, "https://app.example.test:8443/cb?a=1&b='2");
        assert_eq!(sent.get("state"), Some(state));
        assert_eq!(answer.csp("form-action"), "'self' https://app.example.test:8443");
        assert!(answer.csp("script-src").starts_with("'nonce-"));
        assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
        assert!(answer.body.contains("<button"), "a button where there is no script");
    }

    async fn sec_026_iss_is_in_every_answer_and_is_that_of_discovery(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let shop = NewClient::third_party("shop").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let document = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
        let asked = browser.ask(&shop.ask()).await;
        let denied = browser.decide(&asked, "deny").await.sent();
        let mut answers = vec![denied];
        for ask in [
            client.ask(), client.ask().with("scope", "\""), client.ask().with("response_type", "x"), client.ask().with("response_mode", "x"),
            client.ask().with("request", "x"), client.ask().with("max_age", "0").with("prompt", "none"), shop.ask().with("prompt", "none"),
        ] {
            for mode in ["query", "fragment", "form_post"] {
                let ask = if ask.query().contains("response_mode") { ask.clone() } else { ask.clone().with("response_mode", mode) };
                answers.push(browser.ask(&ask).await.sent());
            }
        }
        for sent in answers {
            assert_eq!(sent.get("iss"), document["issuer"].as_str(), "{sent:?}");
        }
    }

    async fn a_registered_query_is_kept(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.redirect_uris = uris(&["https://app.example.test/cb?a=1&b=%2F"])).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let answer = browser.ask(&client.ask()).await;
        assert!(answer.location().starts_with("https://app.example.test/cb?a=1&b=%2F&code="), "{answer:?}");
        let answer = browser.ask(&client.ask().response_type("id_token")).await;
        assert!(answer.location().starts_with("https://app.example.test/cb?a=1&b=%2F#id_token="), "{answer:?}");
    }

    async fn sec_036_redirects_are_303_and_tell_nobody_where_they_come_from(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let mut stranger = app.browser();
        let ask = client.ask();
        for answer in [
            browser.ask(&ask).await,
            browser.post("/authorize", &ask.form()).await,
            browser.ask(&ask.clone().with("scope", "\"")).await,
            stranger.ask(&ask).await,
            stranger.post("/authorize", &ask.form()).await,
        ] {
            assert_eq!(answer.status, 303);
            assert_eq!(answer.header(header::REFERRER_POLICY), Some("no-referrer"));
            assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
        }
    }
}
