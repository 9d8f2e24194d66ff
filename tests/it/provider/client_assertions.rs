//! `private_key_jwt` and `client_secret_jwt`.

use std::time::Duration;

use jose::{Algorithm, HmacAlgorithm, JwkSet, sign_hmac};
use oauth::ClientAuthMethod;
use serde_json::{Value, json};
use signet::directory::client::{self, Draft};
use signet::directory::{Assignment, By};
use signet::model::ClientSettings;
use signet::model::client::{AssertionAlgorithm, ClientPolicy};

use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::proofs::{TYPE, assertion, assertion_claims, but};
use crate::support::signing::{
    CLIENT_ED, CLIENT_KEY, CLIENT_RSA, NEXT_CLIENT_KEY, public_set, signed, signed_under, unsigned,
};

fn by_key(change: impl FnOnce(&mut ClientSettings)) -> NewClient {
    NewClient::web("signs").set(|it| {
        it.token_endpoint_auth_method = ClientAuthMethod::PrivateKeyJwt;
        it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_RSA, &CLIENT_ED]));
        change(it);
    })
}

/// A request that gets as far as the grant, and no further, once its client is known.
fn attempt(client: &TestClient, assertion: &str) -> TokenRequest {
    client.redeem("no code").without("client_id").asserting(assertion)
}

#[track_caller]
fn passes(answer: &Answer, what: &str) {
    assert_eq!(
        answer.oauth_error(),
        (400, "invalid_grant".to_owned()),
        "{what}: {answer:?}"
    );
}

#[track_caller]
fn fails(answer: &Answer, what: &str) {
    assert_eq!(answer.oauth_error(), (401, "invalid_client".to_owned()), "{what}");
}

