//! Sign-in tickets: the brand's page runs every flow silently for a consumer whom its back end knows.

use std::time::Duration;

use serde_json::Value;
use signet::model::ConsumerStatus;

use crate::support::app::App;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signing::{CLIENT_KEY, signed};
use crate::support::together::together;
use crate::support::tokens::payload;

use super::exchange::{TICKET, backend, claims, exchange};
use super::refresh::text;

async fn answer(app: &App, backend: &TestClient, sub: &str, bearer: &str) -> Value {
    let assertion = signed(&CLIENT_KEY, "JWT", &claims(app, sub));
    let request = exchange(backend, &assertion, "urn:ietf:params:oauth:token-type:jwt")
        .with("requested_token_type", TICKET)
        .with("audience", bearer);
    request.send(app).await.json()
}

async fn ticket(app: &App, backend: &TestClient, sub: &str, bearer: &str) -> String {
    text(&answer(app, backend, sub, bearer).await, "access_token").to_owned()
}

on_both_databases! {
    async fn implicit_code_and_pkce_flows_run_silently_with_a_ticket(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        let web = NewClient::web("web").on(&app).await;
        let public = NewClient::public("page").on(&app).await;
        for (client, kind) in [(&web, "code"), (&public, "code"), (&web, "id_token"), (&web, "id_token token"), (&web, "code id_token")] {
            let given = answer(&app, &backend, "sub-ana", &client.client_id).await;
            assert_eq!((&given["token_type"], &given["issued_token_type"], &given["expires_in"]), (&"N_A".into(), &TICKET.into(), &60.into()));
            let mut browser = app.browser();
            let ask = client.ask().response_type(kind).with("prompt", "none").with("login_hint_token", text(&given, "access_token"));
            let sent = browser.ask(&ask).await.sent();
            let id_token = match sent.get("id_token") {
                Some(token) => token.to_owned(),
                None => text(&client.redeem(&sent.code()).send(&app).await.json(), "id_token").to_owned(),
            };
            assert_eq!(payload(&id_token)["sub"], "sub-ana", "{kind}");
            // The session is there: no ticket is needed again.
            let again = browser.ask(&client.ask().with("prompt", "none")).await.sent();
            assert!(again.get("code").is_some());
        }
    }

    async fn a_ticket_works_once_for_one_client_for_a_minute(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let backend = backend(&app).await;
        let web = NewClient::web("web").on(&app).await;
        let other = NewClient::web("other").on(&app).await;
        let silent = |client: &TestClient, ticket: &str| client.ask().with("prompt", "none").with("login_hint_token", ticket);

        let one = ticket(&app, &backend, "sub-ana", "web").await;
        assert_eq!(app.browser().ask(&silent(&other, &one)).await.sent_error(), "login_required");
        assert_eq!(app.browser().ask(&silent(&web, &format!("{one}A"))).await.sent_error(), "login_required");
        assert!(app.browser().ask(&silent(&web, &one)).await.sent().get("code").is_some());
        assert_eq!(app.browser().ask(&silent(&web, &one)).await.sent_error(), "login_required");

        let late = ticket(&app, &backend, "sub-ana", "web").await;
        app.clock.advance(Duration::from_mins(1));
        assert_eq!(app.browser().ask(&silent(&web, &late)).await.sent_error(), "login_required");
        // Without `prompt=none`, the consumer signs in as ever.
        assert_eq!(app.browser().ask(&web.ask().with("login_hint_token", &late)).await.page(), "login");

        let disabled = ticket(&app, &backend, "sub-ana", "web").await;
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        assert_eq!(app.browser().ask(&silent(&web, &disabled)).await.sent_error(), "login_required");
    }

    async fn of_fifty_browsers_at_once_on_two_nodes_one_is_signed_in(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let there = app.beside(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        let web = NewClient::web("web").on(&app).await;
        let one = ticket(&app, &backend, "sub-ana", "web").await;
        let ask = web.ask().with("prompt", "none").with("login_hint_token", &one);
        let path = ask.path();
        let uses = (0..50).map(|turn| (if turn % 2 == 0 { &app } else { &there }).get(&path));
        let answers = together(uses.collect()).await;
        assert_eq!(answers.iter().filter(|it| it.sent().get("code").is_some()).count(), 1);
        there.db().close().await;
    }

    async fn sec_030_a_ticket_is_as_fresh_as_the_brand_says(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        let web = NewClient::web("web").on(&app).await;
        for (name, value) in [("max_age", "60"), ("prompt", "login")] {
            let mut said = claims(&app, "sub-ana");
            said["auth_time"] = (app.clock.now().seconds() - 3600).into();
            let assertion = signed(&CLIENT_KEY, "JWT", &said);
            let request = exchange(&backend, &assertion, "urn:ietf:params:oauth:token-type:jwt")
                .with("requested_token_type", TICKET)
                .with("audience", "web");
            let stale = text(&request.send(&app).await.json(), "access_token").to_owned();
            let ask = web.ask().with("login_hint_token", &stale).with(name, value);
            assert_eq!(app.browser().ask(&ask).await.page(), "login", "{name}");
        }
    }

    async fn a_ticket_signs_nobody_else_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let ben = app.consumer("ben").await;
        let backend = backend(&app).await;
        let web = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&ben).await;
        let former = browser.session_cookie().unwrap().to_owned();
        let used = ticket(&app, &backend, "sub-ana", "web").await;
        let ask = web.ask().with("login_hint_token", &used).with("prompt", "none");
        let code = browser.ask(&ask).await.sent().code();
        let tokens = web.redeem(&code).send(&app).await.json();
        assert_eq!(payload(text(&tokens, "id_token"))["sub"], "sub-ana");
        // Anybody can make a link with a ticket of their own: it served this one request.
        assert!(app.services.sessions.find(&app.brand, &former).await.unwrap().is_ok());
        assert_eq!(browser.session_cookie().unwrap(), former);
        // A ticket that is none signs nobody in, not even who was there: it was meant for another.
        assert_eq!(browser.ask(&ask).await.sent_error(), "login_required");
        // It is as good as a fresh login.
        let fresh_one = ticket(&app, &backend, "sub-ana", "web").await;
        let ask = web.ask().with("login_hint_token", &fresh_one).with("prompt", "login");
        assert!(browser.ask(&ask).await.sent().get("code").is_some());
    }

    async fn tickets_are_for_the_brands_own_clients(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        NewClient::third_party("shop").on(&app).await;
        for bearer in ["shop", "nobody", "https://api.example.test/orders"] {
            let refused = answer(&app, &backend, "sub-ana", bearer).await;
            assert_eq!(refused["error"], "invalid_target", "{bearer}");
        }
    }
}
