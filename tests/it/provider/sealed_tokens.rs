//! A program's own opaque tokens: they carry what they stand for and have no row until they are taken back.

use std::time::Duration;

use signet::base::id::ClientId;
use signet::directory::By;
use signet::directory::client::{self, Draft};

use crate::directory::given;
use crate::support::app::App;
use crate::support::client::{NewClient, ORDERS, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};

async fn token(app: &App, client: &TestClient) -> String {
    let request = client.token().with("grant_type", "client_credentials");
    let given = request.send(app).await.json();
    given["access_token"].as_str().unwrap().to_owned()
}

async fn counts(app: &App, client: &TestClient, token: &str) -> bool {
    let told = client.introspect(token).send(app).await.json();
    told["active"].as_bool().unwrap()
}

on_both_databases! {
    async fn a_programs_token_is_given_without_a_row_and_gets_one_when_it_is_taken_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let node = app.beside(fresh).await;
        let program = NewClient::program("orders").on(&app).await;
        let (token, another) = (token(&app, &program).await, token(&app, &program).await);
        assert_ne!(token, another);
        assert_eq!(app.count("tokens").await, 0);
        assert!(counts(&app, &program, &token).await && counts(&node, &program, &token).await);

        for _ in 0..2 {
            assert_eq!(program.revoke(&token).send(&node).await.status, 200);
            assert_eq!(app.count("tokens").await, 1);
            assert!(!counts(&app, &program, &token).await && !counts(&node, &program, &token).await);
        }
        assert!(counts(&app, &program, &another).await);
    }

    async fn sec_055_a_programs_token_that_is_anothers_stays(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let program = NewClient::program("orders").on(&app).await;
        let thief = NewClient::program("thief").on(&app).await;
        let token = token(&app, &program).await;
        assert_eq!(thief.revoke(&token).send(&app).await.oauth_error(), (400, "invalid_grant".to_owned()));
        assert!(counts(&app, &program, &token).await);
        // What could not be written is not said to be.
        let other = app.beside(fresh).await;
        assert!(counts(&other, &program, &token).await);
        other.db().close().await;
        let answer = program.revoke(&token).send(&other).await;
        assert_eq!(answer.oauth_error(), (503, "temporarily_unavailable".to_owned()));
        assert!(counts(&app, &program, &token).await);
    }

    async fn sec_054_a_programs_token_ends_with_its_time_and_its_client(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let program = NewClient::program("orders").on(&app).await;
        let watcher = NewClient::program("watcher").set(|it| it.serves = vec![ORDERS.to_owned()]).on(&app).await;
        let request = program.token().with("grant_type", "client_credentials").with("resource", ORDERS);
        let given = request.send(&app).await.json();
        let token = given["access_token"].as_str().unwrap();
        assert!(counts(&app, &watcher, token).await);
        program.change(&app, |it| it.enabled = false).await;
        assert!(!counts(&app, &watcher, token).await);
        program.change(&app, |it| it.enabled = true).await;
        assert!(counts(&app, &watcher, token).await);
        app.clock.advance(Duration::from_hours(1));
        assert!(!counts(&app, &watcher, token).await);
    }

    async fn sec_054_a_client_that_takes_the_name_of_one_that_is_gone_has_none_of_its_tokens(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let program = NewClient::program("orders").on(&app).await;
        let token = token(&app, &program).await;
        assert!(counts(&app, &program, &token).await);
        let (id, by) = (ClientId::parse("orders").unwrap(), By::command());
        client::delete(&app.services, &by, &app.brand, &id).await.unwrap();
        app.clock.advance(Duration::from_millis(1));
        let draft = Draft::described(&given(&["grant_types=client_credentials"])).unwrap();
        let made = client::create(&app.services, &by, &app.brand, Some(id), draft).await.unwrap();
        let secret = made.secret.unwrap();
        let asked = TokenRequest::bare("/introspect").basic("orders", secret.expose()).with("token", &token).send(&app).await;
        assert_eq!(asked.body, r#"{"active":false}"#);
    }

    async fn sec_138_a_programs_token_is_unknown_elsewhere_and_in_every_other_place(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let here = NewClient::program("orders").on(&app).await;
        let there = NewClient::program("orders").of(&app, &other).await;
        let web = NewClient::web("web").refreshing().on(&app).await;
        let token = token(&app, &here).await;
        assert!(!counts(&app, &there, &token).await);
        for refused in [web.redeem(&token), web.refresh(&token)] {
            assert_eq!(refused.send(&app).await.oauth_error(), (400, "invalid_grant".to_owned()));
        }
        // Nor is a code a token.
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&web.ask()).await.sent().code();
        assert!(!counts(&app, &web, &code).await);
    }

    async fn a_token_of_which_a_character_was_changed_is_none(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let program = NewClient::program("orders").on(&app).await;
        let token = token(&app, &program).await;
        for place in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            assert!(!counts(&app, &program, &String::from_utf8(forged).unwrap()).await, "{place}");
        }
        assert!(!counts(&app, &program, &token[..token.len() - 4]).await);
        assert!(!counts(&app, &program, &format!("{token}AAAA")).await);
        assert!(counts(&app, &program, &token).await);
    }

    async fn what_is_too_long_for_a_token_goes_into_a_row(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let scope = format!("orders.{}", "x".repeat(990));
        let program = NewClient::program("orders").set(|it| it.scope = scope.parse().unwrap()).on(&app).await;
        let token = token(&app, &program).await;
        assert_eq!((token.len(), app.count("tokens").await), (43, 1));
        let told = program.introspect(&token).send(&app).await.json();
        assert_eq!((&told["active"], &told["scope"]), (&true.into(), &scope.into()));
        assert_eq!(program.revoke(&token).send(&app).await.status, 200);
        assert!(!counts(&app, &program, &token).await);
    }
}
