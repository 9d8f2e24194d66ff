//! Programs with tokens of their own, and tokens that can be read.

use oauth::ClientAuthMethod;
use signet::model::client::AccessTokenFormat;

use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, ORDERS};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::tokens::{payload, userinfo};

on_both_databases! {
    async fn sec_049_a_program_gets_a_token_of_its_own_and_nothing_of_consumers(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let program = NewClient::program("orders").on(&app).await;
        let request = program.token().with("grant_type", "client_credentials");
        let whole = request.send(&app).await.json();
        assert_eq!(whole["scope"], "orders.read orders.write");
        assert_eq!((&whole["token_type"], &whole["expires_in"]), (&"Bearer".into(), &3600.into()));
        for never in ["id_token", "refresh_token"] {
            assert!(whole.get(never).is_none(), "{never}");
        }
        let part = request.clone().with("scope", "orders.read openid offline_access").send(&app).await.json();
        assert_eq!(part["scope"], "orders.read");
        let none = request.clone().with("scope", "openid email").send(&app).await;
        assert_eq!(none.oauth_error(), (400, "invalid_scope".to_owned()));
        // It speaks for nobody.
        let told = userinfo(&app, whole["access_token"].as_str().unwrap()).await;
        assert_eq!(told.oauth_error(), (401, "invalid_token".to_owned()));
    }

    async fn sec_049_every_grant_is_off_until_a_client_has_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = NewClient::web("web").on(&app).await;
        let public = NewClient::program("public").set(|it| it.token_endpoint_auth_method = ClientAuthMethod::None).on(&app).await;
        for client in [&web, &public] {
            let answer = client.token().with("grant_type", "client_credentials").send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "unauthorized_client".to_owned()));
        }
        for grant in ["password", "urn:example:unknown"] {
            let answer = web.token().with("grant_type", grant).with("username", "ana").send(&app).await;
            assert_eq!(answer.oauth_error(), (400, "unsupported_grant_type".to_owned()), "{grant}");
        }
    }

    async fn an_access_token_that_its_resource_can_read(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let program = NewClient::program("orders").set(|it| it.access_token_format = AccessTokenFormat::Jwt).on(&app).await;
        let request = program.token().with("grant_type", "client_credentials").with("resource", ORDERS);
        let token = request.send(&app).await.json()["access_token"].as_str().unwrap().to_owned();
        let claims = payload(&token);
        for (name, value) in [("iss", ISSUER), ("sub", "orders"), ("aud", ORDERS), ("client_id", "orders"), ("scope", "orders.read orders.write")] {
            assert_eq!(claims[name], value, "{name}");
        }
        assert!(claims["jti"].is_string());
        assert!(claims["exp"].as_i64().unwrap() > app.clock.now().seconds());
        verified_access_token(&app, &token, ORDERS).await;
        // It is taken back like any other.
        assert_eq!(program.introspect(&token).send(&app).await.json()["active"], true);
        assert_eq!(program.revoke(&token).send(&app).await.status, 200);
        assert_eq!(program.introspect(&token).send(&app).await.json()["active"], false);
    }

    async fn a_consumers_readable_token_works_at_userinfo(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(|it| it.access_token_format = AccessTokenFormat::Jwt).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let tokens = client.redeem(&code).send(&app).await.json();
        let token = tokens["access_token"].as_str().unwrap();
        let claims = payload(token);
        assert_eq!((&claims["sub"], &claims["aud"]), (&"sub-ana".into(), &ISSUER.into()));
        assert!(claims["auth_time"].is_i64());
        assert_eq!(userinfo(&app, token).await.json()["sub"], "sub-ana");
        verified_access_token(&app, token, ISSUER).await;
        // An id_token is none (SEC-003).
        assert_eq!(userinfo(&app, tokens["id_token"].as_str().unwrap()).await.status, 401);
        let sent = browser.ask(&client.ask().response_type("code id_token token")).await.sent();
        assert_eq!(userinfo(&app, sent.get("access_token").unwrap()).await.status, 200);
    }
}

/// Verified as a resource does it (RFC 9068 §4).
async fn verified_access_token(app: &App, token: &str, audience: &str) {
    let set = app.get("/jwks").await.body;
    let set = jose::JwkSet::parse(set.as_bytes()).unwrap();
    let keys = jose::KeySet::from_jwk_set(&set, None);
    let policy = jose::Policy::access_token(ISSUER, audience, app.clock.now().seconds());
    jose::verify(token, |kid| keys.find(kid), &policy).unwrap();
}
