//! Refresh tokens: exchanged at each use or not, and never good for more than was granted.

use std::time::Duration;

use oauth::GrantType;
use serde_json::Value;
use signet::model::{AccountStatus, ConsumerStatus};
use signet::store;

use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::tokens::{payload, userinfo, verified};

const DAY: Duration = Duration::from_hours(24);

/// The tokens of a fresh login with offline access.
pub(super) async fn tokens(app: &App, client: &TestClient) -> Value {
    let ana = match store::consumers::find(app.db(), &app.brand, &"sub-ana".parse().unwrap())
        .await
        .unwrap()
    {
        Some(ana) => ana,
        None => app.consumer("ana").await,
    };
    let mut browser = app.signed_in(&ana).await;
    let ask = client.ask().with("scope", "openid email offline_access");
    let code = browser.ask(&ask).await.sent().code();
    client.redeem(&code).send(app).await.json()
}

pub(super) fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {tokens}"))
}

fn refused(answer: &Answer) {
    assert_eq!(answer.oauth_error(), (400, "invalid_grant".to_owned()));
}

on_both_databases! {
    async fn sec_045_a_public_clients_token_is_exchanged_at_each_use(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        assert_eq!(first["scope"], "openid email offline_access");

        app.clock.advance(Duration::from_mins(10));
        let answer = client.refresh(text(&first, "refresh_token")).send(&app).await;
        assert_eq!(answer.header(http::header::CACHE_CONTROL), Some("no-store"));
        let second = answer.json();
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        assert_eq!((&second["token_type"], &second["expires_in"]), (&"Bearer".into(), &3600.into()));
        assert_eq!(second["scope"], first["scope"]);
        assert_eq!(userinfo(&app, text(&second, "access_token")).await.json()["sub"], "sub-ana");
        // The id_token agrees with the first (OpenID Connect Core §12.2).
        let (then, now) = (payload(text(&first, "id_token")), verified(&app, text(&second, "id_token"), "app").await);
        for claim in ["iss", "sub", "aud", "sid"] {
            assert_eq!(then[claim], now[claim], "{claim}");
        }
        assert!(!now.contains_key("nonce"));
        assert!(now["iat"].as_i64() > then["iat"].as_i64());
        assert_eq!(client.refresh(text(&second, "refresh_token")).send(&app).await.status, 200);
    }

    async fn a_refreshed_id_token_tells_of_the_same_login(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().set(|it| it.require_auth_time = true).on(&app).await;
        let first = tokens(&app, &client).await;
        app.clock.advance(Duration::from_hours(2));
        let again = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
        let (then, now) = (payload(text(&first, "id_token")), payload(text(&again, "id_token")));
        assert_eq!(then["auth_time"], now["auth_time"]);
    }

    async fn sec_045_a_lost_answer_logs_nobody_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let lost = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
        app.clock.advance(Duration::from_secs(29));
        let again = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
        assert_ne!(lost["refresh_token"], again["refresh_token"]);
        // What was returned with a 200 works, once.
        for token in [&lost, &again] {
            assert_eq!(client.refresh(text(token, "refresh_token")).send(&app).await.status, 200);
        }
    }

    async fn sec_045_beyond_five_uses_nothing_is_given_and_nothing_taken_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let request = client.refresh(text(&first, "refresh_token"));
        let mut given = Vec::new();
        for _ in 0..5 {
            given.push(request.send(&app).await.json());
        }
        for _ in 0..3 {
            refused(&request.send(&app).await);
        }
        for tokens in &given {
            assert_eq!(userinfo(&app, text(tokens, "access_token")).await.status, 200);
            assert_eq!(client.refresh(text(tokens, "refresh_token")).send(&app).await.status, 200);
        }
    }

    async fn sec_046_the_predecessor_after_its_grace_takes_the_whole_family_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let other = tokens(&app, &client).await;
        let second = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
        app.clock.advance(Duration::from_secs(30));
        let log = Log::listen();
        refused(&client.refresh(text(&first, "refresh_token")).send(&app).await);
        assert!(log.text().contains("refresh.reuse"), "{}", log.text());
        refused(&client.refresh(text(&second, "refresh_token")).send(&app).await);
        for tokens in [&first, &second] {
            assert_eq!(userinfo(&app, text(tokens, "access_token")).await.status, 401);
        }
        // Another login is another family.
        assert_eq!(userinfo(&app, text(&other, "access_token")).await.status, 200);
        assert_eq!(client.refresh(text(&other, "refresh_token")).send(&app).await.status, 200);
    }

    async fn sec_046_so_does_one_older_than_the_predecessor_at_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let second = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
        let third = client.refresh(text(&second, "refresh_token")).send(&app).await.json();
        refused(&client.refresh(text(&first, "refresh_token")).send(&app).await);
        refused(&client.refresh(text(&third, "refresh_token")).send(&app).await);
        assert_eq!(userinfo(&app, text(&third, "access_token")).await.status, 401);
    }

    async fn a_client_with_a_secret_keeps_its_token(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        for _ in 0..7 {
            app.clock.advance(DAY);
            let again = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
            assert!(again.get("refresh_token").is_none());
            assert_eq!(userinfo(&app, text(&again, "access_token")).await.status, 200);
        }
        let exchanging = NewClient::web("exchanging").refreshing().set(|it| it.refresh_token_rotation = Some(true)).on(&app).await;
        let first = tokens(&app, &exchanging).await;
        let again = exchanging.refresh(text(&first, "refresh_token")).send(&app).await.json();
        assert_ne!(first["refresh_token"], again["refresh_token"]);
    }

    async fn sec_047_a_token_ends_unused_after_fourteen_days_and_whatever_happens_after_ninety(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for client in [NewClient::web("web"), NewClient::public("app")] {
            let client = client.refreshing().on(&app).await;
            let unused = tokens(&app, &client).await;
            let mut used = tokens(&app, &client).await["refresh_token"].clone();
            for day in (13..=78).step_by(13) {
                app.clock.advance(13 * DAY);
                let again = client.refresh(used.as_str().unwrap()).send(&app).await;
                assert_eq!(again.status, 200, "day {day}");
                if let Some(next) = again.json().get("refresh_token") {
                    used = next.clone();
                }
            }
            refused(&client.refresh(text(&unused, "refresh_token")).send(&app).await);
            app.clock.advance(12 * DAY);
            refused(&client.refresh(used.as_str().unwrap()).send(&app).await);
        }
    }

    async fn sec_047_lifetimes_are_the_clients_then_the_accounts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.change_account(&app.brand, |it| it.settings.refresh_token_ttl = Some(7200)).await;
        let accounts = NewClient::web("web").refreshing().on(&app).await;
        let own = NewClient::web("own").refreshing().set(|it| it.refresh_token_ttl = Some(3600)).on(&app).await;
        let (long, short) = (tokens(&app, &accounts).await, tokens(&app, &own).await);
        app.clock.advance(Duration::from_hours(1));
        refused(&own.refresh(text(&short, "refresh_token")).send(&app).await);
        assert_eq!(accounts.refresh(text(&long, "refresh_token")).send(&app).await.status, 200);
        app.clock.advance(Duration::from_hours(2));
        refused(&accounts.refresh(text(&long, "refresh_token")).send(&app).await);
    }

    async fn sec_047_a_refresh_narrows_and_never_widens(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let request = client.refresh(text(&first, "refresh_token"));
        let narrow = request.clone().with("scope", "openid").send(&app).await.json();
        assert_eq!(narrow["scope"], "openid");
        assert!(userinfo(&app, text(&narrow, "access_token")).await.json().get("email").is_none());
        for wider in ["openid profile", "admin"] {
            let answer = request.clone().with("scope", wider).send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_scope".to_owned()), "{wider}");
        }
        // Narrowing was for that access token alone.
        let whole = request.send(&app).await.json();
        assert_eq!(whole["scope"], "openid email offline_access");
        assert!(userinfo(&app, text(&whole, "access_token")).await.json().get("email").is_some());
    }

    async fn sec_047_a_token_is_its_clients_and_its_accounts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let thief = NewClient::web("thief").refreshing().on(&app).await;
        let namesake = NewClient::web("web").refreshing().of(&app, &other).await;
        let first = tokens(&app, &client).await;
        let token = text(&first, "refresh_token");
        refused(&thief.refresh(token).send(&app).await);
        refused(&namesake.refresh(token).send(&app).await);
        for wrong in [&token[1..], &format!("{token}A"), &token.to_uppercase(), &format!(" {token}"), text(&first, "access_token")] {
            refused(&client.refresh(wrong).send(&app).await);
        }
        assert_eq!(client.token().with("grant_type", "refresh_token").send(&app).await.oauth_error().1, "invalid_request");
        assert_eq!(client.refresh(token).basic("web", "wrong").send(&app).await.oauth_error().1, "invalid_client");
        assert_eq!(client.refresh(token).send(&app).await.status, 200);
        // And it is no access token.
        assert_eq!(userinfo(&app, token).await.status, 401);
    }

    async fn offline_access_outlives_the_session(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().with("scope", "openid offline_access");
        let code = browser.ask(&ask).await.sent().code();
        let first = client.redeem(&code).send(&app).await.json();
        let cookie = browser.session_cookie().unwrap().to_owned();
        let session = app.services.sessions.find(&app.brand, &cookie).await.unwrap().unwrap();
        app.services.sessions.end(&session).await.unwrap();
        assert_eq!(userinfo(&app, text(&first, "access_token")).await.status, 401);
        let again = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
        assert_eq!(userinfo(&app, text(&again, "access_token")).await.status, 200);
    }

    async fn sec_048_every_refresh_looks_at_consumer_client_and_account_anew(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let first = tokens(&app, &client).await;
        let request = client.refresh(text(&first, "refresh_token"));

        client.change(&app, |it| it.settings.grant_types = vec![GrantType::AuthorizationCode]).await;
        assert_eq!(request.send(&app).await.oauth_error().1, "unauthorized_client");
        client.change(&app, |it| it.settings.grant_types.push(GrantType::RefreshToken)).await;

        client.change(&app, |it| it.settings.scope = "openid email".parse().unwrap()).await;
        refused(&request.send(&app).await);
        client.change(&app, |it| it.settings.scope = "openid offline_access".parse().unwrap()).await;
        assert_eq!(request.send(&app).await.json()["scope"], "openid offline_access");

        client.change(&app, |it| it.settings.first_party = false).await;
        refused(&request.send(&app).await);
        client.change(&app, |it| it.settings.first_party = true).await;

        client.change(&app, |it| it.enabled = false).await;
        assert_eq!(request.send(&app).await.oauth_error().1, "invalid_client");
        client.change(&app, |it| it.enabled = true).await;

        app.change_account(&app.brand, |it| it.status = AccountStatus::Suspended).await;
        refused(&request.send(&app).await);
        app.change_account(&app.brand, |it| it.status = AccountStatus::Active).await;

        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        let log = Log::listen();
        refused(&request.send(&app).await);
        assert!(log.text().contains("refresh.subject_blocked"), "{}", log.text());
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Active).await;
        assert_eq!(request.send(&app).await.status, 200);
    }

    async fn sec_048_a_consent_that_is_taken_back_ends_offline_access(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::third_party("shop").refreshing().on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let ask = client.ask().with("scope", "openid offline_access");
        // Without asking, there is none (OpenID Connect Core §11).
        let asked = browser.ask(&ask).await;
        let code = browser.decide(&asked, "allow").await.sent().code();
        let online = client.redeem(&code).send(&app).await.json();
        assert_eq!(online["scope"], "openid");
        assert!(online.get("refresh_token").is_none());

        let asked = browser.ask(&ask.with("prompt", "consent")).await;
        // It is said that it goes on while nobody is there.
        let page = browser.get(asked.location()).await;
        assert!(page.body.contains("Keep this access while you"), "{}", page.body);
        let code = browser.decide(&asked, "allow").await.sent().code();
        let first = client.redeem(&code).send(&app).await.json();
        assert_eq!(client.refresh(text(&first, "refresh_token")).send(&app).await.status, 200);
        let (account, sub, id) = (app.brand.clone(), ana.sub.clone(), client.client_id.parse().unwrap());
        let now = app.clock.now();
        app.db()
            .transaction(move |tx| Box::pin(async move { store::grants::revoke(tx, &account, &sub, &id, now).await }))
            .await
            .unwrap();
        refused(&client.refresh(text(&first, "refresh_token")).send(&app).await);
    }

    async fn sec_041_a_code_used_twice_takes_refresh_tokens_back_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").refreshing().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask().with("scope", "openid offline_access")).await.sent().code();
        let first = client.redeem(&code).send(&app).await.json();
        let second = client.refresh(text(&first, "refresh_token")).send(&app).await.json();
        refused(&client.redeem(&code).send(&app).await);
        refused(&client.refresh(text(&second, "refresh_token")).send(&app).await);
        assert_eq!(userinfo(&app, text(&second, "access_token")).await.status, 401);
    }

    async fn only_a_code_brings_offline_access(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().set(|it| it.grant_types.push(GrantType::Implicit)).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type("id_token token").with("scope", "openid offline_access");
        let sent = browser.ask(&ask).await.sent();
        assert!(sent.get("refresh_token").is_none());
        let alone = client.ask().response_type("id_token token").with("scope", "offline_access");
        assert_eq!(browser.ask(&alone).await.sent_error(), "invalid_scope");
    }
}
