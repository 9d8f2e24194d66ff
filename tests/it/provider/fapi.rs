//! The FAPI 2.0 Security Profile: one switch, and what it forbids is refused.

use std::time::Duration;

use jose::Algorithm;
use oauth::{ClientAuthMethod, ResponseType};
use serde_json::json;
use signet::directory::client::{self, Draft};
use signet::directory::{Assignment, By, Error};
use signet::model::client::{ClientPolicy, SecurityProfile};

use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::proofs::{Proof, assertion, assertion_claims, but};
use crate::support::signing::{
    CLIENT_KEY, CLIENT_RSA, NEXT_CLIENT_KEY, made, public_set, signed, signed_under,
};

fn bank() -> NewClient {
    NewClient::web("bank").set(|it| {
        it.profile = Some(SecurityProfile::Fapi2);
        it.token_endpoint_auth_method = ClientAuthMethod::PrivateKeyJwt;
        it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_RSA]));
        it.response_types = vec![ResponseType::Code];
        it.dpop_bound_access_tokens = true;
        it.require_pkce = true;
        // Whatever an administrator granted beside it.
        it.policy = ClientPolicy::Certified;
    })
}

fn push(app: &App, client: &TestClient) -> TokenRequest {
    let ask = client.ask();
    let bare = TokenRequest::bare("/par").asserting(&assertion(app, "bank", &CLIENT_KEY));
    ask.form()
        .iter()
        .fold(bare, |request, (name, value)| request.with(name, value))
}

