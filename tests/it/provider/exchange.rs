//! One token for another, and a program's word for a consumer.

use std::time::Duration;

use jose::Algorithm;
use oauth::GrantType;
use serde_json::{Value, json};
use signet::model::{Client, ConsumerStatus};
use signet::store;

use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, ORDERS, STOCK, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signing::{CLIENT_KEY, CLIENT_RSA, made, public_set, signed};
use crate::support::together::together;
use crate::support::tokens::{payload, userinfo, verified};

use super::refresh::text;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
pub(super) const TICKET: &str = "urn:signet:params:oauth:token-type:sign-in-ticket";

/// A program of the brand's with a key, that may exchange.
pub(super) async fn backend(app: &App) -> TestClient {
    let client = NewClient::program("backend").set(|it| {
        it.grant_types = vec![
            GrantType::ClientCredentials,
            GrantType::TokenExchange,
            GrantType::JwtBearer,
        ];
        it.scope = "openid profile email lp_sdes orders.read".parse().unwrap();
        it.serves = vec![ORDERS.to_owned()];
        it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_RSA]));
    });
    client.on(app).await
}

/// What the program says of a consumer: that they are there, now.
pub(super) fn claims(app: &App, sub: &str) -> Value {
    let now = app.clock.now().seconds();
    let jti = format!("{sub}-{}", uuid());
    json!({"iss": "backend", "sub": sub, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti})
}

fn uuid() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

fn assertion(app: &App, sub: &str) -> String {
    signed(&CLIENT_KEY, "JWT", &claims(app, sub))
}

pub(super) fn exchange(client: &TestClient, token: &str, kind: &str) -> TokenRequest {
    client
        .token()
        .with("grant_type", GrantType::TokenExchange.as_str())
        .with("subject_token", token)
        .with("subject_token_type", kind)
}

fn jwt_bearer(client: &TestClient, assertion: &str) -> TokenRequest {
    client
        .token()
        .with("grant_type", GrantType::JwtBearer.as_str())
        .with("assertion", assertion)
}

/// An access token of `web`'s for the interface that `backend` serves.
async fn for_orders(app: &App) -> (TestClient, Value) {
    let web = NewClient::web("web").set(|it| {
        it.resources = vec![ORDERS.to_owned(), STOCK.to_owned()];
        it.scope = "openid email orders.read".parse().unwrap();
    });
    let web = web.on(app).await;
    let mut browser = app.signed_in(&app.consumer("ana").await).await;
    let ask = web
        .ask()
        .with("scope", "openid email orders.read")
        .and("resource", ORDERS);
    let code = browser.ask(&ask).await.sent().code();
    let tokens = web.redeem(&code).send(app).await.json();
    (web, tokens)
}

