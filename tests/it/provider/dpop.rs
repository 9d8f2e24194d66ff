//! Proofs of possession.

use std::time::Duration;

use axum::body::Body;
use serde_json::{Value, json};
use signet::base::Timestamp;
use signet::config::Settings;
use signet::store::backup;
use sqlx::Connection as _;

use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER, request};
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::proofs::Proof;
use crate::support::signing::{CLIENT_ED, CLIENT_KEY, CLIENT_RSA, NEXT_CLIENT_KEY};
use crate::support::tokens::userinfo;

async fn code(app: &App, client: &TestClient) -> String {
    let ana = app
        .services
        .consumers
        .find(&app.brand, &"sub-ana".parse().unwrap())
        .await
        .unwrap();
    let ana = match ana {
        Some(ana) => (*ana).clone(),
        None => app.consumer("ana").await,
    };
    app.signed_in(&ana).await.ask(&client.ask()).await.sent().code()
}

async fn userinfo_with(app: &App, scheme: &str, token: &str, proofs: &[&Proof<'_>]) -> Answer {
    let mut builder = request("GET", "/userinfo").header("authorization", format!("{scheme} {token}"));
    for proof in proofs {
        builder = builder.header("dpop", proof.text());
    }
    app.send(builder.body(Body::empty()).unwrap()).await
}

on_both_databases! {
    async fn a_token_is_bound_to_the_key_that_was_proved(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").on(&app).await;
        for key in [&CLIENT_KEY, &CLIENT_RSA, &CLIENT_ED] {
            let code = code(&app, &client).await;
            let answer = client.redeem(&code).proving(&Proof::of(&app, key, "token")).send(&app).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let tokens = answer.json();
            assert_eq!(tokens["token_type"], "DPoP");
            let token = tokens["access_token"].as_str().unwrap();
            let proof = Proof::of(&app, key, "userinfo").beside(token);
            assert_eq!(userinfo_with(&app, "DPoP", token, &[&proof]).await.status, 200);
        }
        // RFC 9864's name of the same algorithm.
        let code = code(&app, &client).await;
        let proof = Proof::of(&app, &CLIENT_ED, "token").head("alg", json!("Ed25519"));
        assert_eq!(client.redeem(&code).proving(&proof).send(&app).await.status, 200);
    }

    async fn sec_052_a_bound_token_is_nothing_without_its_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").on(&app).await;
        let bound = code(&app, &client).await;
        let answer = client.redeem(&bound).proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await;
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let good = || Proof::of(&app, &CLIENT_KEY, "userinfo").beside(&token);

        let plain = userinfo(&app, &token).await;
        assert_eq!(plain.oauth_error(), (401, "invalid_token".to_owned()));
        let none = userinfo_with(&app, "DPoP", &token, &[]).await;
        assert_eq!(none.oauth_error(), (401, "invalid_token".to_owned()));
        assert!(none.header("www-authenticate").unwrap().starts_with("DPoP realm=\"https://id.example.test\", algs=\""));
        let other = Proof::of(&app, &NEXT_CLIENT_KEY, "userinfo").beside(&token);
        assert_eq!(userinfo_with(&app, "DPoP", &token, &[&other]).await.oauth_error().1, "invalid_token");
        for (proof, what) in [
            (good().claim("ath", Value::Null), "no ath"),
            (good().claim("ath", json!("x")), "another ath"),
            (good().claim("htm", json!("POST")), "another method"),
            (Proof::of(&app, &CLIENT_KEY, "token").beside(&token), "another URL"),
        ] {
            let answer = userinfo_with(&app, "DPoP", &token, &[&proof]).await;
            assert_eq!(answer.oauth_error(), (401, "invalid_dpop_proof".to_owned()), "{what}");
            assert!(answer.header("www-authenticate").unwrap().contains("error=\"invalid_dpop_proof\""));
        }
        let two = userinfo_with(&app, "DPoP", &token, &[&good(), &good()]).await;
        assert_eq!(two.oauth_error().1, "invalid_dpop_proof");
        let once = good();
        assert_eq!(userinfo_with(&app, "dpop", &token, &[&once]).await.status, 200);
        assert_eq!(userinfo_with(&app, "DPoP", &token, &[&once]).await.oauth_error().1, "invalid_dpop_proof");

        // A token that is bound to nothing isn't shown as one that is.
        let free = code(&app, &client).await;
        let answer = client.redeem(&free).send(&app).await.json();
        assert_eq!(answer["token_type"], "Bearer");
        let token = answer["access_token"].as_str().unwrap();
        let proof = Proof::of(&app, &CLIENT_KEY, "userinfo").beside(token);
        assert_eq!(userinfo_with(&app, "DPoP", token, &[&proof]).await.oauth_error().1, "invalid_token");
        assert_eq!(userinfo(&app, token).await.status, 200);
    }

    async fn sec_051_a_proof_is_whole_and_fresh(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").on(&app).await;
        let code = code(&app, &client).await;
        let now = app.clock.now().seconds();
        let good = || Proof::of(&app, &CLIENT_KEY, "token");
        let private = serde_json::from_str::<Value>(r#"{"kty":"EC","crv":"P-256","x":"x","y":"y","d":"d"}"#).unwrap();
        let other = Proof::of(&app, &NEXT_CLIENT_KEY, "token").header["jwk"].clone();
        for (proof, what) in [
            (good().head("typ", json!("JWT")), "another type"),
            (good().head("typ", Value::Null), "no type"),
            (good().head("alg", json!("none")), "no algorithm"),
            (good().head("alg", json!("HS256")), "a secret's algorithm"),
            (good().head("jwk", Value::Null), "no key"),
            (good().head("jwk", private), "a private key"),
            (good().head("jwk", other), "another's key"),
            (good().head("crit", json!(["exp"])), "something critical"),
            (good().claim("jti", Value::Null), "no id"),
            (good().claim("jti", json!("")), "an empty id"),
            (good().claim("htm", json!("GET")), "another method"),
            (good().claim("htm", Value::Null), "no method"),
            (good().claim("htu", json!("https://evil.test/token")), "another host"),
            (good().claim("htu", json!(format!("{ISSUER}/userinfo"))), "another endpoint"),
            (good().claim("htu", Value::Null), "no URL"),
            (good().claim("iat", json!(now - 61)), "too old"),
            (good().claim("iat", json!(now + 11)), "too far ahead"),
            (good().claim("iat", json!(now.to_string())), "a text as time"),
            (good().claim("iat", Value::Null), "no time"),
        ] {
            let answer = client.redeem(&code).proving(&proof).send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_dpop_proof".to_owned()), "{what}");
        }
        let twice = client.redeem(&code).proving(&good()).proving(&good()).send(&app).await;
        assert_eq!(twice.oauth_error().1, "invalid_dpop_proof");
        // None of them used the code up; query and fragment don't count, nor does how a URL is written.
        let proof = good().claim("htu", json!("HTTPS://ID.example.test:443/token?x=1#y")).claim("iat", json!(now + 8));
        assert_eq!(client.redeem(&code).proving(&proof).send(&app).await.status, 200);
    }

    async fn sec_051_a_proof_is_used_once_on_whichever_node(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::public("app").on(&app).await;
        let proof = Proof::of(&app, &CLIENT_KEY, "token");
        let request = client.redeem("no code").proving(&proof);
        let mut tries = Vec::new();
        for number in 0..50 {
            tries.push(request.send(if number % 2 == 0 { &app } else { &other }));
        }
        let answers = futures_util::future::join_all(tries).await;
        let passed = answers.iter().filter(|answer| answer.oauth_error().1 == "invalid_grant").count();
        assert_eq!(passed, 1);
        // Another key's proof with that id is another proof.
        let id = proof.claims["jti"].clone();
        let elses = Proof::of(&app, &NEXT_CLIENT_KEY, "token").claim("jti", id);
        assert_eq!(client.redeem("no code").proving(&elses).send(&app).await.oauth_error().1, "invalid_grant");
        other.db().close().await;
    }

    async fn sec_042_a_code_for_a_key_needs_that_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        let thumbprint = CLIENT_KEY.public().thumbprint();
        let code = browser.ask(&client.ask().with("dpop_jkt", &thumbprint)).await.sent().code();
        for request in [
            client.redeem(&code),
            client.redeem(&code).proving(&Proof::of(&app, &NEXT_CLIENT_KEY, "token")),
        ] {
            assert_eq!(request.send(&app).await.oauth_error(), (400, "invalid_grant".to_owned()));
        }
        let answer = client.redeem(&code).proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await;
        assert_eq!(answer.json()["token_type"], "DPoP");
        let malformed = browser.ask(&client.ask().with("dpop_jkt", "x")).await;
        assert_eq!(malformed.sent_error(), "invalid_request");
    }

    async fn a_client_that_registered_so_gets_bound_tokens_alone(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::public("app").set(|it| it.dpop_bound_access_tokens = true).on(&app).await;
        let code = code(&app, &client).await;
        assert_eq!(client.redeem(&code).send(&app).await.oauth_error(), (400, "invalid_dpop_proof".to_owned()));
        let answer = client.redeem(&code).proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await;
        assert_eq!(answer.json()["token_type"], "DPoP");
    }

    async fn a_server_may_want_nonces_of_its_own(fresh: &FreshDb) {
        let app = App::with(fresh, |settings: &mut Settings| settings.tokens.dpop_nonce = true).await;
        let client = NewClient::public("app").on(&app).await;
        let code = code(&app, &client).await;
        let good = || Proof::of(&app, &CLIENT_KEY, "token");
        let refused = client.redeem(&code).proving(&good()).send(&app).await;
        assert_eq!(refused.oauth_error(), (400, "use_dpop_nonce".to_owned()));
        let nonce = refused.header("dpop-nonce").unwrap().to_owned();
        let made_up = good().claim("nonce", json!("made up"));
        assert_eq!(client.redeem(&code).proving(&made_up).send(&app).await.oauth_error().1, "use_dpop_nonce");
        let answer = client.redeem(&code).proving(&good().claim("nonce", json!(nonce))).send(&app).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        app.clock.advance(Duration::from_mins(10));
        let old = Proof::of(&app, &CLIENT_KEY, "userinfo").beside(&token).claim("nonce", json!(nonce));
        let answer = userinfo_with(&app, "DPoP", &token, &[&old]).await;
        assert_eq!(answer.oauth_error(), (401, "use_dpop_nonce".to_owned()));
        assert!(answer.header("www-authenticate").unwrap().contains("error=\"use_dpop_nonce\""));
        let nonce = answer.header("dpop-nonce").unwrap().to_owned();
        let proof = Proof::of(&app, &CLIENT_KEY, "userinfo").beside(&token).claim("nonce", json!(nonce));
        assert_eq!(userinfo_with(&app, "DPoP", &token, &[&proof]).await.status, 200);
    }
}

