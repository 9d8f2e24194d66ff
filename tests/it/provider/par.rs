//! Pushed authorization requests.

use std::time::Duration;

use http::header;
use pages::ErrorKind;
use signet::base::id::AccountId;

use crate::support::app::{App, request};
use crate::support::ask::Ask;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::verified;

async fn error(app: &App, client: &TestClient, ask: &Ask) -> (u16, String) {
    client.push(ask).send(app).await.oauth_error()
}

on_both_databases! {
    async fn a_pushed_request_is_answered_as_a_plain_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let answer = client.push(&client.ask()).send(&app).await;
        assert_eq!(answer.status.as_u16(), 201);
        assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
        let json = answer.json();
        assert_eq!(json["expires_in"], 90);
        let uri = json["request_uri"].as_str().unwrap();
        assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:") && uri.len() > 70, "{uri}");
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let sent = browser.ask(&client.bare_ask().and("request_uri", uri)).await.sent();
        assert_eq!((sent.to.as_str(), sent.get("state")), ("https://app.example.test/cb", Some("s-1")));
        let tokens = client.redeem(&sent.code()).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert_eq!(claims["nonce"], "n-1");
    }

    async fn it_waits_for_its_consumer_like_any_other(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::third_party("web").on(&app).await;
        let ask = client.pushed(&app, &client.ask()).await;
        let mut browser = app.signed_in(&ana).await;
        let consent = browser.ask(&ask).await;
        // It was used when the browser came; what goes on from there is the interaction.
        assert_eq!(browser.ask(&ask).await.page_error(), ErrorKind::RequestUri);
        let answer = browser.decide(&consent, "allow").await.sent();
        client.redeem(&answer.code()).send(&app).await.json()["access_token"].as_str().unwrap();
    }

    async fn sec_027_all_other_parameters_are_ignored(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ask = client.pushed(&app, &client.ask()).await
            .and("redirect_uri", "https://evil.example.test/").and("state", "other").and("scope", "profile")
            .and("response_mode", "fragment").and("prompt", "none");
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let sent = browser.ask(&ask).await.sent();
        assert_eq!((sent.to.as_str(), sent.mode, sent.get("state")), ("https://app.example.test/cb", "query", Some("s-1")));
        let tokens = client.redeem(&sent.code()).send(&app).await.json();
        assert_eq!(tokens["scope"], "openid");
    }

    async fn sec_027_a_request_uri_is_used_once_lives_90_seconds_and_is_its_clients_own(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (client, other) = (NewClient::web("web").on(&app).await, NewClient::web("other").on(&app).await);
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let unknown = async |browser: &mut crate::support::browser::Browser<'_>, ask: &Ask| {
            assert_eq!(browser.ask(ask).await.page_error(), ErrorKind::RequestUri);
        };
        let ask = client.pushed(&app, &client.ask()).await;
        unknown(&mut browser, &ask.clone().with("client_id", "other")).await;
        assert_eq!(browser.ask(&ask.clone().without("client_id")).await.page_error(), ErrorKind::UnknownClient);
        browser.ask(&ask).await.sent().code();
        unknown(&mut browser, &ask).await;

        let ask = client.pushed(&app, &client.ask()).await;
        app.clock.advance(Duration::from_secs(90));
        unknown(&mut browser, &ask).await;
        let uri = "urn:ietf:params:oauth:request_uri:";
        for made_up in ["", "x", &"A".repeat(43)] {
            unknown(&mut browser, &other.bare_ask().and("request_uri", &format!("{uri}{made_up}"))).await;
        }
        // Of another account it is as unknown (SEC-138).
        let foreign = app.other_account("foreign").await;
        NewClient::web("web").of(&app, &AccountId::parse("foreign").unwrap()).await;
        let ask = client.pushed(&app, &client.ask()).await;
        let there = ask.path().replace("/authorize", &format!("/a/{foreign}/authorize"));
        assert_eq!(browser.get(&there).await.page_error(), ErrorKind::RequestUri);
        browser.ask(&ask).await.sent().code();
    }

    async fn sec_027_its_life_is_a_setting(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.tokens.pushed_request_ttl = signet::config::Period::seconds(60)).await;
        let client = NewClient::web("web").on(&app).await;
        let answer = client.push(&client.ask()).send(&app).await.json();
        assert_eq!(answer["expires_in"], 60);
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let (early, late) = (client.pushed(&app, &client.ask()).await, client.pushed(&app, &client.ask()).await);
        app.clock.advance(Duration::from_secs(59));
        browser.ask(&early).await.sent().code();
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(browser.ask(&late).await.page_error(), ErrorKind::RequestUri);
    }

    async fn sec_027_of_fifty_who_come_at_once_on_two_nodes_one_is_answered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let browser = app.signed_in(&app.consumer("ana").await).await;
        let second = app.beside(fresh).await;
        for prompt in ["consent", ""] {
            // Once answered at once, and once handed over to the consumer's pages.
            let login = if prompt.is_empty() { client.ask() } else { client.ask().with("prompt", "login") };
            let ask = client.pushed(&app, &login).await;
            let all = (0..50).map(|index| {
                let mut browser = browser.on(if index % 2 == 0 { &app } else { &second });
                let ask = ask.clone();
                async move { browser.ask(&ask).await.status.as_u16() }
            });
            let statuses = futures_util::future::join_all(all).await;
            assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
            assert!(statuses.iter().all(|status| [303, 400].contains(status)), "{statuses:?}");
        }
    }

    async fn sec_027_a_request_uri_in_a_pushed_request_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let invalid = (400, "invalid_request".to_owned());
        let uri = client.pushed(&app, &client.ask()).await;
        let (_, uri) = uri.form().into_iter().find(|(name, _)| *name == "request_uri").map(|(a, b)| (a, b.to_owned())).unwrap();
        for value in [uri.as_str(), "https://app.example.test/request", ""] {
            assert_eq!(error(&app, &client, &client.ask().and("request_uri", value)).await, invalid);
        }
    }

    async fn sec_057_its_client_is_authenticated_by_its_registered_method(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let refused = client.push(&client.ask()).basic("web", "wrong").send(&app).await;
        assert_eq!(refused.oauth_error(), (401, "invalid_client".to_owned()));
        assert!(refused.header(header::WWW_AUTHENTICATE).unwrap().starts_with("Basic"));
        let nobody = client.push(&client.ask()).without_header("authorization").and("client_id", "web").send(&app).await;
        assert_eq!(nobody.oauth_error(), (401, "invalid_client".to_owned()));
        let other = client.push(&client.ask()).and("client_id", "other").send(&app).await;
        assert_eq!(other.oauth_error(), (401, "invalid_client".to_owned()));
        assert_eq!(app.count("pushed_requests").await, 0);
        let public = NewClient::public("public").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = public.pushed(&app, &public.ask()).await;
        browser.ask(&ask).await.sent().code();
    }

    async fn what_a_plain_request_must_be_a_pushed_one_must_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        for (ask, code) in [
            (client.ask().with("redirect_uri", "https://app.example.test/cb/"), "invalid_request"),
            (client.ask().without("redirect_uri"), "invalid_request"),
            (client.ask().with("response_type", "x"), "unsupported_response_type"),
            (client.ask().with("response_mode", "x"), "invalid_request"),
            (client.ask().with("scope", "x"), "invalid_scope"),
            (client.ask().with("prompt", "none login"), "invalid_request"),
            (client.ask().with("code_challenge_method", "plain"), "invalid_request"),
            (client.ask().with("max_age", "-1"), "invalid_request"),
            (client.ask().response_type("id_token").without("nonce"), "invalid_request"),
            (client.ask().and("scope", "openid"), "invalid_request"),
            (client.ask().with("state", &"x".repeat(17 * 1024)), "invalid_request"),
        ] {
            assert_eq!(error(&app, &client, &ask).await, (400, code.to_owned()), "{ask:?}");
        }
        assert_eq!(app.count("pushed_requests").await, 0);
    }

    async fn sec_027_a_client_that_must_push_cannot_ask_plainly(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.require_pushed_authorization_requests = true).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(browser.ask(&client.ask()).await.sent_error(), "invalid_request");
        let ask = client.pushed(&app, &client.ask()).await;
        browser.ask(&ask).await.sent().code();
    }

    async fn sec_039_it_is_a_form_in_the_body_of_a_post(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let invalid = (400, "invalid_request".to_owned());
        assert_eq!(client.push(&client.ask()).send_json(&app).await.oauth_error(), invalid);
        assert_eq!(client.push(&client.ask()).at("/par?state=x").send(&app).await.oauth_error(), invalid);
        let get = app.send(request("GET", "/par").body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(get.status.as_u16(), 405);
    }

    async fn sec_173_what_strangers_push_is_bounded(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.limits.interactions = 5;
            settings.limits.per_minute.authorize = 3;
        }).await;
        let public = NewClient::public("public").on(&app).await;
        let client = NewClient::web("web").on(&app).await;
        let push = async |client: &TestClient| client.push(&client.ask()).send(&app).await.status.as_u16();
        for _ in 0..3 {
            assert_eq!(push(&public).await, 201);
        }
        assert_eq!(push(&public).await, 429);
        // Who has shown a secret comes for all its consumers from one address.
        assert_eq!((push(&client).await, push(&client).await, push(&client).await), (201, 201, 429));
    }
}
