//! Authorization responses as JWTs.

use jose::{Algorithm, Jwk, KeyManagement, Policy, PublicKey};
use oauth::ResponseMode;
use serde_json::{Map, Value, json};

use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, modes};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::recipient::{PLATFORM, decrypted, set};
use crate::support::tokens::{payload, verified};

/// What a response says, verified by the published keys as its client does it.
async fn read(app: &App, jwt: &str) -> Map<String, Value> {
    read_by(app, jwt, "web", Algorithm::RS256).await
}

/// The same for another client, and another algorithm.
pub(super) async fn read_by(
    app: &App,
    jwt: &str,
    client_id: &str,
    algorithm: Algorithm,
) -> Map<String, Value> {
    let set: Value = serde_json::from_str(&app.get("/jwks").await.body).unwrap();
    let keys: Vec<PublicKey> = set["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["alg"] == algorithm.as_str())
        .map(|key| {
            PublicKey::from_jwk(
                &Jwk::from_members(key.as_object().unwrap()).unwrap(),
                Some(algorithm),
            )
            .unwrap()
        })
        .collect();
    let policy = Policy {
        required: &["iss", "aud", "exp"],
        ..Policy::id_token(ISSUER, client_id, app.clock.now().seconds())
    };
    jose::verify(jwt, |kid| keys.iter().find(|key| Some(key.kid()) == kid), &policy).unwrap();
    payload(jwt)
}

on_both_databases! {
    async fn each_mode_carries_one_signed_jwt_and_nothing_else(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for (mode, way) in [("query.jwt", "query"), ("fragment.jwt", "fragment"), ("form_post.jwt", "form_post"), ("jwt", "query")] {
            let sent = browser.ask(&client.ask().with("response_mode", mode)).await.sent();
            assert_eq!((sent.mode, sent.names()), (way, vec!["response"]), "{mode}");
            let claims = read(&app, sent.get("response").unwrap()).await;
            let names: Vec<&str> = claims.keys().map(String::as_str).collect();
            assert_eq!(names, ["aud", "code", "exp", "iss", "session_state", "state"]);
            assert_eq!((&claims["iss"], &claims["aud"], &claims["state"]), (&json!(ISSUER), &json!("web"), &json!("s-1")));
            let lives = claims["exp"].as_i64().unwrap() - app.clock.now().seconds();
            assert!((1..=600).contains(&lives), "{lives}");
            let tokens = client.redeem(claims["code"].as_str().unwrap()).send(&app).await.json();
            verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        }
    }

    async fn tokens_travel_in_it_too_and_never_by_query(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type("code id_token token");
        let sent = browser.ask(&ask.clone().with("response_mode", "jwt")).await.sent();
        assert_eq!((sent.mode, sent.names()), ("fragment", vec!["response"]));
        let claims = read(&app, sent.get("response").unwrap()).await;
        verified(&app, claims["id_token"].as_str().unwrap(), "web").await;
        assert_eq!(claims["token_type"], "Bearer");
        // SEC-022: the refusal travels in the safe mode.
        let sent = browser.ask(&ask.with("response_mode", "query.jwt")).await.sent();
        assert_eq!((sent.mode, sent.get("error")), ("fragment", Some("invalid_request")));
    }

    async fn errors_travel_as_the_answer_would(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.browser();
        let sent = browser.ask(&client.ask().with("response_mode", "form_post.jwt").with("prompt", "none")).await.sent();
        assert_eq!((sent.mode, sent.names()), ("form_post", vec!["response"]));
        let claims = read(&app, sent.get("response").unwrap()).await;
        assert_eq!((&claims["error"], &claims["state"]), (&json!("login_required"), &json!("s-1")));
    }

    async fn it_is_encrypted_for_a_client_that_registered_so(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| {
            it.jwks = Some(set(&[&PLATFORM]));
            it.authorization_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let sent = browser.ask(&client.ask().with("response_mode", "jwt")).await.sent();
        let claims = read(&app, &decrypted(sent.get("response").unwrap(), &PLATFORM)).await;
        client.redeem(claims["code"].as_str().unwrap()).send(&app).await.json()["access_token"].as_str().unwrap();
    }

    async fn sec_022_a_client_may_be_held_to_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(modes(&[ResponseMode::QueryJwt])).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        assert_eq!(browser.ask(&client.ask().with("response_mode", "jwt")).await.sent().names(), ["response"]);
        assert_eq!(browser.ask(&client.ask().with("response_mode", "query")).await.sent_error(), "invalid_request");
        assert_eq!(browser.ask(&client.ask().with("response_mode", "fragment.jwt")).await.sent_error(), "invalid_request");
    }

    async fn sec_016_without_its_key_nothing_goes_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.authorization_signed_response_alg = Some(Algorithm::ES256)).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let answer = browser.ask(&client.ask().with("response_mode", "jwt")).await;
        assert_eq!(answer.page_error(), pages::ErrorKind::Busy);
    }
}