on_both_databases! {
    async fn a_program_gets_an_id_token_for_a_consumer_whom_it_knows(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        app.clock.advance(Duration::from_mins(5));
        let mut said = claims(&app, "sub-ana");
        said["auth_time"] = json!(app.clock.now().seconds() - 100);
        let request = exchange(&backend, &signed(&CLIENT_KEY, "JWT", &said), JWT);
        let answer = request.with("requested_token_type", ID_TOKEN).with("scope", "openid email").send(&app).await.json();
        assert_eq!((&answer["token_type"], &answer["issued_token_type"]), (&"N_A".into(), &ID_TOKEN.into()));
        assert!(answer.get("refresh_token").is_none() && answer.get("id_token").is_none());
        let token = verified(&app, text(&answer, "access_token"), "backend").await;
        assert_eq!((&token["sub"], &token["auth_time"]), (&"sub-ana".into(), &said["auth_time"]));
        assert!(token.contains_key("email") && !token.contains_key("sid") && !token.contains_key("nonce"));
        // By what they log in with, too; with an RSA key; for the token endpoint's URL; without a type.
        for (sub, key) in [("ana", &*CLIENT_KEY), ("sub-ana@example.test", &*CLIENT_RSA)] {
            let mut said = claims(&app, sub);
            said["aud"] = json!([format!("{ISSUER}/token"), "https://other.test"]);
            let request = exchange(&backend, &signed(key, "JWT", &said), JWT).with("requested_token_type", ID_TOKEN);
            let answer = request.send(&app).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(payload(text(&answer.json(), "access_token"))["sub"], "sub-ana");
        }
    }

    async fn an_access_token_by_assertion_works_at_userinfo_until_it_is_taken_back(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let backend = backend(&app).await;
        let by_exchange = exchange(&backend, &assertion(&app, "sub-ana"), JWT).with("scope", "openid email").send(&app).await.json();
        assert_eq!((&by_exchange["issued_token_type"], &by_exchange["token_type"]), (&ACCESS_TOKEN.into(), &"Bearer".into()));
        let by_bearer = jwt_bearer(&backend, &assertion(&app, "sub-ana")).with("scope", "openid email").send(&app).await.json();
        assert!(by_bearer.get("issued_token_type").is_none());
        for tokens in [&by_exchange, &by_bearer] {
            assert_eq!(tokens["scope"], "openid email");
            assert_eq!(payload(text(tokens, "id_token"))["sub"], "sub-ana");
            assert_eq!(userinfo(&app, text(tokens, "access_token")).await.json()["sub"], "sub-ana");
            assert!(tokens.get("refresh_token").is_none());
        }
        let orders = jwt_bearer(&backend, &assertion(&app, "sub-ana")).with("scope", "orders.read").with("resource", ORDERS).send(&app).await.json();
        assert!(orders.get("id_token").is_none());
        assert_eq!(backend.introspect(text(&orders, "access_token")).send(&app).await.json()["aud"], ORDERS);
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        assert_eq!(userinfo(&app, text(&by_bearer, "access_token")).await.status, 401);
    }

    async fn sec_050_an_assertion_must_be_right_in_everything(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let ben = app.consumer("ben").await;
        app.change_consumer(&ben, |it| it.status = ConsumerStatus::Disabled).await;
        let other = app.other_account("other").await;
        app.consumer_of(&other, "eve").await;
        let backend = backend(&app).await;
        let now = app.clock.now().seconds();
        let stranger = made(Algorithm::ES256, CLIENT_KEY.kid());
        let with = |change: &dyn Fn(&mut Value)| {
            let mut said = claims(&app, "sub-ana");
            change(&mut said);
            signed(&CLIENT_KEY, "JWT", &said)
        };
        let without = |name: &'static str| with(&|it| { it.as_object_mut().unwrap().remove(name); });
        for (what, wrong) in [
            ("another's key", signed(&stranger, "JWT", &claims(&app, "sub-ana"))),
            ("an access token's type", signed(&CLIENT_KEY, "at+jwt", &claims(&app, "sub-ana"))),
            ("another issuer", with(&|it| it["iss"] = json!(ISSUER))),
            ("another audience", with(&|it| it["aud"] = json!("https://other.test"))),
            ("another account's issuer", with(&|it| it["aud"] = json!(format!("{ISSUER}/a/other")))),
            ("expired", with(&|it| it["exp"] = json!(now - 11))),
            ("too far ahead", with(&|it| it["exp"] = json!(now + 311))),
            ("from the future", with(&|it| it["iat"] = json!(now + 60))),
            ("exp as text", with(&|it| it["exp"] = json!((now + 60).to_string()))),
            ("no exp", without("exp")),
            ("no iat", without("iat")),
            ("no jti", without("jti")),
            ("no sub", without("sub")),
            ("no aud", without("aud")),
            ("auth_time as text", with(&|it| it["auth_time"] = json!("now"))),
            ("nobody", with(&|it| it["sub"] = json!("sub-nobody"))),
            ("one who is disabled", with(&|it| it["sub"] = json!("sub-ben"))),
            ("another account's consumer", with(&|it| it["sub"] = json!("sub-eve"))),
            ("itself", with(&|it| it["sub"] = json!("backend"))),
            ("no JWT", "x.y.z".to_owned()),
        ] {
            for request in [jwt_bearer(&backend, &wrong), exchange(&backend, &wrong, JWT).with("requested_token_type", ID_TOKEN)] {
                assert_eq!(request.send(&app).await.oauth_error(), (400, "invalid_grant".to_owned()), "{what}");
            }
        }
        // A client without the grant, or without a secret, or without keys.
        for (client, error) in [
            (NewClient::program("plain"), "unauthorized_client"),
            (NewClient::program("keyless").set(|it| it.grant_types.push(GrantType::JwtBearer)), "invalid_grant"),
            (NewClient::program("public").set(|it| {
                it.grant_types.push(GrantType::JwtBearer);
                it.token_endpoint_auth_method = oauth::ClientAuthMethod::None;
                it.jwks = Some(public_set(&[&CLIENT_KEY]));
            }), "unauthorized_client"),
        ] {
            let client = client.on(&app).await;
            let answer = jwt_bearer(&client, &assertion(&app, "sub-ana")).send(&app).await;
            assert_eq!(answer.oauth_error(), (400, error.to_owned()));
        }
        let missing = jwt_bearer(&backend, "x").without("assertion").send(&app).await;
        assert_eq!(missing.oauth_error().1, "invalid_request");
    }

    async fn sec_050_of_fifty_uses_of_an_assertion_at_once_on_two_nodes_one_succeeds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        let assertion = assertion(&app, "sub-ana");
        let requests = [jwt_bearer(&backend, &assertion), exchange(&backend, &assertion, JWT), exchange(&backend, &assertion, JWT).with("requested_token_type", TICKET)];
        let uses = (0..50).map(|turn| requests[turn % 3].send(if turn % 2 == 0 { &app } else { &other }));
        let answers = together(uses.collect()).await;
        assert_eq!(answers.iter().filter(|it| it.status == 200).count(), 1);
        assert!(answers.iter().filter(|it| it.status != 200).all(|it| it.oauth_error().1 == "invalid_grant"));
        other.db().close().await;
    }

    async fn attributes_come_fresh_with_the_assertion(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        let mut said = claims(&app, "sub-ana");
        said["customerInfo"] = json!({"customerId": "c-77", "ctype": "vip"});
        let request = exchange(&backend, &signed(&CLIENT_KEY, "JWT", &said), JWT).with("requested_token_type", ID_TOKEN).with("scope", "openid lp_sdes");
        let token = payload(text(&request.send(&app).await.json(), "access_token"));
        let sdes = token["lp_sdes"].to_string();
        assert!(sdes.contains("c-77") && sdes.contains("vip"), "{sdes}");
        // They stay, as if an administrator had written them.
        let stored = store::consumers::find(app.db(), &app.brand, &"sub-ana".parse().unwrap()).await.unwrap().unwrap();
        assert!(serde_json::to_string(&stored.customer_info).unwrap().contains("c-77"));

        said["jti"] = json!("another");
        said["customerInfo"] = json!({"customerid": 1});
        let request = exchange(&backend, &signed(&CLIENT_KEY, "JWT", &said), JWT).with("requested_token_type", ID_TOKEN);
        assert_eq!(request.send(&app).await.oauth_error(), (400, "invalid_request".to_owned()));
        // Nothing was used up.
        said.as_object_mut().unwrap().remove("customerInfo");
        let request = exchange(&backend, &signed(&CLIENT_KEY, "JWT", &said), JWT).with("requested_token_type", ID_TOKEN);
        assert_eq!(request.send(&app).await.status, 200);
    }

    async fn sec_050_only_the_brands_own_programs_vouch_for_consumers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.consumer("ana").await;
        let backend = backend(&app).await;
        backend.change(&app, |it: &mut Client| it.settings.first_party = false).await;
        let mut said = claims(&app, "sub-ana");
        said["customerInfo"] = json!({"customerId": "c-77", "ctype": "vip"});
        let assertion = signed(&CLIENT_KEY, "JWT", &said);
        for request in [jwt_bearer(&backend, &assertion), exchange(&backend, &assertion, JWT), exchange(&backend, &assertion, JWT).with("requested_token_type", TICKET)] {
            assert_eq!(request.send(&app).await.oauth_error(), (400, "unauthorized_client".to_owned()));
        }
        // And nothing that it told was believed.
        let stored = store::consumers::find(app.db(), &app.brand, &"sub-ana".parse().unwrap()).await.unwrap().unwrap();
        assert!(!serde_json::to_string(&stored.customer_info).unwrap().contains("c-77"));
    }

    async fn sec_050_an_access_token_is_exchanged_for_less(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (web, tokens) = for_orders(&app).await;
        let backend = backend(&app).await;
        let token = text(&tokens, "access_token");
        app.clock.advance(Duration::from_mins(50));
        let answer = exchange(&backend, token, ACCESS_TOKEN).with("resource", STOCK).send(&app).await.json();
        assert_eq!((&answer["issued_token_type"], &answer["scope"]), (&ACCESS_TOKEN.into(), &"openid email orders.read".into()));
        assert_eq!(answer["expires_in"], 600, "no longer than the subject token");
        assert!(answer.get("id_token").is_none() && answer.get("refresh_token").is_none());
        let told = backend.introspect(text(&answer, "access_token")).send(&app).await.json();
        assert_eq!((&told["sub"], &told["aud"], &told["client_id"]), (&"sub-ana".into(), &STOCK.into(), &"backend".into()));
        let by_audience = exchange(&backend, token, ACCESS_TOKEN).with("audience", STOCK).with("scope", "orders.read").send(&app).await.json();
        assert_eq!(by_audience["scope"], "orders.read");

        for (name, value, error) in [
            ("scope", "openid profile", "invalid_scope"),
            ("resource", "https://elsewhere.test", "invalid_target"),
            ("audience", "https://elsewhere.test", "invalid_target"),
            // Never back to userinfo.
            ("resource", ISSUER, "invalid_target"),
            ("requested_token_type", ID_TOKEN, "invalid_request"),
            ("requested_token_type", TICKET, "invalid_request"),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2", "invalid_request"),
            ("actor_token", "x", "invalid_request"),
            ("subject_token", text(&tokens, "id_token"), "invalid_grant"),
        ] {
            let request = exchange(&backend, token, ACCESS_TOKEN).with(name, value);
            assert_eq!(request.send(&app).await.oauth_error(), (400, error.to_owned()), "{name} {value}");
        }
        // One who doesn't serve its resource can do nothing with it.
        let stranger = NewClient::program("stranger").set(|it| it.grant_types.push(GrantType::TokenExchange)).on(&app).await;
        assert_eq!(exchange(&stranger, token, ACCESS_TOKEN).send(&app).await.oauth_error().1, "invalid_grant");
        // What came of a token falls with its authorization, and nothing comes of one that was taken back.
        assert_eq!(web.revoke(token).send(&app).await.status, 200);
        assert_eq!(exchange(&backend, token, ACCESS_TOKEN).send(&app).await.oauth_error().1, "invalid_grant");
    }
}
