//! Who may register, how often, and what is done with clients that nobody vouches for.

use http::header::LOCATION;
use pages::ErrorKind;
use serde_json::json;
use signet::config::PerMinute;
use signet::directory::{By, registration};
use signet::model::account::Registration;
use signet::model::{ClientPolicy, RegisteredBy};

use super::{CALLBACK, open, open_with, register, registered, send, text, with};
use crate::support::app::App;
use crate::support::ask::Ask;
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn sec_062_nobody_registers_unless_the_account_is_opened(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let answer = register(&app, &with("client_name", json!("x"))).await;
        assert_eq!(answer.oauth_error(), (403, "access_denied".to_owned()));
        assert!(app.get("/.well-known/openid-configuration").await.json().get("registration_endpoint").is_none());
        app.change_account(&app.brand, |row| row.settings.registration = Registration::Open).await;
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["registration_endpoint"], "https://id.example.test/register");
    }

    async fn sec_062_an_initial_access_token_is_good_for_so_many_clients(fresh: &FreshDb) {
        let app = open_with(fresh, |settings| settings.registration = Registration::Token).await;
        let other = app.other_account("other").await;
        app.change_account(&other, |row| row.settings.registration = Registration::Token).await;
        let metadata = with("client_name", json!("x"));
        let until = app.clock.now() + std::time::Duration::from_hours(1);
        let allow = async |account| registration::allow(&app.services, &By::command(), account, 2, until).await.unwrap();
        let (token, foreign) = (allow(&app.brand).await, allow(&other).await);
        let none = register(&app, &metadata).await;
        assert_eq!(none.status, 401);
        assert_eq!(none.header("www-authenticate"), Some("Bearer realm=\"https://id.example.test\""));
        for wrong in ["x", foreign.expose()] {
            let answer = send(&app, "POST", "/register", Some(wrong), Some(&metadata)).await;
            assert_eq!(answer.oauth_error(), (401, "invalid_token".to_owned()));
        }
        // What fails uses nothing up.
        let bad = json!({"redirect_uris": ["http://x.example.test"]});
        assert_eq!(send(&app, "POST", "/register", Some(token.expose()), Some(&bad)).await.status, 400);
        for status in [201, 201, 401] {
            let answer = send(&app, "POST", "/register", Some(token.expose()), Some(&metadata)).await;
            assert_eq!(answer.status, status);
        }
        let list = signet::directory::client::list(&app.services, &app.brand, None, 10).await.unwrap();
        assert_eq!(list.len(), 2);
        assert!(list.iter().all(|client| client.settings.registered_by == RegisteredBy::TokenHolder));
        app.clock.advance(std::time::Duration::from_hours(1));
        assert_eq!(send(&app, "POST", "/a/other/register", Some(foreign.expose()), Some(&metadata)).await.status, 401);
    }

    async fn one_token_registers_no_more_than_it_may_however_many_try(fresh: &FreshDb) {
        let app = open_with(fresh, |settings| settings.registration = Registration::Token).await;
        let until = app.clock.now() + std::time::Duration::from_hours(1);
        let token = registration::allow(&app.services, &By::command(), &app.brand, 3, until).await.unwrap();
        let metadata = with("client_name", json!("x"));
        let there = app.beside(fresh).await;
        let tries = (0..50).map(|turn| {
            let node = if turn % 2 == 0 { &app } else { &there };
            send(node, "POST", "/register", Some(token.expose()), Some(&metadata))
        });
        let answers = crate::support::together::together(tries.collect()).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
        assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 47);
        there.db().close().await;
    }

    async fn sec_165_an_address_and_an_account_have_their_caps(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.limits.per_minute = PerMinute { registration: 2, ..PerMinute::default() };
        }).await;
        app.change_account(&app.brand, |row| row.settings.registration = Registration::Open).await;
        let metadata = with("client_name", json!("x"));
        for status in [201, 201, 429] {
            let answer = register(&app, &metadata).await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.headers.contains_key("retry-after"), status == 429);
        }
        let capped = app.beside_with(fresh, |settings| settings.limits.registrations = 1).await;
        for status in [201, 429] {
            assert_eq!(register(&capped, &metadata).await.status, status);
        }
    }

    async fn sec_155_sec_156_a_request_is_a_json_object_of_bounded_depth(fresh: &FreshDb) {
        let app = open(fresh).await;
        let deep = format!("{{\"jwks\":{}{}}}", "[".repeat(40), "]".repeat(40));
        for (kind, body, status) in [
            ("application/x-www-form-urlencoded", "a=b", 415),
            ("application/json", "[]", 400),
            ("application/json", "{", 400),
            ("application/json", "\"x\"", 400),
            ("application/json", deep.as_str(), 400),
        ] {
            let request = crate::support::app::request("POST", "/register").header("content-type", kind);
            let answer = app.send(request.body(body.to_owned().into()).unwrap()).await;
            assert_eq!(answer.status, status, "{body}");
        }
    }

    async fn sec_037_a_stranger_sends_nobody_anywhere_with_an_error(fresh: &FreshDb) {
        let app = open_with(fresh, |settings| settings.registration_policy = ClientPolicy::Strict).await;
        let made = registered(&app, &with("client_name", json!("Weather"))).await;
        let id = text(&made, "client_id");
        let wrong = Ask::new("", id, CALLBACK).with("scope", "openid").without("code_challenge");
        let mut browser = app.browser();
        let page = browser.ask(&wrong).await;
        assert_eq!(page.page_error(), ErrorKind::InvalidRequest);
        assert!(page.headers.get(LOCATION).is_none());
        assert!(page.body.contains("href=\"https://rp.example.test/cb?error=invalid_request"), "{}", page.body);
        // What nobody sees is answered, and so is what a certified client asks.
        assert_eq!(browser.ask(&wrong.clone().with("prompt", "none")).await.sent_error(), "invalid_request");
        let stored = signet::base::id::ClientId::parse(id).unwrap();
        signet::directory::client::update(&app.services, &By::command(), &app.brand, &stored, |draft| {
            draft.settings.registered_by = RegisteredBy::Administrator;
            draft.settings.logo_uri = None;
            Ok(())
        }).await.unwrap();
        assert_eq!(browser.ask(&wrong).await.sent_error(), "invalid_request");
    }
}
