//! Tokens for programs (section 5.6 of the platform contract).

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use jose::verify::Expiry;
use jose::{Algorithm, JwkSet, KeySet, Policy, verify};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use signet::model::AccountStatus;
use std::time::Duration;

use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::client::{NewClient, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};

const FIRST: &str = "/sentinel/api/account/brand/app/token?v=1.0";
const SECOND: &str = "/sentinel/api/v2/account/brand/app/token";

/// A program that may speak for consumers.
pub(super) async fn program(app: &App, id: &str) -> TestClient {
    NewClient::program(id)
        .set(|it| it.scope = "orders.read msg.consumer".parse().unwrap())
        .on(app)
        .await
}

/// A request for a token, with the secret in the body.
pub(super) fn ask(client: &TestClient, path: &str) -> TokenRequest {
    TokenRequest::bare(path)
        .with("client_id", &client.client_id)
        .with("client_secret", &client.secret)
        .with("grant_type", "client_credentials")
}

/// A program's token.
pub(crate) async fn app_jwt(app: &App, client: &TestClient) -> String {
    let answer = ask(client, SECOND).send(app).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// What a token says, verified by what is published.
async fn claims(app: &App, token: &str, policy: Policy<'_>) -> (Map<String, Value>, Map<String, Value>) {
    let published = app.get("/sentinel/well-known/jwks").await;
    let set = JwkSet::parse_public(published.body.as_bytes()).unwrap();
    let keys = KeySet::from_jwk_set(&set, Some(Algorithm::RS256));
    let verified = verify(token, |kid| keys.find(kid), &policy).unwrap();
    (verified.header.parameters, verified.claims)
}

/// Asks for a consumer's token.
async fn consumer(app: &App, authorization: Option<&str>, body: &Value) -> Answer {
    let mut asked =
        request("POST", "/api/account/brand/consumer?v=1.0").header(CONTENT_TYPE, "application/json");
    if let Some(value) = authorization {
        asked = asked.header(AUTHORIZATION, value);
    }
    app.send(asked.body(Body::from(body.to_string())).unwrap()).await
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    let document = answer.json();
    assert_eq!(
        (&document["kind"], &document["code"]),
        (&json!("resp"), &json!(status))
    );
    assert_eq!(document["type"], ".ReqBody$ErrorResp");
    assert_eq!(document["body"]["errorCode"], code);
    assert!(document["body"]["title"].is_string() && document["body"]["details"].is_string());
}

on_both_databases! {
    async fn a_program_gets_a_token_for_an_hour_by_both_paths(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = program(&app, "bot").await;
        for path in [FIRST, SECOND] {
            let answer = ask(&client, path).send(&app).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.json()["token_type"], "Bearer");
            let token = answer.json()["access_token"].as_str().unwrap().to_owned();
            let mut policy = Policy::id_token("Sentinel", "brand", app.clock.now().seconds());
            policy.required = &["iss", "aud", "azp", "scope", "exp", "iat"];
            let (header, claims) = claims(&app, &token, policy).await;
            let kid = header["kid"].as_str().unwrap();
            assert!(kid.starts_with("appjwt-") && kid.len() == "appjwt-DD-MM-YY".len(), "{kid}");
            assert_eq!((&header["typ"], &header["alg"]), (&json!("JWT"), &json!("RS256")));
            assert_eq!((&claims["aud"], &claims["azp"], &claims["scope"]), (&json!("brand"), &json!("bot"), &json!("msg.consumer")));
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
        }
        // The grant may stand in the query, and the secret in the header.
        let bare = TokenRequest::bare(&format!("{FIRST}&grant_type=client_credentials"));
        assert_eq!(bare.basic("bot", &client.secret).send(&app).await.status, 200);
    }

    async fn who_may_not_gets_none(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = program(&app, "bot").await;
        let other = NewClient::program("orders").on(&app).await;
        let web = NewClient::web("web").on(&app).await;
        for (request, expected) in [
            (ask(&client, SECOND).with("client_secret", "wrong"), (401, "invalid_client")),
            (ask(&client, SECOND).with("client_id", "nobody"), (401, "invalid_client")),
            (ask(&client, SECOND).with("grant_type", "password"), (400, "unsupported_grant_type")),
            (ask(&client, SECOND).without("grant_type"), (400, "invalid_request")),
            (ask(&client, SECOND).with("scope", "orders.read"), (400, "invalid_scope")),
            (ask(&client, SECOND).and("client_id", "bot"), (400, "invalid_request")),
            (ask(&other, SECOND), (400, "invalid_scope")),
            (ask(&web, SECOND), (400, "unauthorized_client")),
        ] {
            let answer = request.send(&app).await;
            assert_eq!(answer.oauth_error(), (expected.0, expected.1.to_owned()));
        }
        assert_eq!(ask(&client, "/sentinel/api/account/brand/app/token?v=7").send(&app).await.status, 400);
        // Another account's client is nobody here.
        app.other_account("other").await;
        assert_eq!(ask(&client, "/sentinel/api/v2/account/other/app/token").send(&app).await.status, 401);
    }

    async fn a_program_gets_a_token_for_a_consumer_that_it_names(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = program(&app, "bot").await;
        let jwt = app_jwt(&app, &client).await;
        let body = json!({"ext_consumer_id": "customer 7"});
        for authorization in [jwt.clone(), format!("Bearer {jwt}")] {
            let answer = consumer(&app, Some(&authorization), &body).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            let token = answer.json()["token"].as_str().unwrap().to_owned();
            let mut policy = Policy::id_token("", "", app.clock.now().seconds());
            policy.parties = jose::verify::Parties::IfTold;
            policy.required = &[];
            policy.expiry = Expiry::Ignored;
            let (header, claims) = claims(&app, &token, policy).await;
            assert!(header["kid"].as_str().unwrap().starts_with("appjwt-"));
            let digest = Sha256::digest("brand\0bot\0customer 7");
            let id = signet::base::hex(&digest);
            assert_eq!((&claims["account_id"], &claims["ext_consumer_id"], &claims["lp_consumer_id"]), (&json!("brand"), &json!("customer 7"), &json!(id)));
            assert!(!claims.contains_key("exp"));
            // A consumer's token is no program's.
            assert_refused(&consumer(&app, Some(&token), &body).await, 401, 40102);
        }
    }

    async fn refusals_have_the_codes_of_the_api_for_connectors(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = program(&app, "bot").await;
        let jwt = app_jwt(&app, &client).await;
        let body = json!({"ext_consumer_id": "c"});
        assert_refused(&consumer(&app, None, &body).await, 401, 40105);
        assert_refused(&consumer(&app, Some("Bearer "), &body).await, 401, 40105);
        assert_refused(&consumer(&app, Some("nonsense"), &body).await, 401, 40102);
        for bad in [json!({}), json!({"ext_consumer_id": ""}), json!({"ext_consumer_id": 7}), json!({"ext_consumer_id": "x".repeat(300)}), json!([])] {
            assert_refused(&consumer(&app, Some(&jwt), &bad).await, 400, 40001);
        }
        app.clock.advance(Duration::from_hours(1));
        assert_refused(&consumer(&app, Some(&jwt), &body).await, 401, 40102);
    }

    async fn sec_061_a_disabled_programs_token_is_worth_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = program(&app, "bot").await;
        let jwt = app_jwt(&app, &client).await;
        client.change(&app, |row| row.enabled = false).await;
        assert_refused(&consumer(&app, Some(&jwt), &json!({"ext_consumer_id": "c"})).await, 401, 40102);
    }

    async fn sec_138_a_token_of_another_accounts_program_is_unknown(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let jwt = app_jwt(&app, &program(&app, "bot").await).await;
        let other = app.other_account("other").await;
        let asked = request("POST", "/api/account/other/consumer?v=1.0")
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, &jwt)
            .body(Body::from(json!({"ext_consumer_id": "c"}).to_string()));
        assert_refused(&app.send(asked.unwrap()).await, 401, 40102);
        app.change_account(&other, |row| row.status = AccountStatus::Suspended).await;
        let asked = request("POST", "/api/account/other/consumer?v=1.0").body(Body::empty());
        assert_eq!(app.send(asked.unwrap()).await.status, 401);
    }

    async fn consumers_and_programs_have_keys_of_their_own(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (one, two) = (app.get("/sentinel/well-known/jwks").await, app.get("/idp/well-known/jwks").await);
        let modulus = |answer: &Answer| answer.json()["keys"][0]["n"].clone();
        assert_ne!(modulus(&one), modulus(&two));
        assert_eq!((one.json()["keys"][0]["d"].clone(), two.json()["keys"][0]["kid"].clone()), (Value::Null, json!("00001")));
    }
}
