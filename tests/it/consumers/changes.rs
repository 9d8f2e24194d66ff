use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use signet::base::{Digest, OneTime, Timestamp};
use signet::context::Services;
use signet::directory::consumer::{self, NewPassword, Saved};
use signet::directory::{Assignment, By, Error, account};
use signet::model::{Account, Draft, Session};
use signet::store::{self, Db};

use crate::support::db::on_both_databases;
use crate::support::seed::{NOON, entropy, noon};
use crate::support::services::services;

struct House {
    services: Box<Services>,
    account: Account,
}

async fn house(db: &Db) -> House {
    let clock = noon();
    let services = Box::new(services(db, &clock).await);
    let id = crate::support::seed::account(db, "brand").await;
    let account = account::find(&services, Some(&id)).await.unwrap();
    House { services, account }
}

fn claims(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn plain(password: &str) -> NewPassword {
    NewPassword::Plain(SecretString::from(password))
}

impl House {
    async fn create(&self, draft: Draft, password: Option<NewPassword>) -> Result<Saved, Error> {
        consumer::create(&self.services, &By::command(), &self.account, draft, password).await
    }

    async fn login(&self, name: &str, password: &str) -> bool {
        let source = signet::login::Source {
            ip: "192.0.2.1".parse().unwrap(),
        };
        self.services
            .passwords
            .authenticate(&self.account.account_id, name, password, source)
            .await
            .is_ok()
    }

    async fn session(&self, saved: &Saved) -> Digest<signet::model::session::SessionCookie> {
        let digest = OneTime::fresh(&entropy()).digest();
        let later = NOON + Duration::from_hours(1);
        let row = Session {
            digest,
            account_id: self.account.account_id.clone(),
            sid: "sid-1".parse().unwrap(),
            sub: saved.consumer.sub.clone(),
            amr: Vec::new(),
            acr: None,
            auth_time: NOON,
            last_seen_at: NOON,
            idle_expires_at: later,
            expires_at: later,
            ended_at: None,
        };
        let db = &self.services.db;
        db.transaction(move |tx| Box::pin(async move { store::sessions::insert(tx, &row).await }))
            .await
            .unwrap();
        digest
    }

    async fn ended_at(&self, session: Digest<signet::model::session::SessionCookie>) -> Option<Timestamp> {
        let found = store::sessions::find(&self.services.db, &self.account.account_id, session)
            .await
            .unwrap();
        found.unwrap().ended_at
    }
}

fn ana() -> Draft {
    Draft {
        username: Some("Ana".to_owned()),
        claims: claims(&json!({"email": "Ana@Example.test", "name": "Ana Lee", "email_verified": true})),
        customer_info: Some(json!({"ctype": "gold", "balance": -12.75})),
        ..Draft::default()
    }
}

/// The keys that were refused.
fn refused<T>(result: Result<T, Error>) -> Vec<String> {
    match result {
        Err(Error::Refused(refusals)) => refusals.into_iter().map(|refusal| refusal.key).collect(),
        Err(Error::InUse(refusal)) => vec![format!("in use: {}", refusal.key)],
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused"),
    }
}

on_both_databases! {
    async fn a_consumer_who_was_made_logs_in(db: Db) {
        let house = house(&db).await;
        let saved = house.create(ana(), Some(plain("a-quiet-river-7"))).await.unwrap();
        let sub = saved.consumer.sub.as_str();
        assert!(sub.len() >= 32 && !sub.contains("ana"), "{sub}");
        assert!(house.login("ana@example.TEST", "a-quiet-river-7").await);
        for name in ["ana", "ANA@example.test", sub] {
            let found = consumer::find(&house.services, &house.account.account_id, name).await.unwrap();
            assert_eq!(found.sub, saved.consumer.sub);
            assert_eq!(found.customer_info, saved.consumer.customer_info);
        }
    }

    async fn all_that_is_wrong_is_named_at_once(db: Db) {
        let house = house(&db).await;
        let draft = Draft {
            sub: Some("ana@example.test".to_owned()),
            username: Some("a\u{200B}b".to_owned()),
            claims: claims(&json!({
                "email": "a@b@c", "email_verified": "yes", "favourite": "x", "address": {"planet": "Mars"}, "name": null
            })),
            customer_info: Some(json!({"companySize": "many"})),
            personal_info: Some(json!({"contacts": [{"phoneType": "CELL"}]})),
            ..Draft::default()
        };
        let mut keys = refused(house.create(draft, Some(plain("short"))).await);
        keys.sort();
        assert_eq!(keys, [
            "address.planet", "customerInfo.companySize", "email", "email_verified", "favourite", "password",
            "personalInfo.contacts[0].phoneType", "sub", "username",
        ]);
    }

    async fn sec_083_a_password_of_common_or_known_words_is_refused(db: Db) {
        let house = house(&db).await;
        for password in ["password1", "ana@example.test", "acme-shop", "12345678"] {
            assert_eq!(refused(house.create(ana(), Some(plain(password))).await), ["password"], "{password}");
        }
    }

    async fn sec_093_what_another_has_is_in_use(db: Db) {
        let house = house(&db).await;
        house.create(ana(), None).await.unwrap();
        assert_eq!(refused(house.create(ana(), None).await), ["in use: email"]);
        let named = Draft { username: Some("ANA@EXAMPLE.TEST".to_owned()), ..Draft::default() };
        assert_eq!(refused(house.create(named, None).await), ["in use: username"]);
        let subbed = Draft { sub: Some("auth0|5f7c8ec7".to_owned()), ..Draft::default() };
        house.create(subbed.clone(), None).await.unwrap();
        assert_eq!(refused(house.create(subbed, None).await), ["in use: sub"]);
    }

    async fn sec_072_disabling_and_a_new_password_end_sessions(db: Db) {
        let house = house(&db).await;
        let saved = house.create(ana(), Some(plain("a-quiet-river-7"))).await.unwrap();
        let session = house.session(&saved).await;
        let update = async |set: &[Assignment], password| {
            let edit = |draft: &mut Draft| consumer::assign(draft, set);
            let (by, sub) = (By::command(), &saved.consumer.sub);
            consumer::update(&house.services, &by, &house.account, sub, edit, password).await
        };
        update(&[Assignment::text("name", "Ana M. Lee")], None).await.unwrap();
        assert_eq!(house.ended_at(session).await, None);
        update(&[Assignment::text("status", "disabled")], None).await.unwrap();
        assert!(house.ended_at(session).await.is_some());
        assert!(!house.login("ana", "a-quiet-river-7").await);
        update(&[Assignment::text("status", "active")], Some(plain("a-loud-mountain-8"))).await.unwrap();
        assert!(!house.login("ana", "a-quiet-river-7").await);
        assert!(house.login("ana", "a-loud-mountain-8").await);
    }

    async fn sec_092_a_new_address_is_not_verified(db: Db) {
        let house = house(&db).await;
        let saved = house.create(ana(), None).await.unwrap();
        let set = [Assignment::text("email", "ana@other.test"), Assignment::text("customerInfo.balance", "3")];
        let edit = |draft: &mut Draft| consumer::assign(draft, &set);
        let (by, sub) = (By::command(), &saved.consumer.sub);
        let saved = consumer::update(&house.services, &by, &house.account, sub, edit, None).await.unwrap();
        assert_eq!(Value::Object(saved.consumer.claims), json!({"email": "ana@other.test", "name": "Ana Lee"}));
        assert_eq!(serde_json::to_value(saved.consumer.customer_info).unwrap(), json!({"ctype": "gold", "balance": 3}));
        let unset = [Assignment::text("customerInfo.balance", ""), Assignment::text("name", "")];
        let edit = |draft: &mut Draft| consumer::assign(draft, &unset);
        let saved = consumer::update(&house.services, &by, &house.account, sub, edit, None).await.unwrap();
        assert_eq!(Value::Object(saved.consumer.claims), json!({"email": "ana@other.test"}));
        assert_eq!(serde_json::to_value(saved.consumer.customer_info).unwrap(), json!({"ctype": "gold"}));
        let wrong = [Assignment::text("sub", "x"), Assignment::text("password", "x"), Assignment::text("nonsense", "x")];
        assert_eq!(refused(consumer::assign(&mut ana(), &wrong)), ["sub", "password", "nonsense"]);
    }

    async fn sec_178_who_comes_back_is_somebody_new(db: Db) {
        let house = house(&db).await;
        let saved = house.create(ana(), Some(plain("a-quiet-river-7"))).await.unwrap();
        let session = house.session(&saved).await;
        let (account, sub) = (&house.account.account_id, &saved.consumer.sub);
        consumer::delete(&house.services, &By::command(), account, sub).await.unwrap();
        assert!(store::sessions::find(&db, account, session).await.unwrap().is_none());
        assert!(!house.login("ana", "a-quiet-river-7").await);
        for name in ["ana", sub.as_str()] {
            let found = consumer::find(&house.services, account, name).await;
            assert!(matches!(found, Err(Error::NotFound { .. })));
        }
        let again = consumer::delete(&house.services, &By::command(), account, sub).await;
        assert!(matches!(again, Err(Error::NotFound { .. })));
        let back = house.create(ana(), None).await.unwrap();
        assert_ne!(back.consumer.sub, *sub);
        let former = Draft { sub: Some(sub.to_string()), ..Draft::default() };
        assert_eq!(refused(house.create(former, None).await), ["in use: sub"]);
    }

    async fn sec_137_another_accounts_consumer_is_none(db: Db) {
        let house = house(&db).await;
        let saved = house.create(ana(), None).await.unwrap();
        let foreign = crate::support::seed::account(&db, "foreign").await;
        let foreign = account::find(&house.services, Some(&foreign)).await.unwrap();
        let (by, sub) = (By::command(), &saved.consumer.sub);
        let found = consumer::find(&house.services, &foreign.account_id, sub.as_str()).await;
        assert!(matches!(found, Err(Error::NotFound { .. })));
        let changed = consumer::update(&house.services, &by, &foreign, sub, |_| Ok(()), None).await;
        assert!(matches!(changed, Err(Error::NotFound { .. })));
        let deleted = consumer::delete(&house.services, &by, &foreign.account_id, sub).await;
        assert!(matches!(deleted, Err(Error::NotFound { .. })));
        assert!(consumer::find(&house.services, &house.account.account_id, "ana").await.is_ok());
    }
}
