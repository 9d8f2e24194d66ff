//! What other products export.

use passwords::FirebaseProject;
use serde_json::json;
use signet::directory::consumer::import::{Format, Options};
use signet::model::ConsumerStatus;

use super::import::{HASH, House, house, options};
use crate::support::db::FreshDb;

async fn with<F: Future<Output = ()>>(test: impl FnOnce(House) -> F) {
    let fresh = FreshDb::sqlite().await;
    test(house(&fresh.db).await).await;
    fresh.throw_away().await;
}

#[tokio::test]
async fn keycloaks_users_come_with_their_hashes() {
    with(|house| async move {
        // Hash of `password` by Keycloak's pbkdf2-sha256 with a salt of sixteen bytes, computed with Python's hashlib.
        let row = json!({
            "id": "0d3f7a1e-6f0b-4c7f-9b52-2f6f6b1d9a10", "createdTimestamp": 1_700_000_000_000_i64, "username": "ana",
            "enabled": false, "totp": false, "emailVerified": true, "firstName": "Ana", "lastName": "Lee",
            "email": "ana@example.test", "attributes": {"locale": ["es"], "phone_number": ["+34600000000"], "shoe": ["38"]},
            "credentials": [
                {"id": "1", "type": "otp", "secretData": "{}", "credentialData": "{}"},
                {"id": "2", "type": "password",
                 "secretData": "{\"value\":\"Ry9UYX5mkDEvO2Nr3YvXvYvFm9m3T4kQy3K7V5mU9wE=\",\"salt\":\"MDEyMzQ1Njc4OWFiY2RlZg==\",\"additionalParameters\":{}}",
                 "credentialData": "{\"hashIterations\":27500,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{}}"}
            ],
            "realmRoles": ["default"], "notBefore": 0, "groups": []
        });
        let (summary, refused) = house.text(&row.to_string(), options(Format::JsonLines)).await;
        assert_eq!((summary.created, refused.len()), (1, 0), "{refused:?}");
        let ana = house.find("ana").await.unwrap();
        assert_eq!(ana.sub.as_str(), "0d3f7a1e-6f0b-4c7f-9b52-2f6f6b1d9a10");
        assert_eq!(ana.status, ConsumerStatus::Disabled);
        assert_eq!(serde_json::Value::Object(ana.claims), json!({
            "email": "ana@example.test", "email_verified": true, "given_name": "Ana", "family_name": "Lee",
            "name": "Ana Lee", "locale": "es", "phone_number": "+34600000000",
        }));
        let ignored: Vec<&str> = summary.ignored.keys().map(String::as_str).collect();
        assert_eq!(ignored, ["attributes.shoe", "createdTimestamp", "groups", "notBefore", "realmRoles", "totp"]);
    })
    .await;
}

#[tokio::test]
async fn auth0s_users_keep_their_ids() {
    with(|house| async move {
        let rows = [
            json!({"user_id": "auth0|5f7c8ec7c33c6c004bbafe82", "email": "ana@example.test", "email_verified": true,
                   "nickname": "ana", "blocked": true, "logins_count": 7, "passwordHash": HASH}),
            json!({"_id": {"$oid": "60425dc43519d90068f82973"}, "email": "bob@example.test", "passwordHash": HASH,
                   "connection": "Username-Password-Authentication"}),
            json!({"email": "cid@example.test", "custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": HASH}}}),
            json!({"email": "dan@example.test", "custom_password_hash": {"algorithm": "md5", "hash": {"value": "ab", "encoding": "hex"}}}),
        ];
        let text = rows.map(|row| row.to_string()).join("\n");
        let (summary, refused) = house.text(&text, options(Format::JsonLines)).await;
        assert_eq!((summary.created, summary.refused), (3, 1), "{refused:?}");
        assert!(refused[0].1.starts_with("custom_password_hash:"), "{refused:?}");
        let ana = house.find("ana@example.test").await.unwrap();
        assert_eq!((ana.sub.as_str(), ana.status), ("auth0|5f7c8ec7c33c6c004bbafe82", ConsumerStatus::Disabled));
        assert_eq!(house.find("bob@example.test").await.unwrap().sub.as_str(), "auth0|60425dc43519d90068f82973");
        assert!(house.login("bob@example.test", "U*U").await);
        assert!(house.login("cid@example.test", "U*U").await);
    })
    .await;
}

#[tokio::test]
async fn firebases_users_need_the_projects_parameters() {
    with(|house| async move {
        // The example of Firebase's own scrypt repository.
        let row = json!({
            "localId": "KjT8mdZ2bZQ5f7Wm1gYb3sDf9aR2", "email": "ana@example.test", "emailVerified": false,
            "displayName": "Ana Lee", "disabled": false, "createdAt": "1700000000000", "salt": "42xEC+ixf3L2lw==",
            "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
            "providerUserInfo": []
        });
        let (summary, refused) = house.text(&row.to_string(), options(Format::JsonLines)).await;
        assert_eq!(summary.refused, 1);
        assert!(refused[0].1.contains("--firebase"), "{refused:?}");
        let project = FirebaseProject::new(
            "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
            "Bw==",
            8,
            14,
        )
        .unwrap();
        let with_project = Options { firebase: Some(project), ..options(Format::JsonLines) };
        let (summary, refused) = house.text(&row.to_string(), with_project).await;
        assert_eq!(summary.created, 1, "{refused:?}");
        assert!(house.login("ana@example.test", "user1password").await);
        assert_eq!(house.find("ana@example.test").await.unwrap().sub.as_str(), "KjT8mdZ2bZQ5f7Wm1gYb3sDf9aR2");
    })
    .await;
}

#[tokio::test]
async fn djangos_users_come_from_dumpdata_or_values() {
    with(|house| async move {
        let fields = |username: &str, password: &str| {
            json!({"username": username, "first_name": "Ana", "last_name": "", "email": "", "password": password,
                   "is_active": true, "is_staff": false, "date_joined": "2026-01-01T00:00:00Z", "last_login": null})
        };
        let rows = [
            json!({"model": "auth.user", "pk": 1, "fields": fields("ana", &format!("bcrypt${HASH}"))}),
            fields("bob", "!unusable"),
            fields("cid", "md5$salt$hash"),
        ];
        let (summary, refused) =
            house.text(&rows.map(|row| row.to_string()).join("\n"), options(Format::JsonLines)).await;
        assert_eq!((summary.created, summary.refused), (2, 1), "{refused:?}");
        assert!(house.login("ana", "U*U").await);
        let ana = house.find("ana").await.unwrap();
        assert_ne!(ana.sub.as_str(), "1");
        assert_eq!(serde_json::Value::Object(ana.claims), json!({"given_name": "Ana", "name": "Ana"}));
    })
    .await;
}

#[tokio::test]
async fn a_hash_given_as_a_password_is_told_apart() {
    with(|house| async move {
        let rows = [
            json!({"username": "ana", "password": HASH}),
            json!({"username": "bob", "password": "a-quiet-river-7", "password_hash": HASH}),
            json!({"username": "cid", "password_hash": "$argon2id$v=19$m=9999999,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"}),
            json!({"username": "dan", "usrname": "x"}),
        ];
        let (_, refused) = house.text(&rows.map(|row| row.to_string()).join("\n"), options(Format::JsonLines)).await;
        let keys: Vec<&str> = refused.iter().map(|(_, why)| why.split(':').next().unwrap()).collect();
        assert_eq!(keys, ["password", "password", "password_hash", "usrname"], "{refused:?}");
        assert!(!format!("{refused:?}").contains("CCCCCC"), "{refused:?}");
    })
    .await;
}
