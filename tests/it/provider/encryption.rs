//! id_tokens that are encrypted: signed first, for their recipient alone, and never plain instead.

use std::time::Duration;

use jose::{ContentEncryption, DecryptionKey, Jwe, KeyManagement, KeyType, RsaBits};
use serde_json::{Value, json};
use signet::model::ClientSettings;

use crate::support::app::App;
use crate::support::client::{NewClient, TestClient};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::recipient::{NEXT, PLATFORM, Publisher, decrypted, set};
use crate::support::tokens::verified;

/// Encrypted to the platform's key, which the client gives by value.
fn to_platform(settings: &mut ClientSettings) {
    settings.id_token_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
    settings.jwks = Some(set(&[&PLATFORM]));
}

/// A node that may call its own machine, and a client of it whose key is published there.
async fn publishing(fresh: &FreshDb, publisher: &Publisher) -> (App, TestClient) {
    let app = App::with(fresh, |settings| {
        settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
        settings.outbound.timeout = "30s".parse().unwrap();
    })
    .await;
    let uri = publisher.jwks_uri.clone();
    let client = NewClient::web("web").set(|it| {
        it.id_token_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
        it.jwks_uri = Some(uri);
    });
    let client = client.on(&app).await;
    (app, client)
}

on_both_databases! {
    async fn every_flow_gives_a_token_that_its_recipient_alone_can_read(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(to_platform).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for response_type in ["code", "id_token", "id_token token", "code id_token", "code id_token token"] {
            let sent = browser.ask(&client.ask().response_type(response_type)).await.sent();
            let mut tokens = Vec::new();
            tokens.extend(sent.get("id_token").map(str::to_owned));
            if let Some(code) = sent.get("code") {
                let answer = client.redeem(code).send(&app).await.json();
                tokens.push(answer["id_token"].as_str().unwrap().to_owned());
            }
            assert!(!tokens.is_empty(), "{response_type}");
            for token in tokens {
                assert_eq!(token.matches('.').count(), 4, "{response_type}");
                let claims = verified(&app, &decrypted(&token, &PLATFORM), "web").await;
                assert_eq!(claims["sub"], "sub-ana");
                assert!(Jwe::parse(&token).unwrap().decrypt(&NEXT).is_err());
            }
        }
    }

    async fn the_two_headers_name_the_two_keys(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::platform("lp").set(to_platform).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let sent = browser.ask(&client.ask().response_type("id_token")).await.sent();
        let token = sent.get("id_token").unwrap();
        let outer = Jwe::parse(token).unwrap().header().parameters.clone();
        assert_eq!(
            Value::Object(outer),
            json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "lp-enc-1", "cty": "JWT"})
        );
        let inner = decrypted(token, &PLATFORM);
        let inner = jose::verify::Jws::parse(&inner).unwrap().header().clone();
        let published = app.get("/jwks").await.json();
        assert_eq!(inner.kid.as_deref(), published["keys"][0]["kid"].as_str());
        assert_ne!(inner.kid.as_deref(), Some("lp-enc-1"));
    }

    async fn each_advertised_algorithm_works_and_cty_can_be_left_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").set(to_platform).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        let advertised = |what: &str| -> Vec<String> {
            let values = metadata[format!("id_token_encryption_{what}_values_supported")].as_array().unwrap();
            values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(advertised("alg").len(), KeyManagement::ALL.len());
        assert_eq!(advertised("enc").len(), ContentEncryption::ALL.len());
        for alg in advertised("alg") {
            let alg: KeyManagement = alg.parse().unwrap();
            let key = match alg {
                KeyManagement::RsaOaep256 => None,
                KeyManagement::EcdhEs => {
                    Some(DecryptionKey::generate(KeyType::P256, RsaBits::default()).unwrap().with_kid("ec"))
                }
            };
            let key = key.as_ref().unwrap_or(&PLATFORM);
            for enc in advertised("enc") {
                let enc: ContentEncryption = enc.parse().unwrap();
                client
                    .change(&app, |it| {
                        it.settings.id_token_encrypted_response_alg = Some(alg);
                        it.settings.id_token_encrypted_response_enc = Some(enc);
                        it.settings.id_token_encrypted_response_cty = enc == ContentEncryption::A256Gcm;
                        it.settings.jwks = Some(set(&[&NEXT, key]));
                        if alg == KeyManagement::RsaOaep256 {
                            it.settings.jwks = Some(set(&[key]));
                        }
                    })
                    .await;
                let sent = browser.ask(&client.ask().response_type("id_token")).await.sent();
                let token = sent.get("id_token").unwrap();
                let header = Jwe::parse(token).unwrap().header().clone();
                assert_eq!((header.management, header.encryption), (alg, enc));
                assert_eq!(header.cty.is_some(), enc == ContentEncryption::A256Gcm);
                verified(&app, &decrypted(token, key), "web").await;
            }
        }
    }

    async fn a_published_key_is_fetched_once_and_again_when_it_may_have_changed(fresh: &FreshDb) {
        let publisher = Publisher::of(&[&PLATFORM]).await;
        let (app, client) = publishing(fresh, &publisher).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type("id_token");
        for _ in 0..3 {
            let sent = browser.ask(&ask).await.sent();
            verified(&app, &decrypted(sent.get("id_token").unwrap(), &PLATFORM), "web").await;
        }
        assert_eq!(publisher.asked(), 1);

        publisher.answers(200, &json!(set(&[&NEXT])));
        app.clock.advance(Duration::from_secs(299));
        decrypted(browser.ask(&ask).await.sent().get("id_token").unwrap(), &PLATFORM);
        app.clock.advance(Duration::from_secs(1));
        for _ in 0..2 {
            decrypted(browser.ask(&ask).await.sent().get("id_token").unwrap(), &NEXT);
        }
        assert_eq!(publisher.asked(), 2);
    }

    async fn an_outage_of_the_recipients_server_is_survived_for_a_day(fresh: &FreshDb) {
        let (app, client) = publishing(fresh, &Publisher::of(&[]).await).await;
        let ask = client.ask().response_type("id_token").with("prompt", "none");
        let ana = app.consumer("ana").await;
        for (status, body) in [(500, "sorry"), (404, "{}"), (200, "<html>"), (200, "[]")] {
            let publisher = Publisher::of(&[&PLATFORM]).await;
            client.change(&app, |it| it.settings.jwks_uri = Some(publisher.jwks_uri.clone())).await;
            let mut browser = app.signed_in(&ana).await;
            decrypted(browser.ask(&ask).await.sent().get("id_token").unwrap(), &PLATFORM);

            publisher.answers(status, body);
            app.clock.advance(Duration::from_hours(24) - Duration::from_secs(1));
            let mut browser = app.signed_in(&ana).await;
            decrypted(browser.ask(&ask).await.sent().get("id_token").unwrap(), &PLATFORM);
            assert_eq!(publisher.asked(), 2);
            app.clock.advance(Duration::from_secs(1));
            assert_eq!(browser.ask(&ask).await.sent_error(), "temporarily_unavailable", "{status} {body}");
        }
    }

    async fn a_recipients_server_that_hangs_holds_nobody_up_for_long(fresh: &FreshDb) {
        let publisher = Publisher::of(&[&PLATFORM]).await;
        let (app, client) = publishing(fresh, &publisher).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type("id_token");
        decrypted(browser.ask(&ask).await.sent().get("id_token").unwrap(), &PLATFORM);
        publisher.hangs();
        app.clock.advance(Duration::from_mins(5));
        // The call is given up after half a minute; the test's own end comes sooner.
        let sent = tokio::time::timeout(Duration::from_secs(20), browser.ask(&ask)).await.unwrap().sent();
        decrypted(sent.get("id_token").unwrap(), &PLATFORM);
        assert_eq!(publisher.asked(), 2);
    }

    async fn a_key_that_is_published_no_more_is_used_no_more(fresh: &FreshDb) {
        let publisher = Publisher::of(&[&PLATFORM]).await;
        let (app, client) = publishing(fresh, &publisher).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let ask = client.ask().response_type("id_token");
        decrypted(browser.ask(&ask).await.sent().get("id_token").unwrap(), &PLATFORM);
        publisher.answers(200, &json!({"keys": []}));
        app.clock.advance(Duration::from_mins(5));
        assert_eq!(browser.ask(&ask).await.sent_error(), "server_error");
        // It isn't asked at each try, and its new key counts soon.
        publisher.answers(200, &json!(set(&[&NEXT])));
        assert_eq!(browser.ask(&ask).await.sent_error(), "server_error");
        app.clock.advance(Duration::from_secs(30));
        decrypted(browser.ask(&ask).await.sent().get("id_token").unwrap(), &NEXT);
        assert_eq!(publisher.asked(), 3);
    }

    async fn without_a_key_nothing_is_issued_and_no_code_is_used_up(fresh: &FreshDb) {
        let publisher = Publisher::of(&[]).await;
        let (app, client) = publishing(fresh, &publisher).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let sent = browser.ask(&client.ask()).await.sent();
        let answer = client.redeem(&sent.code()).send(&app).await;
        assert_eq!(answer.oauth_error(), (500, "server_error".to_owned()));
        assert!(!answer.body.contains("id_token") && !answer.body.contains("access_token"));
        assert_eq!(app.count("tokens").await, 0);
        for response_type in ["id_token", "id_token token", "code id_token"] {
            let refused = browser.ask(&client.ask().response_type(response_type)).await;
            assert_eq!(refused.sent_error(), "server_error", "{response_type}");
            assert_eq!(refused.sent().get("id_token"), None);
        }
        assert_eq!(app.count("tokens").await, 0);

        publisher.answers(200, &json!(set(&[&PLATFORM])));
        app.clock.advance(Duration::from_secs(30));
        let answer = client.redeem(&sent.code()).send(&app).await.json();
        decrypted(answer["id_token"].as_str().unwrap(), &PLATFORM);
    }

    async fn sec_015_a_published_set_with_a_private_key_in_it_is_not_used(fresh: &FreshDb) {
        let publisher = Publisher::of(&[]).await;
        let (app, client) = publishing(fresh, &publisher).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let private: Value =
            serde_json::from_str(include_str!("../../../crates/jose/tests/it/keys/rsa.jwk.json")).unwrap();
        publisher.answers(200, &json!({"keys": [PLATFORM.public().to_jwk(), private]}));
        let refused = browser.ask(&client.ask().response_type("id_token")).await;
        assert_eq!(refused.sent_error(), "server_error");
    }

    async fn sec_145_a_key_set_on_a_private_address_is_not_fetched(fresh: &FreshDb) {
        let publisher = Publisher::of(&[&PLATFORM]).await;
        let app = App::on(fresh).await;
        let uri = publisher.jwks_uri.clone();
        let client = NewClient::web("web").set(|it| {
            it.id_token_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
            it.jwks_uri = Some(uri);
        });
        let client = client.on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let refused = browser.ask(&client.ask().response_type("id_token").with("prompt", "none")).await;
        assert_eq!(refused.sent_error(), "temporarily_unavailable");
        assert_eq!(publisher.asked(), 0);
    }

    async fn the_limit_of_16_kib_is_that_of_the_token_that_goes_out(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let client = NewClient::web("web").on(&app).await;
        let ana = app.consumer("ana").await;
        app.change_consumer(&ana, |it| {
            it.claims.insert("name".to_owned(), "n".repeat(9_600).into());
        })
        .await;
        let mut browser = app.signed_in(&ana).await;
        let ask = client.ask().response_type("id_token").with("scope", "openid profile");
        let plain = browser.ask(&ask).await.sent();
        let plain = plain.get("id_token").unwrap();
        assert!((12_500..16_384).contains(&plain.len()), "{}", plain.len());
        client.change(&app, |it| to_platform(&mut it.settings)).await;
        assert_eq!(browser.ask(&ask).await.sent_error(), "server_error");
    }
}
