//! The token endpoint: what a request must look like, and who may make it.

use signet::base::Digest;
use signet::model::client::StoredSecret;
use std::time::Duration;

use oauth::{ClientAuthMethod, GrantType};

use crate::support::answer::Answer;
use crate::support::app::{App, request};
use crate::support::client::{NewClient, TestClient, TokenRequest};
use crate::support::db::{FreshDb, on_both_databases};
use axum::body::Body;

fn by(method: ClientAuthMethod) -> NewClient {
    let id = method.as_str().replace('_', "-");
    NewClient::web(&id).set(move |it| it.token_endpoint_auth_method = method)
}

async fn code(app: &App, client: &TestClient, consumer: &signet::model::Consumer) -> String {
    app.signed_in(consumer)
        .await
        .ask(&client.ask())
        .await
        .sent()
        .code()
}

#[track_caller]
fn is_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.oauth_error(), (status, error.to_owned()), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

on_both_databases! {
    async fn each_advertised_method_of_authentication_works(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        let advertised = metadata["token_endpoint_auth_methods_supported"].as_array().unwrap().clone();
        assert_eq!(advertised.len(), 5);
        for method in advertised {
            let method: ClientAuthMethod = method.as_str().unwrap().parse().unwrap();
            // Assertions have tests of their own, in `client_assertions`.
            if matches!(method, ClientAuthMethod::ClientSecretJwt | ClientAuthMethod::PrivateKeyJwt) {
                continue;
            }
            let client = by(method).on(&app).await;
            let code = code(&app, &client, &ana).await;
            assert_eq!(client.redeem(&code).send(&app).await.status, 200, "{method}");
        }
    }

    async fn sec_057_only_the_registered_method_and_only_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let basic = by(ClientAuthMethod::ClientSecretBasic).on(&app).await;
        let post = by(ClientAuthMethod::ClientSecretPost).on(&app).await;
        let none = by(ClientAuthMethod::None).on(&app).await;
        let jwt = by(ClientAuthMethod::PrivateKeyJwt).on(&app).await;

        let in_body = |client: &TestClient, request: TokenRequest| {
            request.without_header("authorization").with("client_id", &client.client_id).with("client_secret", &client.secret)
        };
        let nothing = |client: &TestClient, request: TokenRequest| {
            request.without_header("authorization").without("client_secret").with("client_id", &client.client_id)
        };
        for client in [&basic, &post, &none] {
            let code = code(&app, client, &ana).await;
            let good = client.redeem(&code);
            let mut wrong = vec![
                good.clone().with("client_secret", &client.secret).basic(&client.client_id, &client.secret),
                good.clone().with("client_assertion", "x").with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                good.clone().header("authorization", "Bearer x"),
                good.clone().without("client_id").without_header("authorization").without("client_secret"),
            ];
            if client.client_id != basic.client_id {
                wrong.push(good.clone().without("client_id").without("client_secret").basic(&client.client_id, &client.secret));
            }
            if client.client_id != post.client_id {
                wrong.push(in_body(client, good.clone()));
            }
            if client.client_id != none.client_id {
                wrong.push(nothing(client, good.clone()));
            }
            for request in wrong {
                is_refused(&request.send(&app).await, 401, "invalid_client");
            }
            assert_eq!(good.send(&app).await.status, 200, "{}: nothing was lost", client.client_id);
        }
        // Methods that aren't served are of no use to those who registered them.
        let bare = TokenRequest::bare("/token").with("client_id", &jwt.client_id).with("grant_type", "authorization_code");
        is_refused(&bare.send(&app).await, 401, "invalid_client");
        is_refused(&bare.with("client_secret", &jwt.secret).send(&app).await, 401, "invalid_client");
    }

    async fn sec_057_a_client_id_in_the_body_must_be_that_of_the_header(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").on(&app).await;
        NewClient::web("other").on(&app).await;
        let code = code(&app, &client, &ana).await;
        is_refused(&client.redeem(&code).with("client_id", "other").send(&app).await, 401, "invalid_client");
        assert_eq!(client.redeem(&code).with("client_id", "web").send(&app).await.status, 200);
    }

    async fn sec_058_an_unknown_client_and_a_wrong_secret_look_alike(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let disabled = NewClient::web("disabled").on(&app).await;
        disabled.change(&app, |it| it.enabled = false).await;
        let good = client.redeem("x");
        let mut answers = Vec::new();
        for request in [
            good.clone().basic("web", "wrong"),
            good.clone().basic("web", ""),
            good.clone().basic("nobody", &client.secret),
            good.clone().basic("disabled", &disabled.secret),
            good.clone().basic("w e b", "x"),
            good.clone().header("x-forwarded-for", "1.2.3.4").basic("web", &format!("{} ", client.secret)),
        ] {
            answers.push(request.send(&app).await);
        }
        for answer in &answers {
            is_refused(answer, 401, "invalid_client");
            assert_eq!(answer.body, answers[0].body);
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"https://id.example.test\""));
        }
        // Without the header there is no challenge of it (RFC 6749 §5.2).
        let answer = good.without_header("authorization").with("client_id", "web").send(&app).await;
        is_refused(&answer, 401, "invalid_client");
        assert_eq!(answer.header("www-authenticate"), None);
    }

    async fn sec_058_malformed_credentials_are_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let bare = client.redeem("x").without_header("authorization");
        for header in ["Basic", "Basic ", "Basic !!!", "Basic d2Vi", "Basic Og==", "Digest x", "\u{e4}"] {
            let Ok(value) = http::HeaderValue::from_bytes(header.as_bytes()) else { continue };
            let mut builder = request("POST", "/token").header("content-type", "application/x-www-form-urlencoded");
            builder = builder.header("authorization", value);
            let answer = app.send(builder.body(Body::from("grant_type=authorization_code")).unwrap()).await;
            is_refused(&answer, 401, "invalid_client");
        }
        let twice = bare.basic("web", &client.secret);
        let again = twice.clone().header("authorization", "Basic d2ViOng=");
        is_refused(&again.send(&app).await, 401, "invalid_client");
    }

    async fn sec_058_two_secrets_live_side_by_side_until_one_expires(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").on(&app).await;
        let end = app.clock.now() + Duration::from_secs(30);
        client.change(&app, |it| {
            it.secrets[0].expires_at = Some(end);
            it.secrets.push(StoredSecret { digest: Digest::of("new secret"), created_at: end, expires_at: None });
        }).await;
        let redeem = |code: &str| client.redeem(code);
        let first = code(&app, &client, &ana).await;
        assert_eq!(redeem(&first).send(&app).await.status, 200);
        let second = code(&app, &client, &ana).await;
        assert_eq!(redeem(&second).basic("web", "new secret").send(&app).await.status, 200);
        app.clock.advance(Duration::from_secs(30));
        let third = code(&app, &client, &ana).await;
        is_refused(&redeem(&third).send(&app).await, 401, "invalid_client");
        assert_eq!(redeem(&third).basic("web", "new secret").send(&app).await.status, 200);
    }

    async fn sec_148_a_digest_is_no_secret(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let digest = Digest::<signet::model::client::ClientSecret>::of(&client.secret);
        let hex = signet::base::hex(digest.as_bytes());
        is_refused(&client.redeem("x").basic("web", &hex).send(&app).await, 401, "invalid_client");
    }

    async fn sec_039_parameters_come_in_the_form_and_once(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").on(&app).await;
        let code = code(&app, &client, &ana).await;
        let good = client.redeem(&code);
        for wrong in [
            good.clone().at("/token?x=1"),
            good.clone().at("/token?grant_type=authorization_code").without("grant_type"),
            good.clone().and("code", &code),
            good.clone().and("x", "1").and("x", "1"),
            good.clone().and("grant_type", ""),
            good.clone().without("grant_type"),
            good.clone().without_header("content-type"),
            good.clone().without_header("content-type").header("content-type", "text/plain"),
            good.clone().without_header("content-type").header("content-type", "multipart/form-data; boundary=x"),
        ] {
            is_refused(&wrong.send(&app).await, 400, "invalid_request");
        }
        is_refused(&good.send_json(&app).await, 400, "invalid_request");
        for body in ["code=%00", "code=%ff", &"a=1&".repeat(101)] {
            is_refused(&good.send_body(&app, body.to_owned()).await, 400, "invalid_request");
        }
        let answer = app.get("/token").await;
        assert_eq!(answer.status, 405);
        assert!(answer.header("allow").unwrap().contains("POST"));
        assert_eq!(good.send(&app).await.status, 200);
    }

    async fn sec_049_other_grants_do_not_exist(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").on(&app).await;
        for grant in ["password", "implicit", "AUTHORIZATION_CODE", "x"] {
            let answer = client.token().with("grant_type", grant).with("username", "ana").with("password", "x").send(&app).await;
            is_refused(&answer, 400, "unsupported_grant_type");
        }
        for grant in ["refresh_token", "client_credentials"] {
            is_refused(&client.token().with("grant_type", grant).send(&app).await, 400, "unauthorized_client");
        }
        let implicit = NewClient::web("implicit").set(|it| it.grant_types = vec![GrantType::Implicit]).on(&app).await;
        let code = code(&app, &implicit, &ana).await;
        is_refused(&implicit.redeem(&code).send(&app).await, 400, "unauthorized_client");
    }

    async fn sec_009_no_value_of_one_kind_passes_for_another(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").on(&app).await;
        let mut browser = app.signed_in(&ana).await;
        let sent = browser.ask(&client.ask().response_type("code token")).await.sent();
        let asked = browser.ask(&client.ask().with("prompt", "login")).await;
        let cookie = browser.session_cookie().unwrap().to_owned();
        let handle = asked.interaction();
        let (code, token) = (sent.code(), sent.get("access_token").unwrap().to_owned());
        for other in [&token, &cookie, &handle] {
            is_refused(&client.redeem(other).send(&app).await, 400, "invalid_grant");
        }
        for other in [&code, &cookie, &handle] {
            let told = crate::support::tokens::userinfo(&app, other).await;
            is_refused(&told, 401, "invalid_token");
        }
        for other in [&code, &token, &handle] {
            let mut thief = app.browser();
            thief.take_session(&app.brand, other);
            assert_eq!(thief.ask(&client.ask()).await.page(), "login");
        }
        for other in [&code, &token, &cookie] {
            let answer = browser.get(&format!("/login?interaction={other}")).await;
            assert_eq!(answer.page_error(), pages::ErrorKind::ExpiredInteraction);
        }
    }
}
