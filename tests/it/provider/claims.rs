//! Which claims go where.

use serde_json::{Value, json};
use signet::model::Consumer;

use crate::support::app::App;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{payload, userinfo, verified};

/// Claims that every id_token has, and some have.
const PROTOCOL: [&str; 12] = [
    "iss",
    "sub",
    "aud",
    "iat",
    "exp",
    "jti",
    "sid",
    "nonce",
    "at_hash",
    "c_hash",
    "auth_time",
    "amr",
];

/// A consumer with a value for everything.
async fn full(app: &App) -> Consumer {
    let ana = app.consumer("ana").await;
    let claims = json!({
        "name": "Ana Lee", "given_name": "Ana", "family_name": "Lee", "middle_name": "M", "nickname": "An",
        "preferred_username": "alee", "profile": "https://ana.test", "picture": "https://ana.test/p.png",
        "website": "https://ana.test/w", "gender": "female", "birthdate": "1990-01-31", "zoneinfo": "Europe/Berlin",
        "locale": "de-DE", "email": "sub-ana@example.test", "email_verified": true,
        "address": {"formatted": "1 Way", "country": "DE"}, "phone_number": "+491234567", "phone_number_verified": false,
    });
    app.change_consumer(&ana, |it| {
        it.claims.clone_from(claims.as_object().unwrap());
        it.customer_info =
            engagement::CustomerInfo::parse(&json!({"ctype": "gold", "balance": -12.75, "currency": "EUR"}))
                .ok()
                .map(|it| it.value);
        it.personal_info = engagement::PersonalInfo::parse(&json!({"firstname": "Ana", "language": "de-DE"}))
            .ok()
            .map(|it| it.value);
    })
    .await;
    ana
}

/// The claims about the consumer, by name.
fn about(claims: &serde_json::Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = claims
        .keys()
        .filter(|name| !PROTOCOL.contains(&name.as_str()))
        .cloned()
        .collect();
    names.sort_unstable();
    names
}

async fn told(
    app: &App,
    client: &TestClient,
    consumer: &Consumer,
    ask: crate::support::ask::Ask,
) -> (Vec<String>, Vec<String>) {
    let mut browser = app.signed_in(consumer).await;
    let sent = browser.ask(&ask).await.sent();
    let tokens = client.redeem(&sent.code()).send(app).await.json();
    let in_id_token = about(&verified(app, tokens["id_token"].as_str().unwrap(), &client.client_id).await);
    let answer = userinfo(app, tokens["access_token"].as_str().unwrap())
        .await
        .json();
    assert_eq!(answer["sub"], consumer.sub.as_str());
    (in_id_token, about(answer.as_object().unwrap()))
}