on_both_databases! {
    async fn the_newer_name_of_eddsa_is_taken_too(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let header = json!({"alg": "Ed25519", "kid": CLIENT_ED.kid(), "typ": "JWT"});
        let by_name = serde_json::from_value::<AssertionAlgorithm>(json!("Ed25519")).unwrap();
        for (nth, registered) in [None, Some(by_name)].into_iter().enumerate() {
            let id = format!("signs{nth}");
            let client = NewClient::web(&id).set(|it| {
                it.token_endpoint_auth_method = ClientAuthMethod::PrivateKeyJwt;
                it.token_endpoint_auth_signing_alg = registered;
                it.jwks = Some(public_set(&[&CLIENT_ED]));
            }).on(&app).await;
            passes(&attempt(&client, &signed_under(&CLIENT_ED, &header, &assertion_claims(&app, &id))).send(&app).await, &id);
        }
    }

    async fn a_client_proves_itself_by_its_key(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = by_key(|_| {}).on(&app).await;
        let code = app.signed_in(&ana).await.ask(&client.ask()).await.sent().code();
        let answer = client.redeem(&code).asserting(&assertion(&app, "signs", &CLIENT_KEY)).send(&app).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for key in [&CLIENT_RSA, &CLIENT_ED] {
            passes(&attempt(&client, &assertion(&app, "signs", key)).send(&app).await, key.kid());
        }
    }

    async fn sec_059_an_assertion_is_for_the_issuer_as_a_string(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let strict = by_key(|_| {}).on(&app).await;
        let certified = NewClient::web("certified").set(|it| {
            it.token_endpoint_auth_method = ClientAuthMethod::PrivateKeyJwt;
            it.jwks = Some(public_set(&[&CLIENT_KEY]));
            it.policy = ClientPolicy::Certified;
        }).on(&app).await;
        let token = format!("{ISSUER}/token");
        for (audience, strictly, otherwise) in [
            (json!(ISSUER), true, true),
            (json!([ISSUER]), false, true),
            (json!(token), false, true),
            (json!([token, "https://other.example"]), false, true),
            (json!(format!("{ISSUER}/")), false, false),
            (json!(format!("{ISSUER}/jwks")), false, false),
            (json!("https://other.example"), false, false),
            (json!([]), false, false),
            (json!({}), false, false),
            (Value::Null, false, false),
        ] {
            for (client, good) in [(&strict, strictly), (&certified, otherwise)] {
                let claims = but(assertion_claims(&app, &client.client_id), "aud", audience.clone());
                let answer = attempt(client, &signed(&CLIENT_KEY, "JWT", &claims)).send(&app).await;
                let what = format!("{audience} for {}", client.client_id);
                if good { passes(&answer, &what) } else { fails(&answer, &what) }
            }
        }
    }

    async fn sec_059_times_are_within_bounds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = by_key(|_| {}).on(&app).await;
        let now = app.clock.now().seconds();
        for (name, value, good) in [
            ("exp", json!(now + 300), true),
            ("exp", json!(now + 400), false),
            ("exp", json!(now - 60), false),
            ("exp", json!("soon"), false),
            ("exp", Value::Null, false),
            ("iat", json!(now + 8), true),
            ("iat", json!(now + 60), false),
            ("iat", Value::Null, true),
            ("nbf", json!(now + 8), true),
            ("nbf", json!(now + 60), false),
            ("jti", Value::Null, false),
            ("jti", json!(""), false),
            ("iss", json!("other"), false),
            ("sub", json!("other"), false),
            ("events", json!({}), false),
        ] {
            let claims = but(assertion_claims(&app, "signs"), name, value.clone());
            let answer = attempt(&client, &signed(&CLIENT_KEY, "JWT", &claims)).send(&app).await;
            let what = format!("{name}: {value}");
            if good { passes(&answer, &what) } else { fails(&answer, &what) }
        }
    }

    async fn sec_001_sec_003_only_the_clients_own_signature_counts(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = by_key(|it| it.token_endpoint_auth_signing_alg = Some(AssertionAlgorithm::Signature(Algorithm::ES256))).on(&app).await;
        let claims = || assertion_claims(&app, "signs");
        let header = |alg: &str| json!({"alg": alg, "kid": CLIENT_KEY.kid(), "typ": "JWT"});
        let secret = serde_json::to_string(&CLIENT_KEY.public().to_jwk()).unwrap();
        let mut with_jwk = header("ES256");
        with_jwk["jwk"] = serde_json::to_value(NEXT_CLIENT_KEY.public().to_jwk()).unwrap();
        for (assertion, what) in [
            (signed(&NEXT_CLIENT_KEY, "JWT", &claims()), "an unknown key"),
            (signed_under(&NEXT_CLIENT_KEY, &header("ES256"), &claims()), "another key under its kid"),
            (signed_under(&NEXT_CLIENT_KEY, &with_jwk, &claims()), "a key that it brings along"),
            (signed(&CLIENT_RSA, "JWT", &claims()), "another algorithm than the registered one"),
            (unsigned(&claims()), "no signature"),
            (sign_hmac(HmacAlgorithm::HS256, secret.as_bytes(), claims().to_string().as_bytes()), "the public key as a secret"),
            (signed(&CLIENT_KEY, "dpop+jwt", &claims()), "a proof of possession"),
            (signed(&CLIENT_KEY, "at+jwt", &claims()), "an access token"),
            ("x.y.z".to_owned(), "no JWT"),
        ] {
            fails(&attempt(&client, &assertion).send(&app).await, what);
        }
        passes(&attempt(&client, &signed(&CLIENT_KEY, "JWT", &claims())).send(&app).await, "its own");
    }

    async fn sec_059_an_assertion_is_used_once_on_whichever_node(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let client = by_key(|_| {}).on(&app).await;
        let request = attempt(&client, &assertion(&app, "signs", &CLIENT_KEY));
        let mut tries = Vec::new();
        for number in 0..50 {
            tries.push(request.send(if number % 2 == 0 { &app } else { &other }));
        }
        let answers = futures_util::future::join_all(tries).await;
        let passed = answers.iter().filter(|answer| answer.status == 400).count();
        assert_eq!(passed, 1);
        fails(&request.send(&app).await, "again");
        // The same id of another client is another.
        let claims = but(assertion_claims(&app, "signs"), "jti", json!("shared"));
        passes(&attempt(&client, &signed(&CLIENT_KEY, "JWT", &claims)).send(&app).await, "first");
        let second = NewClient::web("second").set(|it| {
            it.token_endpoint_auth_method = ClientAuthMethod::PrivateKeyJwt;
            it.jwks = Some(public_set(&[&CLIENT_KEY]));
        }).on(&app).await;
        let claims = but(assertion_claims(&app, "second"), "jti", json!("shared"));
        passes(&attempt(&second, &signed(&CLIENT_KEY, "JWT", &claims)).send(&app).await, "of another client");
        other.db().close().await;
    }

    async fn sec_057_an_assertion_comes_alone_and_whole(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = by_key(|_| {}).on(&app).await;
        let good = || assertion(&app, "signs", &CLIENT_KEY);
        let base = || client.redeem("no code").without("client_id");
        for (request, what) in [
            (base().with("client_assertion", &good()), "no type"),
            (base().with("client_assertion_type", TYPE), "no assertion"),
            (base().with("client_assertion", &good()).with("client_assertion_type", "urn:x"), "another type"),
            (base().asserting(&good()).with("client_secret", "x"), "a secret beside it"),
            (base().asserting(&good()).basic("signs", "x"), "a header beside it"),
            (base().asserting(&good()).with("client_id", "other"), "another client_id"),
        ] {
            fails(&request.send(&app).await, what);
        }
        passes(&base().asserting(&good()).with("client_id", "signs").send(&app).await, "the same client_id");
        let secretive = NewClient::web("secretive").set(|it| it.jwks = Some(JwkSet::of([CLIENT_KEY.public()]))).on(&app).await;
        let request = secretive.redeem("no code").without_header("authorization");
        fails(&request.asserting(&assertion(&app, "secretive", &CLIENT_KEY)).send(&app).await, "another method");
    }

    async fn sec_148_a_secret_that_signs_is_sealed_and_all_others_are_digests(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let by = By::system();
        let draft = |method: &str| Draft::described(&[
            Assignment::text("redirect_uris", "https://app.example.test/cb"),
            Assignment::text("token_endpoint_auth_method", method),
        ]).unwrap();
        let id = |text: &str| Some(text.parse().unwrap());
        let make = |name, method| client::create(&app.services, &by, &app.brand, id(name), draft(method));
        let made = make("hmac", "client_secret_jwt").await.unwrap();
        make("basic", "client_secret_basic").await.unwrap();
        assert_eq!(app.count("client_hmac_secrets").await, 1);

        let secret = made.secret.unwrap();
        let attempt = |secret: &str, algorithm| {
            let claims = assertion_claims(&app, "hmac").to_string();
            TokenRequest::bare("/token")
                .with("grant_type", "authorization_code")
                .with("code", "no code")
                .with("redirect_uri", "https://app.example.test/cb")
                .asserting(&sign_hmac(algorithm, secret.as_bytes(), claims.as_bytes()))
        };
        for algorithm in HmacAlgorithm::ALL {
            passes(&attempt(secret.expose(), algorithm).send(&app).await, algorithm.as_str());
        }
        fails(&attempt("guessed", HmacAlgorithm::HS256).send(&app).await, "another secret");
        // Two live while one takes over, as digests do.
        let hmac = "hmac".parse().unwrap();
        let rotated = client::rotate(&app.services, &by, &app.brand, &hmac, Duration::from_mins(1)).await.unwrap();
        for secret in [&secret, &rotated.secret] {
            passes(&attempt(secret.expose(), HmacAlgorithm::HS256).send(&app).await, "both live");
        }
        app.clock.advance(Duration::from_secs(61));
        fails(&attempt(secret.expose(), HmacAlgorithm::HS256).send(&app).await, "the former one");
        passes(&attempt(rotated.secret.expose(), HmacAlgorithm::HS256).send(&app).await, "the new one");
        // Another method needs none, and a digest can't become one.
        let method = |method: &str| {
            let given = Assignment::text("token_endpoint_auth_method", method);
            client::update(&app.services, &by, &app.brand, &hmac, |draft| draft.assign(&[given]))
        };
        assert!(method("client_secret_basic").await.unwrap().secret.is_none());
        assert_eq!(app.count("client_hmac_secrets").await, 0);
        let again = method("client_secret_jwt").await.unwrap().secret.unwrap();
        passes(&attempt(again.expose(), HmacAlgorithm::HS512).send(&app).await, "a new one");
        client::delete(&app.services, &by, &app.brand, &hmac).await.unwrap();
        assert_eq!(app.count("client_hmac_secrets").await, 0);
    }
}
