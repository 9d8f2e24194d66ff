//! Clients that ask for a consumer who is somewhere else (CIBA).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use jose::Algorithm;
use oauth::{GrantType, SubjectType};
use serde_json::{Value, json};
use signet::config::Settings;
use signet::model::client::DeliveryMode;

use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER};
use crate::support::browser::Browser;
use crate::support::client::{NewClient, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::proofs::but;
use crate::support::signing::{CLIENT_KEY, public_set, signed, unsigned};
use crate::support::together::together;
use crate::support::tokens::{payload, verified};

const GRANT: &str = "urn:openid:params:grant-type:ciba";

fn bank() -> NewClient {
    NewClient::web("bank").set(|it| {
        "Bank Counter".clone_into(&mut it.client_name);
        it.grant_types = vec![GrantType::Ciba];
        it.backchannel_token_delivery_mode = Some(DeliveryMode::Poll);
        it.jwks = Some(public_set(&[&CLIENT_KEY]));
    })
}

fn begin(client: &TestClient) -> TokenRequest {
    TokenRequest::bare("/bc_authorize")
        .basic(&client.client_id, &client.secret)
        .with("scope", "openid profile")
        .with("login_hint", "ana")
        .with("binding_message", "W-4711")
}

fn poll(client: &TestClient, begun: &Value) -> TokenRequest {
    client
        .token()
        .with("grant_type", GRANT)
        .with("auth_req_id", begun["auth_req_id"].as_str().unwrap())
}

async fn decide(browser: &mut Browser<'_>, decision: &str) -> Answer {
    let shown = browser.get("/approve").await;
    let (csrf, interaction) = (shown.hidden("csrf"), shown.hidden("interaction"));
    let form = [
        ("csrf", csrf.as_str()),
        ("interaction", &interaction),
        ("decision", decision),
    ];
    browser.post(&shown.form_action("consent-form"), &form).await
}

#[track_caller]
fn is(answer: &Answer, error: &str) {
    assert_eq!(answer.oauth_error(), (400, error.to_owned()), "{answer:?}");
}

on_both_databases! {
    async fn a_consumer_approves_what_a_client_asks_elsewhere(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let ana = app.consumer("ana").await;
        let begun = begin(&client).send(&app).await;
        assert_eq!(begun.status, 200, "{begun:?}");
        let begun = begun.json();
        assert_eq!((begun["expires_in"].as_u64(), begun["interval"].as_u64()), (Some(300), Some(5)));
        is(&poll(&client, &begun).send(&app).await, "authorization_pending");
        is(&poll(&client, &begun).send(&app).await, "slow_down");

        let mut stranger = app.browser();
        assert_eq!(stranger.get("/approve").await.page(), "login");
        let mut ben = app.signed_in(&app.consumer("ben").await).await;
        assert!(!ben.get("/approve").await.body.contains("Bank Counter"));
        let mut browser = app.signed_in(&ana).await;
        let shown = browser.get("/approve").await;
        for part in ["Bank Counter", "W-4711", "id=\"binding-message\"", "id=\"consent-allow\""] {
            assert!(shown.body.contains(part), "{part}: {shown:?}");
        }
        let done = decide(&mut browser, "allow").await;
        assert!(done.body.contains("id=\"decision-done\""), "{done:?}");
        let answer = poll(&client, &begun).send(&app).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let claims = verified(&app, answer.json()["id_token"].as_str().unwrap(), "bank").await;
        assert_eq!(claims["sub"], ana.sub.as_str());
        is(&poll(&client, &begun).send(&app).await, "invalid_grant");
        assert!(browser.get("/approve").await.body.contains("id=\"decision-done\""));
    }

    async fn a_refusal_and_an_end_are_told(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        decide(&mut browser, "deny").await;
        is(&poll(&client, &begun).send(&app).await, "access_denied");
        let late = begin(&client).with("requested_expiry", "60").send(&app).await.json();
        assert_eq!(late["expires_in"], 60);
        app.clock.advance(Duration::from_mins(1));
        is(&poll(&client, &late).send(&app).await, "expired_token");
        assert!(!browser.get("/approve").await.body.contains("consent-form"));
    }

    async fn how_long_a_request_waits_is_a_setting(fresh: &FreshDb) {
        let app = App::with(fresh, |settings: &mut Settings| {
            settings.tokens.backchannel_ttl = signet::config::Period::seconds(60);
            settings.tokens.poll_interval = signet::config::Period::seconds(10);
        }).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        assert_eq!((begun["expires_in"].as_u64(), begun["interval"].as_u64()), (Some(60), Some(10)));
        app.clock.advance(Duration::from_secs(59));
        is(&poll(&client, &begun).send(&app).await, "authorization_pending");
        app.clock.advance(Duration::from_secs(1));
        is(&poll(&client, &begun).send(&app).await, "expired_token");
        // Nobody is asked for what nobody waits for any more.
        assert!(!browser.get("/approve").await.body.contains("consent-form"));
    }

    async fn sec_040_what_was_approved_is_given_once_on_whichever_node(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let begun = begin(&client).send(&app).await.json();
        decide(&mut browser, "allow").await;
        let request = poll(&client, &begun);
        let mut tries = Vec::new();
        for number in 0..50 {
            tries.push(request.send(if number % 2 == 0 { &app } else { &other }));
        }
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        other.db().close().await;
    }

    async fn what_a_request_must_and_must_not_say(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let ana = app.consumer("ana").await;
        let good = begin(&client);
        for (request, error) in [
            (good.clone().without("scope"), "invalid_scope"),
            (good.clone().with("scope", "profile"), "invalid_scope"),
            (good.clone().without("login_hint"), "invalid_request"),
            (good.clone().with("id_token_hint", "x"), "invalid_request"),
            (good.clone().without("login_hint").with("id_token_hint", "x"), "invalid_request"),
            (good.clone().without("login_hint").with("login_hint_token", "x"), "invalid_request"),
            (good.clone().with("login_hint", "nobody"), "unknown_user_id"),
            (good.clone().with("binding_message", &"x".repeat(101)), "invalid_binding_message"),
            (good.clone().with("binding_message", "a\u{202e}b"), "invalid_binding_message"),
            (good.clone().with("requested_expiry", "0"), "invalid_request"),
            (good.clone().with("requested_expiry", "-5"), "invalid_request"),
            (good.clone().with("requested_expiry", "soon"), "invalid_request"),
            (good.clone().and("scope", "openid"), "invalid_request"),
        ] {
            is(&request.send(&app).await, error);
        }
        assert_eq!(good.clone().with("login_hint", ana.sub.as_str()).send(&app).await.status, 200);
        let anonymous = good.clone().without_header("authorization").with("client_id", "bank");
        assert_eq!(anonymous.send(&app).await.oauth_error(), (401, "invalid_client".to_owned()));
        let without = NewClient::web("without").on(&app).await;
        is(&begin(&without).send(&app).await, "unauthorized_client");
        // Somebody who may not log in can't be asked.
        app.change_consumer(&ana, |it| it.status = signet::model::ConsumerStatus::Disabled).await;
        is(&good.send(&app).await, "unknown_user_id");
    }

    async fn a_consumer_is_not_worn_down_by_asking(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        app.consumer("ben").await;
        for _ in 0..3 {
            assert_eq!(begin(&client).send(&app).await.status, 200);
        }
        assert_eq!(begin(&client).send(&app).await.oauth_error().1, "access_denied");
        assert_eq!(begin(&client).with("login_hint", "ben").send(&app).await.status, 200);
        decide(&mut browser, "deny").await;
        assert_eq!(begin(&client).send(&app).await.status, 200);
        assert_eq!(begin(&client).send(&app).await.oauth_error().1, "access_denied");
        app.clock.advance(Duration::from_mins(5));
        assert_eq!(begin(&client).send(&app).await.status, 200, "those that are over do not count");
    }

    async fn sec_165_names_can_not_be_tried_out_in_numbers(fresh: &FreshDb) {
        let app = App::with(fresh, |settings: &mut Settings| settings.limits.interactions = 2).await;
        let client = bank().on(&app).await;
        app.consumer("ana").await;
        for _ in 0..2 {
            is(&begin(&client).with("login_hint", "nobody").send(&app).await, "unknown_user_id");
        }
        assert_eq!(begin(&client).send(&app).await.status, 429);
    }

    async fn sec_035_a_hint_is_for_the_client_that_it_was_issued_to(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().set(|it| it.subject_type = Some(SubjectType::Pairwise)).on(&app).await;
        let other = NewClient::web("other").set(|it| it.grant_types = vec![GrantType::Ciba]).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let mut hints = Vec::new();
        for asking in [&client, &other] {
            let begun = begin(asking).send(&app).await.json();
            decide(&mut browser, "allow").await;
            let given = poll(asking, &begun).send(&app).await.json();
            hints.push(given["id_token"].as_str().unwrap().to_owned());
        }
        assert_ne!(payload(&hints[0])["sub"], "sub-ana");
        let by = |asking: &TestClient, hint: &str| begin(asking).without("login_hint").with("id_token_hint", hint);
        for (asking, own, foreign) in [(&client, &hints[0], &hints[1]), (&other, &hints[1], &hints[0])] {
            is(&by(asking, foreign).send(&app).await, "invalid_request");
            assert!(!browser.get("/approve").await.body.contains("consent-form"));
            assert_eq!(by(asking, own).send(&app).await.status, 200);
            decide(&mut browser, "deny").await;
        }
    }

    async fn signed_requests_say_all_inside(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().set(|it| it.backchannel_authentication_request_signing_alg = Some(Algorithm::ES256)).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        is(&begin(&client).send(&app).await, "invalid_request");
        let now = app.clock.now().seconds();
        let claims = json!({
            "iss": "bank", "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300, "jti": "r-1", "scope": "openid",
            "login_hint": "ana", "binding_message": "signed one", "requested_expiry": 120
        });
        let ask = |request: String| TokenRequest::bare("/bc_authorize").basic("bank", &client.secret).with("request", &request);
        let begun = ask(signed(&CLIENT_KEY, "JWT", &claims)).with("binding_message", "from outside").send(&app).await;
        assert_eq!(begun.status, 200, "{begun:?}");
        assert_eq!(begun.json()["expires_in"], 120);
        let shown = browser.get("/approve").await;
        assert!(shown.body.contains("signed one") && !shown.body.contains("from outside"));
        let next = but(claims.clone(), "jti", json!("r-2"));
        let text = ask(signed(&CLIENT_KEY, "JWT", &but(next, "requested_expiry", json!("90")))).send(&app).await;
        assert_eq!(text.json()["expires_in"], 90);
        // Whoever shows one again makes nobody approve it again, on whichever node.
        let there = app.beside(fresh).await;
        for node in [&app, &there] {
            is(&ask(signed(&CLIENT_KEY, "JWT", &claims)).send(node).await, "invalid_request");
        }
        there.db().close().await;
        for (name, value) in [
            ("aud", json!("https://other.example")),
            ("iss", json!("other")),
            ("exp", Value::Null),
            ("exp", json!(now - 60)),
            ("exp", json!(now + 7200)),
            ("nbf", Value::Null),
            ("nbf", json!(now + 60)),
            ("iat", Value::Null),
            ("jti", Value::Null),
        ] {
            let request = signed(&CLIENT_KEY, "JWT", &but(claims.clone(), name, value.clone()));
            let answer = ask(request).send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "invalid_request".to_owned()), "{name}: {value}");
        }
        is(&ask(unsigned(&claims)).send(&app).await, "invalid_request");
        // Nothing is said of how it could be encrypted (CIBA §7.1.1).
        let key = jose::DecryptionKey::generate(jose::KeyType::P256, jose::RsaBits::Rsa2048).unwrap();
        let inside = signed(&CLIENT_KEY, "JWT", &but(claims.clone(), "jti", json!("r-3")));
        let encrypted = key.public().encrypt(jose::ContentEncryption::A256Gcm, Some(jose::Typ::Jwt), inside.as_bytes()).unwrap();
        is(&ask(encrypted).send(&app).await, "invalid_request");
    }

    async fn of_fifty_who_show_a_signed_request_at_once_on_two_nodes_one_is_heard(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let there = app.beside(fresh).await;
        let client = bank().set(|it| it.backchannel_authentication_request_signing_alg = Some(Algorithm::ES256)).on(&app).await;
        app.consumer("ana").await;
        let now = app.clock.now().seconds();
        let claims = json!({
            "iss": "bank", "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300, "jti": "r-1", "scope": "openid", "login_hint": "ana",
        });
        let request = TokenRequest::bare("/bc_authorize").basic("bank", &client.secret).with("request", &signed(&CLIENT_KEY, "JWT", &claims));
        let tries = (0..50).map(|turn| request.send(if turn % 2 == 0 { &app } else { &there }));
        let answers = together(tries.collect()).await;
        let heard = answers.iter().filter(|answer| answer.status == 200).count();
        let refused = answers.iter().filter(|answer| answer.status == 400 && answer.oauth_error().1 == "invalid_request").count();
        assert_eq!((heard, refused), (1, 49), "{answers:?}");
        there.db().close().await;
    }

    async fn the_level_of_the_login_is_told_where_it_was_asked_for(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let level = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
        for (asked, told) in [(None, None), (Some(level), Some(level)), (Some("urn:unknown"), Some(level))] {
            let ask = match asked {
                Some(asked) => begin(&client).with("acr_values", asked),
                None => begin(&client),
            };
            let begun = ask.send(&app).await.json();
            decide(&mut browser, "allow").await;
            let given = poll(&client, &begun).send(&app).await.json();
            let claims = payload(given["id_token"].as_str().unwrap());
            assert_eq!(claims.get("acr").and_then(Value::as_str), told, "{asked:?}");
        }
    }

    async fn a_login_that_is_too_old_for_the_client_is_made_anew(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().set(|it| it.default_max_age = Some(600)).on(&app).await;
        let ana = app.consumer("ana").await;
        let mut browser = app.signed_in(&ana).await;
        app.clock.advance(Duration::from_secs(601));
        let begun = begin(&client).send(&app).await.json();
        let sent = browser.get("/approve").await;
        assert_eq!(sent.page(), "login");
        let back = browser.enter(&sent, "ana", crate::support::app::PASSWORD).await;
        assert!(back.location().ends_with("/approve"), "{back:?}");
        decide(&mut browser, "allow").await;
        let given = poll(&client, &begun).send(&app).await.json();
        assert_eq!(payload(given["id_token"].as_str().unwrap())["auth_time"], app.clock.now().seconds());
    }

    async fn a_client_is_called_once_its_consumer_has_answered(fresh: &FreshDb) {
        let told = Called::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/cb", post(note)).with_state(told.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let app = App::with(fresh, |settings: &mut Settings| {
            settings.outbound.allow_hosts = vec![address.to_string().parse().unwrap()];
        }).await;
        let client = bank().set(|it| {
            it.backchannel_token_delivery_mode = Some(DeliveryMode::Ping);
            it.backchannel_client_notification_endpoint = Some(format!("http://{address}/cb").parse().unwrap());
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        is(&begin(&client).send(&app).await, "invalid_request");
        let begun = begin(&client).with("client_notification_token", "t0ken-1").send(&app).await.json();
        decide(&mut browser, "allow").await;
        let calls = told.wait().await;
        assert_eq!(calls, [("Bearer t0ken-1".to_owned(), json!({"auth_req_id": begun["auth_req_id"]}))]);
        assert_eq!(poll(&client, &begun).send(&app).await.status, 200);
    }
}

type Calls = Vec<(String, Value)>;

/// What a client was told.
#[derive(Clone, Default)]
struct Called(Arc<Mutex<Calls>>);

impl Called {
    async fn wait(&self) -> Calls {
        for _ in 0..200 {
            let calls = self.0.lock().unwrap().clone();
            if !calls.is_empty() {
                return calls;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nobody called")
    }
}

async fn note(State(called): State<Called>, headers: HeaderMap, body: String) -> StatusCode {
    let bearer = headers["authorization"].to_str().unwrap().to_owned();
    let body = serde_json::from_str(&body).unwrap();
    called.0.lock().unwrap().push((bearer, body));
    StatusCode::NO_CONTENT
}
