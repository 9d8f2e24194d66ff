//! Tokens that are encrypted to the platform's key (section 1.10 of the platform contract).

use http::StatusCode;
use jose::{ContentEncryption, DecryptionKey, EncryptionKey, KeyType, RsaBits, Typ};
use serde_json::json;
use signet::model::ConnectorKind;

use super::brand::{KEY, OTHER, claims, signed, token};
use super::service::{Service, assert_not_valid, post};
use crate::support::answer::Answer;
use crate::support::db::{FreshDb, on_both_databases};

/// The key as a brand has it: the line that it was given, under the id that it was given.
async fn given(service: &Service) -> EncryptionKey {
    let key = service
        .app
        .services
        .platform_keys
        .encryption()
        .await
        .unwrap()
        .public();
    let line = EncryptionKey::from_spki_line(&key.to_spki_line()).unwrap();
    line.with_kid(key.kid().unwrap())
}

fn assert_not_decrypted(answer: &Answer) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (500, json!({"internalErrorCode": "9012"})),
        "{answer:?}"
    );
}

on_both_databases! {
    async fn a_token_may_be_encrypted_in_each_way_that_the_platform_knows(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let key = given(&service).await;
        for encryption in ContentEncryption::ALL {
            for content in [Some(Typ::Jwt), None] {
                let token = key.encrypt(encryption, content, token(&claims()).as_bytes()).unwrap();
                assert_eq!(service.token(&json!({"id_token": token})).await["lp.ext"]["sub"], "c-7f3a9d");
            }
        }
    }

    async fn what_a_code_buys_may_be_encrypted_too(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Code).await;
        let key = given(&service).await;
        let encrypted = |key: &EncryptionKey, by: &jose::PrivateKey| {
            let inside = signed(by, &json!({"alg": "RS256", "kid": by.kid()}), &claims());
            json!({"id_token": key.encrypt(ContentEncryption::A128CbcHs256, Some(Typ::Jwt), inside.as_bytes()).unwrap()})
        };
        service.brand.gives(StatusCode::OK, &encrypted(&key, &KEY));
        assert_eq!(service.token(&json!({"code": "a code"})).await["lp.ext"]["sub"], "c-7f3a9d");
        let path = "/api/account/brand/authenticate";
        assert!(post(&service.app, path, &json!({"authCode": "another"})).await.json()["jwt"].is_string());
        service.brand.gives(StatusCode::OK, &encrypted(&key, &OTHER));
        assert_not_valid(&service.hand(&json!({"code": "a third"})).await);
        let another = EncryptionKey::from_spki_line(&key.to_spki_line()).unwrap().with_kid("another");
        service.brand.gives(StatusCode::OK, &encrypted(&another, &KEY));
        assert_not_decrypted(&service.hand(&json!({"code": "a fourth"})).await);
    }

    async fn what_cant_be_decrypted_has_a_code_of_its_own(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let key = given(&service).await;
        let encrypt = |key: &EncryptionKey| key.encrypt(ContentEncryption::A256Gcm, Some(Typ::Jwt), token(&claims()).as_bytes()).unwrap();
        let nameless = EncryptionKey::from_spki_line(&key.to_spki_line()).unwrap();
        let other = DecryptionKey::generate(KeyType::Rsa, RsaBits::Rsa2048).unwrap();
        let wrong = EncryptionKey::from_spki_line(&other.public().to_spki_line()).unwrap().with_kid(key.kid().unwrap());
        let mut altered = encrypt(&key);
        altered.pop();
        for bad in [
            encrypt(&nameless),
            encrypt(&EncryptionKey::from_spki_line(&key.to_spki_line()).unwrap().with_kid("another")),
            encrypt(&wrong),
            altered,
            "a.b.c.d.e".to_owned(),
        ] {
            assert_not_decrypted(&service.hand(&json!({"id_token": bad})).await);
        }
    }

    async fn a_forged_token_stays_one_when_it_is_encrypted(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let forged = signed(&OTHER, &json!({"alg": "RS256"}), &claims());
        let token = given(&service).await.encrypt(ContentEncryption::A128CbcHs256, None, forged.as_bytes()).unwrap();
        assert_not_valid(&service.hand(&json!({"id_token": token})).await);
    }
}
