//! Userinfo: who may ask, how, and what is told.

use axum::body::Body;
use http::header::WWW_AUTHENTICATE;
use serde_json::json;
use signet::model::ConsumerStatus;
use std::time::Duration;

use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::userinfo;

async fn access_token(app: &App, client: &TestClient, scope: &str) -> String {
    let ana = signet::store::consumers::find(app.db(), &app.brand, &"sub-ana".parse().unwrap())
        .await
        .unwrap();
    let ana = match ana {
        Some(ana) => ana,
        None => app.consumer("ana").await,
    };
    let mut browser = app.signed_in(&ana).await;
    let ask = client.ask().with("scope", scope).response_type("code token");
    browser
        .ask(&ask)
        .await
        .sent()
        .get("access_token")
        .unwrap()
        .to_owned()
}

async fn post(app: &App, headers: &[(&str, &str)], body: String) -> Answer {
    let mut builder = request("POST", "/userinfo");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    app.send(builder.body(Body::from(body)).unwrap()).await
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

on_both_databases! {
    async fn the_token_may_come_in_three_ways(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let token = access_token(&app, &client, "openid").await;
        let bearer = format!("bearer {token}");
        for answer in [
            userinfo(&app, &token).await,
            post(&app, &[("authorization", &bearer)], String::new()).await,
            post(&app, &[("authorization", &bearer), FORM], "x=1".to_owned()).await,
            post(&app, &[FORM], format!("access_token={token}")).await,
        ] {
            assert_eq!(answer.json(), json!({"sub": "sub-ana"}));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }

    async fn sec_056_never_in_the_query_and_never_twice(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let token = access_token(&app, &client, "openid").await;
        let bearer = format!("Bearer {token}");
        let in_query = format!("/userinfo?access_token={token}");
        let header_and_query = request("GET", &in_query).header("authorization", &bearer).body(Body::empty()).unwrap();
        let two_headers = request("GET", "/userinfo")
            .header("authorization", &bearer).header("authorization", &bearer).body(Body::empty()).unwrap();
        for answer in [
            app.get(&in_query).await,
            app.get(&format!("{in_query}&x=%00")).await,
            app.send(header_and_query).await,
            app.send(two_headers).await,
            post(&app, &[("authorization", &bearer), FORM], format!("access_token={token}")).await,
            post(&app, &[FORM], format!("access_token={token}&access_token={token}")).await,
        ] {
            assert_eq!(answer.oauth_error(), (400, "invalid_request".to_owned()));
            assert!(answer.header(WWW_AUTHENTICATE).unwrap().contains("error=\"invalid_request\""));
        }
    }

    async fn without_a_good_token_there_is_a_challenge(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let token = access_token(&app, &client, "openid").await;
        let realm = "Bearer realm=\"https://id.example.test\"";
        for answer in [app.get("/userinfo").await, post(&app, &[FORM], "x=1".to_owned()).await,
                       post(&app, &[("content-type", "application/json")], format!("{{\"access_token\":\"{token}\"}}")).await] {
            assert_eq!(answer.status, 401);
            assert_eq!(answer.header(WWW_AUTHENTICATE), Some(realm), "no error is told where nothing was shown");
        }
        // SEC-008: on the whole string.
        for bad in [&token[1..], &format!("{token}A"), &token.to_uppercase(), "x", "a.b.c"] {
            let answer = userinfo(&app, bad).await;
            assert_eq!(answer.oauth_error(), (401, "invalid_token".to_owned()), "{bad}");
            assert!(answer.header(WWW_AUTHENTICATE).unwrap().starts_with(&format!("{realm}, error=\"invalid_token\"")));
        }
        let basic = request("GET", "/userinfo").header("authorization", "Basic d2ViOng=").body(Body::empty()).unwrap();
        assert_eq!(app.send(basic).await.oauth_error().1, "invalid_token");
    }

    async fn a_token_ends(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let token = access_token(&app, &client, "openid").await;
        app.clock.advance(Duration::from_secs(3599));
        assert_eq!(userinfo(&app, &token).await.status, 200);
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(userinfo(&app, &token).await.status, 401);
    }

    async fn sec_054_a_token_ends_with_its_session_client_or_consumer(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let ask = client.ask().response_type("code token");
        let token = browser.ask(&ask).await.sent().get("access_token").unwrap().to_owned();
        client.change(&app, |it| it.enabled = false).await;
        assert_eq!(userinfo(&app, &token).await.status, 401);
        client.change(&app, |it| it.enabled = true).await;
        assert_eq!(userinfo(&app, &token).await.status, 200);
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        assert_eq!(userinfo(&app, &token).await.status, 401);
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Active).await;
        assert_eq!(userinfo(&app, &token).await.status, 200);
        let cookie = browser.session_cookie().unwrap().to_owned();
        let session = app.services.sessions.peek(&app.brand, &cookie).await.unwrap().unwrap();
        app.services.sessions.end(&session).await.unwrap();
        assert_eq!(userinfo(&app, &token).await.status, 401);
    }

    async fn sec_056_a_token_without_openid_is_not_enough(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.scope = "openid api email".parse().unwrap()).on(&app).await;
        let token = access_token(&app, &client, "api email").await;
        let answer = userinfo(&app, &token).await;
        assert_eq!(answer.oauth_error(), (403, "insufficient_scope".to_owned()));
        assert!(answer.header(WWW_AUTHENTICATE).unwrap().contains("error=\"insufficient_scope\""));
        assert!(!answer.body.contains("ana"));
    }
}
