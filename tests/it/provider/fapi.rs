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

use super::jarm::read_by;

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

    async fn message_signing_from_the_request_to_the_introspection(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let algorithm = Algorithm::ES256;
        signet::directory::key::rotate(&app.services, &By::command(), &app.brand, Some(algorithm), true).await.unwrap();
        app.services.forget();
        let client = bank().set(|it| {
            it.require_signed_request_object = true;
            it.response_modes = vec![oauth::ResponseMode::QueryJwt];
            it.authorization_signed_response_alg = Some(algorithm);
            it.introspection_signed_response_alg = Some(algorithm);
            it.id_token_signed_response_alg = Some(algorithm);
        }).on(&app).await;
        let now = app.clock.now().seconds();
        let mut claims = json!({"iss": "bank", "aud": ISSUER, "nbf": now, "exp": now + 300});
        for (name, value) in client.ask().with("response_mode", "jwt").form() {
            claims[name] = json!(value);
        }
        let own = || assertion(&app, "bank", &CLIENT_KEY);
        let plain = push(&app, &client).send(&app).await;
        assert_eq!(plain.oauth_error().1, "invalid_request", "a request that isn't signed");
        let object = signed(&CLIENT_KEY, "oauth-authz-req+jwt", &claims);
        let pushed = TokenRequest::bare("/par").asserting(&own()).with("client_id", "bank").with("request", &object);
        let pushed = pushed.proving(&Proof::of(&app, &CLIENT_KEY, "par")).send(&app).await.json();
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let sent = browser.ask(&client.bare_ask().and("request_uri", pushed["request_uri"].as_str().unwrap())).await.sent();
        assert_eq!((sent.mode, sent.names()), ("query", vec!["response"]));
        let told = read_by(&app, sent.get("response").unwrap(), "bank", algorithm).await;
        assert_eq!(told["state"], "s-1");
        let redeem = client.redeem(told["code"].as_str().unwrap()).without("client_id").asserting(&own());
        let tokens = redeem.proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await.json();
        assert_eq!(tokens["token_type"], "DPoP");
        let signed_answer = "application/token-introspection+jwt";
        let asked = TokenRequest::bare("/introspect").asserting(&own()).with("token", tokens["access_token"].as_str().unwrap());
        let answer = asked.header("accept", signed_answer).send(&app).await;
        assert_eq!(answer.header(http::header::CONTENT_TYPE), Some(signed_answer));
        let inside = crate::support::tokens::payload(&answer.body);
        assert_eq!((&inside["iss"], &inside["aud"]), (&json!(ISSUER), &json!("bank")));
        let told = &inside["token_introspection"];
        assert_eq!((&told["active"], &told["cnf"]["jkt"]), (&json!(true), &json!(CLIENT_KEY.public().thumbprint())));
    }

    async fn backchannel_requests_of_the_profile_are_signed_shown_and_bound(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        bank().set(|it| {
            it.grant_types = vec![oauth::GrantType::Ciba];
            it.response_types = Vec::new();
            it.backchannel_token_delivery_mode = Some(signet::model::client::DeliveryMode::Poll);
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let now = app.clock.now().seconds();
        let own = || assertion(&app, "bank", &CLIENT_KEY);
        let bare = || TokenRequest::bare("/bc_authorize").asserting(&own());
        let plain = bare().with("scope", "openid").with("login_hint", "ana").with("binding_message", "W-1").send(&app).await;
        assert_eq!(plain.oauth_error().1, "invalid_request", "a request that isn't signed");
        let claims = |jti: &str| json!({
            "iss": "bank", "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300, "jti": jti, "scope": "openid",
            "login_hint": "ana", "binding_message": "W-4711",
        });
        let unbound = signed(&CLIENT_KEY, "JWT", &but(claims("r-1"), "binding_message", serde_json::Value::Null));
        assert_eq!(bare().with("request", &unbound).send(&app).await.oauth_error().1, "invalid_binding_message");
        let header = json!({"alg": "RS256", "kid": "c-rsa"});
        let by_rs256 = signed_under(&made(Algorithm::RS256, "c-rsa"), &header, &claims("r-2"));
        assert_eq!(bare().with("request", &by_rs256).send(&app).await.oauth_error().1, "invalid_request");

        let begun = bare().with("request", &signed(&CLIENT_KEY, "JWT", &claims("r-3"))).send(&app).await.json();
        let shown = browser.get("/approve").await;
        assert!(shown.body.contains("W-4711"), "{shown:?}");
        let (csrf, interaction) = (shown.hidden("csrf"), shown.hidden("interaction"));
        let form = [("csrf", csrf.as_str()), ("interaction", &interaction), ("decision", "allow")];
        browser.post(&shown.form_action("consent-form"), &form).await;
        let poll = || {
            TokenRequest::bare("/token").asserting(&own()).with("grant_type", oauth::GrantType::Ciba.as_str())
                .with("auth_req_id", begun["auth_req_id"].as_str().unwrap())
        };
        assert_eq!(poll().send(&app).await.oauth_error().1, "invalid_dpop_proof");
        let tokens = poll().proving(&Proof::of(&app, &CLIENT_KEY, "token")).send(&app).await.json();
        assert_eq!(tokens["token_type"], "DPoP");
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(crate::support::tokens::userinfo(&app, token).await.oauth_error().1, "invalid_token");
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