/// As a copy is that was put back at this moment.
async fn put_back(fresh: &FreshDb, now: Timestamp) {
    if fresh.connect.url.starts_with("postgres") {
        // It notes the second after it.
        let before = now - Duration::from_secs(1);
        return backup::end_in_place(&fresh.connect, before).await.unwrap();
    }
    let mut file = sqlx::SqliteConnection::connect(&fresh.connect.url).await.unwrap();
    let mark = format!("PRAGMA user_version = {}", now.seconds());
    sqlx::query(sqlx::AssertSqlSafe(mark))
        .execute(&mut file)
        .await
        .unwrap();
    file.close().await.unwrap();
}

async fn proofs_across_a_restore(fresh: FreshDb) {
    let app = App::on(&fresh).await;
    let client = NewClient::public("app").on(&app).await;
    put_back(&fresh, app.clock.now()).await;
    let node = app.beside(&fresh).await;
    // A code of that time, too.
    let former = code(&app, &client).await;
    let redeemed = client
        .redeem(&former)
        .proving(&Proof::of(&app, &CLIENT_KEY, "token"))
        .send(&node)
        .await;
    assert_eq!(redeemed.oauth_error().0, 400);
    let redeem = async |app: &App, proof: &Proof<'_>| {
        client
            .redeem(&code(app, &client).await)
            .proving(proof)
            .send(app)
            .await
    };
    let proof = Proof::of(&node, &CLIENT_KEY, "token");
    assert_eq!(redeem(&node, &proof).await.status, 400);
    // The node that was not restored takes it, once.
    assert_eq!(redeem(&app, &proof).await.status, 200);
    // Whoever made it may have had a clock that is ahead.
    node.clock.advance(Duration::from_secs(10));
    let ahead = redeem(&node, &Proof::of(&node, &CLIENT_KEY, "token")).await;
    assert_eq!(ahead.oauth_error(), (400, "invalid_dpop_proof".to_owned()));
    node.clock.advance(Duration::from_secs(1));
    let proof = Proof::of(&node, &CLIENT_KEY, "token");
    assert_eq!(redeem(&node, &proof).await.status, 200);
    assert_eq!(redeem(&node, &proof).await.status, 400);
    node.db().close().await;
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_154_a_proof_from_before_the_database_was_put_back_counts_as_used_sqlite() {
    proofs_across_a_restore(FreshDb::sqlite().await).await;
}

#[tokio::test]
async fn sec_154_a_proof_from_before_the_database_was_put_back_counts_as_used_postgres() {
    proofs_across_a_restore(FreshDb::postgres().await).await;
}
