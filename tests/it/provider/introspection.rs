//! What a token is good for, told to those who may know.

use std::sync::LazyLock;
use std::time::Duration;

use jose::{ContentEncryption, DecryptionKey, KeyManagement, KeyType, RsaBits};
use signet::model::{ConsumerStatus, client::AccessTokenFormat};

use crate::support::app::{App, ISSUER};
use crate::support::client::{NewClient, ORDERS};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::recipient::{PLATFORM, decrypted, set};
use crate::support::tokens::payload;

use super::refresh::{text, tokens};

/// A key to agree on others with.
static CURVE: LazyLock<DecryptionKey> = LazyLock::new(|| {
    let key = DecryptionKey::generate(KeyType::P256, RsaBits::default()).unwrap();
    key.with_kid("curve-1")
});

const NOTHING: &str = r#"{"active":false}"#;

on_both_databases! {
    async fn its_owner_learns_what_a_token_is_good_for(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let given = tokens(&app, &client).await;
        let answer = client.introspect(text(&given, "access_token")).with("token_type_hint", "refresh_token").send(&app).await;
        assert_eq!(answer.header(http::header::CACHE_CONTROL), Some("no-store"));
        let told = answer.json();
        let now = app.clock.now().seconds();
        for (name, value) in [
            ("active", true.into()),
            ("iss", ISSUER.into()),
            ("sub", "sub-ana".into()),
            ("aud", ISSUER.into()),
            ("client_id", "web".into()),
            ("scope", "openid email offline_access".into()),
            ("token_type", "Bearer".into()),
            ("iat", now.into()),
            ("exp", serde_json::Value::from(now + 3600)),
        ] {
            assert_eq!(told[name], value, "{name}");
        }
        assert_eq!(client.introspect(text(&given, "refresh_token")).send(&app).await.json()["active"], true);
        for unknown in [text(&given, "id_token"), "nothing", ""] {
            let answer = client.introspect(unknown).send(&app).await;
            if unknown.is_empty() {
                assert_eq!(answer.oauth_error().1, "invalid_request");
            } else {
                assert_eq!(answer.body, NOTHING);
            }
        }
    }

    async fn sec_053_others_learn_nothing_unless_they_serve_the_resource(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::program("client").on(&app).await;
        let server = NewClient::program("server").set(|it| it.serves = vec![ORDERS.to_owned()]).on(&app).await;
        let stranger = NewClient::program("stranger").on(&app).await;
        let request = client.token().with("grant_type", "client_credentials");
        let for_orders = request.clone().with("resource", ORDERS).send(&app).await.json();
        let for_us = request.send(&app).await.json();
        let token = text(&for_orders, "access_token");
        let told = server.introspect(token).send(&app).await.json();
        assert_eq!((&told["active"], &told["sub"], &told["aud"]), (&true.into(), &"client".into(), &ORDERS.into()));
        assert_eq!(server.introspect(text(&for_us, "access_token")).send(&app).await.body, NOTHING);
        let log = Log::listen();
        assert_eq!(stranger.introspect(token).send(&app).await.body, NOTHING);
        assert!(log.text().contains("introspect.denied"), "{}", log.text());

        let web = NewClient::web("web").refreshing().on(&app).await;
        let given = tokens(&app, &web).await;
        for name in ["refresh_token", "id_token", "access_token"] {
            assert_eq!(server.introspect(text(&given, name)).send(&app).await.body, NOTHING, "{name}");
        }
    }

    async fn sec_053_only_those_who_prove_who_they_are_are_answered(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::program("client").on(&app).await;
        let public = NewClient::public("public").refreshing().on(&app).await;
        let token = client.token().with("grant_type", "client_credentials").send(&app).await.json();
        let token = text(&token, "access_token");
        let given = tokens(&app, &public).await;
        for request in [
            client.introspect(token).without_header("authorization"),
            client.introspect(token).basic("client", "wrong"),
            public.introspect(text(&given, "access_token")),
        ] {
            assert_eq!(request.send(&app).await.oauth_error(), (401, "invalid_client".to_owned()));
        }
        let by_query = client.introspect(token).at(&format!("/introspect?token={token}")).send(&app).await;
        assert_eq!(by_query.oauth_error(), (400, "invalid_request".to_owned()));
    }

    async fn sec_054_whatever_ends_a_token_shows(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let client = NewClient::web("web").refreshing().on(&app).await;
        let given = tokens(&app, &client).await;
        let is_active = async || client.introspect(text(&given, "access_token")).send(&app).await.json()["active"] == true;
        assert!(is_active().await);
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Disabled).await;
        assert!(!is_active().await);
        app.change_consumer(&ana, |it| it.status = ConsumerStatus::Active).await;
        assert!(is_active().await);
        app.clock.advance(Duration::from_hours(1));
        assert!(!is_active().await);
        let again = client.refresh(text(&given, "refresh_token")).send(&app).await.json();
        assert_eq!(client.revoke(text(&given, "refresh_token")).send(&app).await.status, 200);
        for token in [text(&again, "access_token"), text(&given, "refresh_token")] {
            assert_eq!(client.introspect(token).send(&app).await.body, NOTHING);
        }
    }

    async fn an_answer_that_can_be_shown_to_others_is_signed(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::program("client").set(|it| it.access_token_format = AccessTokenFormat::Jwt).on(&app).await;
        let token = client.token().with("grant_type", "client_credentials").send(&app).await.json();
        let signed = "application/token-introspection+jwt";
        for token in [text(&token, "access_token"), "unknown"] {
            let answer = client.introspect(token).header("accept", signed).send(&app).await;
            assert_eq!(answer.header(http::header::CONTENT_TYPE), Some(signed));
            let claims = payload(&answer.body);
            assert_eq!((&claims["iss"], &claims["aud"]), (&ISSUER.into(), &"client".into()));
            assert_eq!(claims["token_introspection"]["active"], token != "unknown");
            assert!(!claims.contains_key("sub") && !claims.contains_key("exp"));
            assert!(answer.body.starts_with("ey"));
        }
    }

    async fn a_signed_answer_is_encrypted_for_a_client_that_registered_so(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for management in KeyManagement::ALL {
            let client = NewClient::program(management.as_str()).set(|it| {
                it.jwks = Some(set(&[&PLATFORM, &CURVE]));
                it.introspection_encrypted_response_alg = Some(management);
                it.introspection_encrypted_response_enc = Some(ContentEncryption::ALL[0]);
            }).on(&app).await;
            let token = client.token().with("grant_type", "client_credentials").send(&app).await.json();
            let ask = client.introspect(text(&token, "access_token"));
            // Whoever asks for JSON gets that.
            assert_eq!(ask.send(&app).await.json()["active"], true);
            let answer = ask.header("accept", "application/token-introspection+jwt").send(&app).await;
            assert_eq!(answer.body.matches('.').count(), 4, "{management}");
            let key = if management == KeyManagement::RsaOaep256 { &*PLATFORM } else { &*CURVE };
            let inside = payload(&decrypted(&answer.body, key));
            assert_eq!((&inside["aud"], &inside["token_introspection"]["active"]), (&management.as_str().into(), &true.into()));
        }
    }

    async fn sec_165_tokens_can_not_be_tried_out_in_numbers(fresh: &FreshDb) {
        let app = App::with(fresh, |it| it.limits.introspections = 2).await;
        let (client, other) = (NewClient::program("client").on(&app).await, NewClient::program("other").on(&app).await);
        let token = client.token().with("grant_type", "client_credentials").send(&app).await.json();
        for _ in 0..2 {
            assert_eq!(client.introspect("guess").send(&app).await.body, NOTHING);
        }
        let refused = client.introspect("guess").send(&app).await;
        assert_eq!(refused.status, 429);
        assert!(refused.header("retry-after").is_some());
        // What counts is told all the same, and others are told what they ask.
        assert_eq!(client.introspect(text(&token, "access_token")).send(&app).await.json()["active"], true);
        assert_eq!(other.introspect("guess").send(&app).await.body, NOTHING);
    }
}