on_both_databases! {
    async fn a_whole_flow_with_pushed_request_and_bound_tokens(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let pushed = push(&app, &client).proving(&Proof::of(&app, &CLIENT_KEY, "par")).send(&app).await;
        assert_eq!(pushed.status, 201, "{pushed:?}");
        let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs([("client_id", "bank"), ("request_uri", &uri)]).finish();
        let code = browser.get(&format!("/authorize?{query}")).await.sent().code();
        let redeem = || client.redeem(&code).without("client_id").asserting(&assertion(&app, "bank", &CLIENT_KEY));
        let other = redeem().proving(&Proof::of(&app, &NEXT_CLIENT_KEY, "token")).send(&app).await;
        assert_eq!(other.oauth_error().1, "invalid_grant", "the proof at /par had bound the code");
        assert_eq!(redeem().send(&app).await.oauth_error().1, "invalid_dpop_proof");
        let answer = redeem().proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["token_type"]), (200, &"DPoP".into()), "{answer:?}");
    }

    async fn sec_027_a_request_that_was_not_pushed_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let answer = browser.ask(&client.ask()).await;
        assert_eq!(answer.sent_error(), "invalid_request");
        let without = push(&app, &client).without("code_challenge").without("code_challenge_method").send(&app).await;
        assert_eq!(without.oauth_error().1, "invalid_request", "no PKCE");
        let front = push(&app, &client).with("response_type", "code id_token").send(&app).await;
        assert_eq!(front.oauth_error().1, "unauthorized_client");
    }

    async fn the_proofs_algorithms_are_the_profiles(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let rs256 = made(Algorithm::RS256, "c-rsa");
        let es384 = made(Algorithm::ES384, "c-384");
        let attempt = |assertion: String, proof: Proof<'_>| {
            client.redeem("no code").without("client_id").asserting(&assertion).proving(&proof)
        };
        let good = || assertion(&app, "bank", &CLIENT_RSA);
        let proof = || Proof::of(&app, &CLIENT_KEY, "token");
        assert_eq!(attempt(good(), proof()).send(&app).await.oauth_error().1, "invalid_grant");
        let header = json!({"alg": "RS256", "kid": "c-rsa"});
        let by_rs256 = signed_under(&rs256, &header, &assertion_claims(&app, "bank"));
        assert_eq!(attempt(by_rs256, proof()).send(&app).await.oauth_error().1, "invalid_client");
        for key in [&rs256, &es384] {
            let refused = attempt(good(), Proof::of(&app, key, "token")).send(&app).await;
            assert_eq!(refused.oauth_error().1, "invalid_dpop_proof", "{}", key.kid());
        }
        // The certified form of an audience isn't the profile's.
        let claims = but(assertion_claims(&app, "bank"), "aud", json!(format!("{ISSUER}/token")));
        assert_eq!(attempt(signed(&CLIENT_KEY, "JWT", &claims), proof()).send(&app).await.oauth_error().1, "invalid_client");
    }

    async fn a_signed_request_keeps_to_the_profile(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = bank().on(&app).await;
        let now = app.clock.now().seconds();
        let mut claims = json!({"iss": "bank", "aud": ISSUER, "nbf": now, "exp": now + 3600});
        for (name, value) in client.ask().form() {
            claims[name] = json!(value);
        }
        let push = |object: String| {
            TokenRequest::bare("/par").asserting(&assertion(&app, "bank", &CLIENT_KEY)).with("client_id", "bank").with("request", &object)
        };
        let typ = "oauth-authz-req+jwt";
        for key in [&CLIENT_KEY, &CLIENT_RSA] {
            let answer = push(signed(key, typ, &claims)).send(&app).await;
            assert_eq!(answer.status, 201, "{}: {answer:?}", key.kid());
        }
        for (name, value) in [
            ("nbf", json!(null)),
            ("exp", json!(null)),
            ("exp", json!(now + 3700)),
            ("nbf", json!(now - 60)),
            ("aud", json!("https://other.example")),
            ("iss", json!("other")),
        ] {
            let answer = push(signed(&CLIENT_KEY, typ, &but(claims.clone(), name, value.clone()))).send(&app).await;
            assert_eq!(answer.oauth_error().1, "invalid_request_object", "{name}: {value}");
        }
        let header = json!({"alg": "RS256", "kid": "c-rsa", "typ": typ});
        let by_rs256 = signed_under(&made(Algorithm::RS256, "c-rsa"), &header, &claims);
        assert_eq!(push(by_rs256).send(&app).await.oauth_error().1, "invalid_request_object");
    }

    async fn a_code_lives_a_minute_at_the_most(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.tokens.code_ttl = signet::config::Period::minutes(10)).await;
        let client = bank().on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let pushed = push(&app, &client).send(&app).await.json();
        let uri = pushed["request_uri"].as_str().unwrap();
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs([("client_id", "bank"), ("request_uri", uri)]).finish();
        let code = browser.get(&format!("/authorize?{query}")).await.sent().code();
        app.clock.advance(Duration::from_mins(1));
        let late = client.redeem(&code).without("client_id").asserting(&assertion(&app, "bank", &CLIENT_KEY));
        let answer = late.proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await;
        assert_eq!(answer.oauth_error().1, "invalid_grant");
    }

    async fn what_the_profile_forbids_can_not_be_registered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let jwks = serde_json::to_string(&public_set(&[&CLIENT_KEY])).unwrap();
        let good = [
            ("redirect_uris", "https://bank.example/cb"),
            ("profile", "fapi2"),
            ("token_endpoint_auth_method", "private_key_jwt"),
            ("jwks", &jwks),
            ("dpop_bound_access_tokens", "true"),
            ("id_token_signed_response_alg", "ES256"),
        ];
        let wrong = async |change: &[(&str, &str)]| {
            let all: Vec<Assignment> = good.iter().chain(change).map(|(key, value)| Assignment::text(key, *value)).collect();
            let draft = Draft::described(&all).unwrap();
            match client::create(&app.services, &By::system(), &app.brand, None, draft).await {
                Err(Error::Invalid(problems)) => problems.into_iter().map(|it| it.key).collect::<Vec<_>>(),
                other => panic!("{other:?}"),
            }
        };
        // The account has no such key: that is all that is wrong with it.
        assert_eq!(wrong(&[]).await, ["id_token_signed_response_alg"]);
        for (change, key) in [
            (vec![("token_endpoint_auth_method", "client_secret_basic")], "token_endpoint_auth_method"),
            (vec![("token_endpoint_auth_method", "client_secret_jwt")], "token_endpoint_auth_method"),
            (vec![("token_endpoint_auth_method", "none")], "token_endpoint_auth_method"),
            (vec![("dpop_bound_access_tokens", "false")], "dpop_bound_access_tokens"),
            (vec![("response_types", "code,id_token")], "response_types"),
            (vec![("require_pkce", "false")], "require_pkce"),
            (vec![("token_endpoint_auth_signing_alg", "RS256")], "token_endpoint_auth_signing_alg"),
            (vec![("id_token_signed_response_alg", "")], "id_token_signed_response_alg"),
        ] {
            assert!(wrong(&change).await.iter().any(|it| it == key), "{change:?}: {:?}", wrong(&change).await);
        }
    }
}