on_both_databases! {
    async fn sec_011_a_stored_claim_of_a_reserved_name_is_dropped_and_told(fresh: &FreshDb) {
        let log = crate::support::log::Log::listen();
        let app = App::on(fresh).await;
        let ana = full(&app).await;
        let client = NewClient::web("web").on(&app).await;
        let ask = client.ask().with("scope", "openid profile email").with("nonce", "n-1");
        let told = || log.audit().into_iter().filter(|line| line.contains("claims.reserved")).collect::<Vec<_>>();
        let tokens = async || {
            let mut browser = app.signed_in(&ana).await;
            let code = browser.ask(&ask).await.sent().code();
            client.redeem(&code).send(&app).await.json()
        };
        tokens().await;
        assert!(told().is_empty(), "{:?}", told());
        // Nothing of ours writes that: it came with somebody's own SQL, say.
        app.change_consumer(&ana, |it| {
            for name in ["iss", "nonce", "events"] {
                it.claims.insert(name.to_owned(), "forged".into());
            }
        })
        .await;
        app.services.consumers.remove(&ana.account_id, &ana.sub);
        let tokens = tokens().await;
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "web").await;
        assert_eq!((&claims["nonce"], claims.get("events")), (&json!("n-1"), None));
        let seen = userinfo(&app, tokens["access_token"].as_str().unwrap()).await.json();
        assert!(!seen.to_string().contains("forged"), "{seen}");
        for name in ["iss", "nonce", "events"] {
            let line = told().into_iter().find(|line| line.contains(&format!("\"reason\":\"{name}\""))).unwrap();
            assert!(line.contains("\"sub\":\"sub-ana\"") && line.contains("\"client\":\"web\"") && line.contains("\"ip\":"), "{line}");
        }
    }

    async fn sec_056_each_scope_brings_its_claims_to_userinfo_and_none_to_the_id_token(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = full(&app).await;
        let profile = "birthdate family_name gender given_name locale middle_name name nickname picture \
                       preferred_username profile updated_at website zoneinfo";
        for (scope, claims) in [
            ("openid", ""),
            ("openid profile", profile),
            ("openid email", "email email_verified"),
            ("openid address", "address"),
            ("openid phone", "phone_number phone_number_verified"),
            ("openid lp_sdes", "lp_sdes"),
        ] {
            let (in_id_token, in_userinfo) = told(&app, &client, &ana, client.ask().with("scope", scope)).await;
            assert_eq!(in_id_token, Vec::<String>::new(), "{scope}");
            assert_eq!(in_userinfo, claims.split_whitespace().collect::<Vec<_>>(), "{scope}");
        }
    }

    async fn each_standard_claim_has_its_type(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&full(&app).await).await;
        let ask = client.ask().with("scope", "openid profile email address phone");
        let code = browser.ask(&ask).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let told = userinfo(&app, tokens["access_token"].as_str().unwrap()).await.json();
        let told = told.as_object().unwrap();
        assert_eq!(told.len(), signet::model::claim::STANDARD.len() + 2, "those, sub and updated_at: {told:?}");
        for (name, value) in told {
            match name.as_str() {
                "updated_at" => assert!(value.is_u64(), "{value}"),
                "email_verified" | "phone_number_verified" => assert!(value.is_boolean(), "{value}"),
                "address" => assert!(value["formatted"].is_string(), "{value}"),
                _ => assert!(value.is_string(), "{name}: {value}"),
            }
        }
    }

    async fn what_is_asked_for_by_name_is_in_an_id_token_from_the_front_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&full(&app).await).await;
        let claims = json!({"id_token": {"name": {"essential": true}}}).to_string();
        for response_type in ["id_token", "id_token token", "code id_token", "code id_token token"] {
            let ask = client.ask().response_type(response_type).with("claims", &claims);
            let sent = browser.ask(&ask).await.sent();
            let told = payload(sent.get("id_token").unwrap());
            assert_eq!((about(&told), &told["name"]), (vec!["name".to_owned()], &json!("Ana Lee")), "{response_type}");
        }
    }

    async fn an_id_token_that_comes_alone_brings_the_claims_of_its_scopes(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&full(&app).await).await;
        for (response_type, expected) in [("id_token", vec!["email", "email_verified"]), ("id_token token", vec![]), ("code id_token", vec![])] {
            let ask = client.ask().response_type(response_type).with("scope", "openid email");
            let sent = browser.ask(&ask).await.sent();
            assert_eq!(about(&payload(sent.get("id_token").unwrap())), expected, "{response_type}");
        }
    }

    async fn claims_that_are_asked_for_one_by_one_arrive_where_they_are_wanted(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = full(&app).await;
        let claims = json!({
            "id_token": {"email": null, "auth_time": {"essential": true}, "unknown": null},
            "userinfo": {"name": {"essential": true}, "phone_number": null, "aud": null, "iss": null},
        });
        let ask = client.ask().with("claims", &claims.to_string());
        let (in_id_token, in_userinfo) = told(&app, &client, &ana, ask.clone()).await;
        assert_eq!(in_id_token, ["email"]);
        assert_eq!(in_userinfo, ["name", "phone_number"]);
        let mut browser = app.signed_in(&ana).await;
        let code = browser.ask(&ask).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        assert!(payload(tokens["id_token"].as_str().unwrap())["auth_time"].is_i64());
    }

    async fn a_large_claims_request_fits_into_a_code(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = full(&app).await;
        let name = "x".repeat(3900);
        let ask = client.ask()
            .with("claims", &json!({"userinfo": {"email": null, name: null}}).to_string())
            .with("nonce", &"n".repeat(1024));
        let (_, in_userinfo) = told(&app, &client, &ana, ask).await;
        assert_eq!(in_userinfo, ["email"]);
    }

    async fn sec_011_reserved_claims_are_never_a_consumers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::platform("lp").set(|it| it.require_pkce = false).on(&app).await;
        let ana = app.consumer("ana").await;
        let reserved = json!({
            "iss": "https://evil.test", "sub": "sub-eve", "aud": "evil", "exp": 1, "iat": 1, "nbf": 1, "jti": "x", "azp": "x",
            "nonce": "x", "auth_time": 1, "acr": "gold", "amr": ["x"], "cnf": {}, "client_id": "x", "scope": "admin",
            "act": {}, "sid": "x", "at_hash": "x", "c_hash": "x", "events": {}, "name": "Ana Lee", "email": "sub-ana@example.test",
        });
        // As if somebody had written it past every check.
        app.change_consumer(&ana, |it| it.claims.clone_from(reserved.as_object().unwrap())).await;
        let mut browser = app.signed_in(&ana).await;
        let all = r#"{"id_token":{"scope":null,"acr":null,"act":null,"events":null},"userinfo":{"scope":null,"client_id":null}}"#;
        let ask = client.ask().with("claims", all);
        let code = browser.ask(&ask).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let claims = verified(&app, tokens["id_token"].as_str().unwrap(), "lp").await;
        assert_eq!((&claims["sub"], &claims["nonce"]), (&json!("sub-ana"), &json!("n-1")));
        assert_eq!(about(&claims), ["acr", "email", "name"]);
        let level = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!(level), &json!(["pwd"])));
        for name in ["nbf", "azp", "cnf", "auth_time", "c_hash"] {
            assert!(!claims.contains_key(name), "{name}");
        }
        let told = userinfo(&app, tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!(told, json!({"sub": "sub-ana", "name": "Ana Lee", "email": "sub-ana@example.test"}));
    }
}
