//! Requests that are repeated under their `Idempotency-Key`.

use std::time::Duration;

use http::header::{ETAG, LOCATION, RETRY_AFTER};
use serde_json::{Value, json};
use signet::base::Digest;
use signet::model::idempotency::Attempt;
use signet::store::idempotency_keys;

use super::{administrator, get, problem, send, send_with, token};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

const CLIENTS: &str = "/admin/api/v1/accounts/brand/clients";
const USERS: &str = "/admin/api/v1/accounts/brand/users";

fn wanted() -> Value {
    json!({"client_name": "Web", "redirect_uris": ["https://shop.example/cb"]})
}

async fn count(app: &App, token: &str) -> usize {
    let list = get(app, CLIENTS, token).await.json();
    list["clients"].as_array().unwrap().len()
}

/// Another token, once a day has gone by.
async fn again(app: &App) -> String {
    token(app, "olga").await
}

on_both_databases! {
    async fn a_repeat_is_answered_like_the_first_without_its_secret(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let key = [("idempotency-key", "\"order-1\"")];
        let first = send_with(&app, "POST", CLIENTS, &token, &wanted(), &key).await;
        assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (201, None));
        let secret = first.json()["client_secret"].as_str().unwrap().to_owned();
        // With or without quotation marks it is the same key.
        for key in ["\"order-1\"", "order-1"] {
            let again = send_with(&app, "POST", CLIENTS, &token, &wanted(), &[("idempotency-key", key)]).await;
            assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (201, Some("true")));
            for name in [LOCATION, ETAG] {
                assert_eq!(again.header(&name), first.header(&name));
            }
            assert_eq!(again.json()["client_id"], first.json()["client_id"]);
            let withheld = again.json()["withheld"].clone();
            assert!(withheld.as_array().unwrap().contains(&json!("client_secret")), "{withheld}");
            assert!(!again.body.contains(&secret), "SEC-132");
        }
        assert_eq!(count(&app, &token).await, 1);
        // Neither the secret nor the key itself rests in the database.
        let made = send_with(&app, "POST", USERS, &token, &json!({
            "login_name": "dana", "full_name": "Dana Personal", "profile": {"email": "dana@example.test"}, "generate_password": true,
        }), &[("idempotency-key", "user-1")]).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let again = send_with(&app, "POST", USERS, &token, &json!({
            "login_name": "dana", "full_name": "Dana Personal", "profile": {"email": "dana@example.test"}, "generate_password": true,
        }), &[("idempotency-key", "user-1")]).await;
        assert_eq!(again.json()["user_id"], made.json()["user_id"]);
        for personal in ["Dana", "dana", made.json()["password"].as_str().unwrap()] {
            assert!(!again.body.contains(personal), "{}", again.body);
        }
    }

    async fn another_request_under_a_key_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        administrator(&app, "otto", Some(&other)).await;
        let (token, strange) = (token(&app, "olga").await, token(&app, "otto").await);
        let key = [("idempotency-key", "order-1")];
        assert_eq!(send_with(&app, "POST", CLIENTS, &token, &wanted(), &key).await.status, 201);
        let mut changed = wanted();
        changed["client_name"] = json!("Other");
        for (path, body) in [(CLIENTS, &changed), (USERS, &wanted())] {
            let (status, document) = problem(&send_with(&app, "POST", path, &token, body, &key).await);
            assert_eq!((status, &document["type"]), (422, &json!("urn:signet:problem:idempotency-key-reused")), "{path}");
        }
        // A key is its sender's: to somebody else it is new.
        let clients = "/admin/api/v1/accounts/other/clients";
        assert_eq!(send_with(&app, "POST", clients, &strange, &changed, &key).await.status, 201);
        for wrong in ["", "\"", "a b", "\"a\\\"", &"x".repeat(129)] {
            let (status, _) = problem(&send_with(&app, "POST", CLIENTS, &token, &wanted(), &[("idempotency-key", wrong)]).await);
            assert_eq!(status, 400, "{wrong:?}");
        }
        let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
        assert_eq!(problem(&send_with(&app, "POST", CLIENTS, &token, &wanted(), &twice).await).0, 400);
        assert_eq!(count(&app, &token).await, 1);
    }

    async fn what_was_refused_gives_the_key_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let key = [("idempotency-key", "order-1")];
        for wrong in [json!({"redirect_uris": ["nowhere"]}), json!({"unknown": 1})] {
            let refused = send_with(&app, "POST", CLIENTS, &token, &wrong, &key).await;
            assert!([400, 422].contains(&refused.status.as_u16()), "{}", refused.body);
        }
        assert_eq!(send_with(&app, "POST", CLIENTS, &token, &wanted(), &key).await.status, 201);
    }

    async fn fifty_at_once_make_one_on_two_nodes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let beside = app.beside(fresh).await;
        administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let (key, body) = ([("idempotency-key", "order-1")], wanted());
        let asked: Vec<_> = (0..50)
            .map(|number| {
                let node = if number % 2 == 0 { &app } else { &beside };
                send_with(node, "POST", CLIENTS, &token, &body, &key)
            })
            .collect();
        let answers = together(asked).await;
        let made = answers.iter().filter(|it| it.status == 201 && it.header("idempotency-replayed").is_none()).count();
        assert_eq!(made, 1);
        for answer in &answers {
            if answer.status == 409 {
                assert_eq!(problem(answer).1["type"], "urn:signet:problem:idempotency-in-progress");
                assert_eq!(answer.header(RETRY_AFTER), Some("1"));
            } else {
                assert_eq!(answer.status, 201, "{}", answer.body);
            }
        }
        assert_eq!(count(&app, &token).await, 1);
        let again = send_with(&beside, "POST", CLIENTS, &token, &body, &key).await;
        assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (201, Some("true")));
    }

    async fn a_request_that_never_ended_is_not_done_again(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let who = administrator(&app, "olga", Some(&app.brand.clone())).await;
        let token = token(&app, "olga").await;
        let key = [("idempotency-key", "order-1")];
        // As a node leaves it that dies on the way.
        let body = wanted().to_string();
        let hash = signet::base::hex(&<sha2::Sha256 as sha2::Digest>::digest(&body));
        let attempt = Attempt {
            fingerprint: Digest::of(&format!("POST {CLIENTS} {hash}")),
            created_at: app.clock.now(),
            answer: None,
        };
        let digest = Digest::of(&format!("{} order-1", who.administrator_id));
        let until = app.clock.now() + Duration::from_hours(24);
        assert!(idempotency_keys::claim(app.db(), &who.realm(), digest, &attempt, until).await.unwrap());
        let (_, document) = problem(&send_with(&app, "POST", CLIENTS, &token, &wanted(), &key).await);
        assert_eq!(document["type"], "urn:signet:problem:idempotency-in-progress");
        app.clock.advance(Duration::from_mins(1));
        let (status, document) = problem(&send_with(&app, "POST", CLIENTS, &token, &wanted(), &key).await);
        assert_eq!((status, &document["type"]), (409, &json!("urn:signet:problem:idempotency-outcome-unknown")));
        assert_eq!(count(&app, &token).await, 0);
        // A day later the key means nothing any more.
        app.clock.advance(Duration::from_hours(24));
        let token = again(&app).await;
        assert_eq!(send_with(&app, "POST", CLIENTS, &token, &wanted(), &key).await.status, 201);
        assert_eq!(send(&app, "POST", CLIENTS, &token, &wanted()).await.status, 201, "without a key");
        assert_eq!(count(&app, &token).await, 2);
    }
}
