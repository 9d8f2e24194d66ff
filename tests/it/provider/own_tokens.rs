//! A program's own tokens, opaque or signed: they carry what they stand for and have no row until they are taken back.

use std::time::Duration;

use signet::base::id::{ClientId, KeyId};
use signet::directory::client::{self, Draft};
use signet::directory::key::{self, Needed, Retirement};
use signet::directory::{By, doctor};
use signet::model::client::AccessTokenFormat;
use signet::store::{self, tokens::Living};

use super::rotation::{keys, kid_of};
use crate::directory::given;
use crate::support::app::App;
use crate::support::client::{NewClient, ORDERS, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::userinfo;

async fn token(app: &App, client: &TestClient) -> String {
    let request = client.token().with("grant_type", "client_credentials");
    let given = request.send(app).await.json();
    given["access_token"].as_str().unwrap().to_owned()
}

/// One that has opaque tokens, and one whose tokens its resources read.
async fn programs(app: &App) -> [TestClient; 2] {
    let readable = NewClient::program("readable").set(|it| it.access_token_format = AccessTokenFormat::Jwt);
    [NewClient::program("orders").on(app).await, readable.on(app).await]
}

/// What of a key's signatures lives.
async fn living(app: &App, kid: &KeyId) -> Living {
    let counted = store::tokens::count_signed(app.db(), &app.brand, kid, app.clock.now()).await;
    counted.unwrap()
}

async fn counts(app: &App, client: &TestClient, token: &str) -> bool {
    let told = client.introspect(token).send(app).await.json();
    told["active"].as_bool().unwrap()
}

on_both_databases! {
    async fn a_programs_token_is_given_without_a_row_and_gets_one_when_it_is_taken_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let node = app.beside(fresh).await;
        for (program, before) in programs(&app).await.iter().zip(0..) {
            let (token, another) = (token(&app, program).await, token(&app, program).await);
            assert_ne!(token, another);
            assert_eq!(app.count("tokens").await, before);
            assert!(counts(&app, program, &token).await && counts(&node, program, &token).await);

            for _ in 0..2 {
                assert_eq!(program.revoke(&token).send(&node).await.status, 200);
                assert_eq!(app.count("tokens").await, before + 1);
                assert!(!counts(&app, program, &token).await && !counts(&node, program, &token).await);
            }
            assert!(counts(&app, program, &another).await);
        }
    }

    async fn sec_055_a_programs_token_that_is_anothers_stays(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let thief = NewClient::program("thief").on(&app).await;
        for program in programs(&app).await {
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
    }

    async fn sec_054_a_programs_token_ends_with_its_time_and_its_client(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let watcher = NewClient::program("watcher").set(|it| it.serves = vec![ORDERS.to_owned()]).on(&app).await;
        for program in programs(&app).await {
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
    }

    async fn sec_054_a_client_that_takes_the_name_of_one_that_is_gone_has_none_of_its_tokens(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for program in programs(&app).await {
            let token = token(&app, &program).await;
            assert!(counts(&app, &program, &token).await);
            let (id, by) = (ClientId::parse(&program.client_id).unwrap(), By::command());
            client::delete(&app.services, &by, &app.brand, &id).await.unwrap();
            app.clock.advance(Duration::from_millis(1));
            let draft = Draft::described(&given(&["grant_types=client_credentials"])).unwrap();
            let made = client::create(&app.services, &by, &app.brand, Some(id), draft).await.unwrap();
            let secret = made.secret.unwrap();
            let asked = TokenRequest::bare("/introspect").basic(&program.client_id, secret.expose()).with("token", &token);
            assert_eq!(asked.send(&app).await.body, r#"{"active":false}"#);
        }
    }

    async fn sec_138_a_programs_token_is_unknown_elsewhere_and_in_every_other_place(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let there = NewClient::program("orders").of(&app, &other).await;
        let web = NewClient::web("web").refreshing().on(&app).await;
        for here in programs(&app).await {
            let token = token(&app, &here).await;
            assert!(!counts(&app, &there, &token).await);
            for refused in [web.redeem(&token), web.refresh(&token)] {
                assert_eq!(refused.send(&app).await.oauth_error(), (400, "invalid_grant".to_owned()));
            }
            // It speaks for nobody.
            assert_eq!(userinfo(&app, &token).await.status, 401);
        }
        // Nor is a code a token.
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&web.ask()).await.sent().code();
        assert!(!counts(&app, &web, &code).await);
    }

    async fn a_token_of_which_a_character_was_changed_is_none(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for program in programs(&app).await {
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
    }

    async fn what_is_too_long_for_a_token_goes_into_a_row(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let scope = format!("orders.{}", "x".repeat(990));
        let program = NewClient::program("orders").set(|it| it.scope = scope.parse().unwrap()).on(&app).await;
        let token = token(&app, &program).await;
        assert_eq!((token.len(), app.count("tokens").await), (52, 1));
        let told = program.introspect(&token).send(&app).await.json();
        assert_eq!((&told["active"], &told["scope"]), (&true.into(), &scope.into()));
        assert_eq!(program.revoke(&token).send(&app).await.status, 200);
        assert!(!counts(&app, &program, &token).await);
    }

    async fn sec_013_a_key_is_needed_as_long_as_what_it_signed_for_programs(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let node = app.beside(fresh).await;
        let [_, program] = programs(&app).await;
        let other = NewClient::program("other").set(|it| it.access_token_format = AccessTokenFormat::Jwt).on(&app).await;
        let first = keys(&app).await[0].kid.clone();
        let last = token(&app, &program).await;
        assert_eq!(kid_of(&last), first.as_str());
        // On the record before it went out, whatever becomes of the node, and counted by and by.
        assert_eq!((living(&app, &first).await.tokens, living(&app, &first).await.clients), (1, 1));
        for asked in [&app, &app, &node] {
            token(asked, &program).await;
        }
        token(&node, &other).await;
        for asked in [&app, &node, &app] {
            asked.services.signed_windows.write().await.unwrap();
        }
        let all = living(&app, &first).await;
        assert_eq!((all.tokens, all.clients, all.subjects), (5, 2, 0));
        // An hour, and the window of five minutes that the last of them ends in.
        let hour = app.clock.now() + Duration::from_hours(1);
        let until = all.until.unwrap();
        assert!(hour < until && until <= hour + Duration::from_mins(5), "{until:?}");

        app.clock.advance(Duration::from_secs(1));
        let by = By::command();
        key::rotate(&app.services, &by, &app.brand, None, true).await.unwrap();
        app.clock.advance(Duration::from_mins(59));
        let refused = key::retire(&app.services, &by, &app.brand, &first).await.unwrap();
        let Retirement::Refused(Needed::Tokens(needed)) = refused else { panic!("{refused:?}") };
        assert_eq!((needed.tokens, needed.until), (5, Some(until)));
        assert!(counts(&node, &program, &last).await);
        app.clock.advance(Duration::from_mins(6));
        let retired = key::retire(&app.services, &by, &app.brand, &first).await.unwrap();
        assert!(matches!(retired, Retirement::Retired(_)), "{retired:?}");
        let checks = doctor::integrity(app.db(), Some(&app.services.sealer), app.clock.now()).await.unwrap();
        assert!(checks.iter().all(|check| check.findings.is_empty()), "{checks:?}");
        node.db().close().await;
    }

    async fn sec_017_a_burnt_key_ends_what_it_signed_for_programs(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let [opaque, readable] = programs(&app).await;
        let (kept, ended) = (token(&app, &opaque).await, token(&app, &readable).await);
        let first = keys(&app).await[0].kid.clone();
        let burnt = key::burn(&app.services, &By::command(), &app.brand, &first).await.unwrap();
        let touched = burnt.exposure.living;
        assert_eq!((touched.tokens, touched.clients, touched.subjects), (1, 1, 0));
        let node = app.beside(fresh).await;
        for asked in [&app, &node] {
            assert!(counts(asked, &opaque, &kept).await);
            assert!(!counts(asked, &readable, &ended).await);
        }
        assert!(counts(&node, &readable, &token(&app, &readable).await).await);
        node.db().close().await;
    }

    async fn what_can_not_be_counted_is_not_given(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let [_, program] = programs(&app).await;
        let node = app.beside(fresh).await;
        let request = || program.token().with("grant_type", "client_credentials");
        assert_eq!(request().send(&node).await.status, 200);
        node.services.signed_windows.write().await.unwrap();
        node.db().close().await;
        assert_eq!(request().send(&node).await.oauth_error(), (503, "temporarily_unavailable".to_owned()));
    }
}
