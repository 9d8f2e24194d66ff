//! `signet key selftest`: what somebody was given for an account's keys, tried out.

use jose::{Algorithm, DecryptionKey, KeyManagement, KeyType, PrivateKey, RsaBits};
use serde_json::{Value, json};
use signet::base::id::ClientId;
use signet::directory::key::{self, Check, Report, Subject, Wishes};
use signet::directory::{By, Error};
use signet::model::ClientSettings;
use signet::store;

use super::{App, FreshDb, id, on_both_databases};
use crate::support::client::NewClient;
use crate::support::recipient::{NEXT, PLATFORM, Publisher, set};

/// The account's key, as OpenSSL writes it.
const PEM: &str = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");

fn inside(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

async fn tested(app: &App, wishes: &Wishes<'_>) -> Report {
    key::selftest(&app.services, &app.brand, wishes).await.unwrap()
}

/// What is said of a pasted value.
async fn pasted(app: &App, text: &str) -> Check {
    let wishes = Wishes {
        pasted: Some(text),
        ..Wishes::default()
    };
    let report = tested(app, &wishes).await;
    let check = report
        .checks
        .into_iter()
        .find(|check| check.subject == Subject::Pasted);
    check.unwrap()
}

fn of_client<'a>(report: &'a Report, id: &str) -> Vec<(&'static str, bool, &'a str)> {
    let subject = Subject::Client(ClientId::parse(id).unwrap());
    let checks = report.checks.iter().filter(|check| check.subject == subject);
    checks
        .map(|check| (check.name, check.passed, check.detail.as_str()))
        .collect()
}

fn to_platform(settings: &mut ClientSettings) {
    settings.id_token_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
    settings.jwks = Some(set(&[&PLATFORM]));
}

on_both_databases! {
    async fn f_01_every_published_key_is_verified_by_what_others_are_given(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by) = (&app.services, By::command());
        for algorithm in [Algorithm::ES256, Algorithm::ES384, Algorithm::PS256, Algorithm::EdDSA] {
            key::generate(services, &by, &app.brand, Some(algorithm), None).await.unwrap();
        }
        let report = tested(&app, &Wishes::default()).await;
        assert!(report.passed(), "{report:?}");
        assert_eq!(report.checks.len(), 10, "a line and a set for each of five keys");
        let rsa = key::export(services, &app.brand, None).await.unwrap();
        let line = report.checks.iter().find(|check| check.subject == Subject::Key(rsa.key.kid.clone())).unwrap();
        assert!(line.name == "spki_line" && line.detail.contains(&rsa.public.fingerprint()), "{line:?}");
        let sets = report.checks.iter().filter(|check| check.name == "jwk_set");
        assert!(sets.into_iter().all(|check| check.detail.contains("https://id.example.test/jwks")));
        let unknown = id("nobody");
        let refused = key::selftest(services, &unknown, &Wishes::default()).await;
        assert!(matches!(refused, Err(Error::NotFound { what: "account", .. })), "{refused:?}");
    }

    async fn sec_016_a_key_that_cannot_be_opened_fails(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let rows = store::sql("UPDATE signing_keys SET private_key = $1 WHERE account_id = $2")
            .bind(vec![0_u8; 64])
            .bind(&app.brand)
            .execute(app.db())
            .await
            .unwrap();
        assert_eq!(rows, 1);
        let broken = app.beside(fresh).await;
        let report = tested(&broken, &Wishes::default()).await;
        assert!(!report.passed());
        assert_eq!(report.checks.len(), 1);
        assert_eq!(report.checks[0].name, "private_key");
        broken.db().close().await;
    }

    async fn f_02_and_f_03_whatever_else_was_pasted_is_named(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let good = inside(PEM);
        let check = pasted(&app, &good).await;
        assert!(check.passed && check.detail.contains("exactly the line"), "{check:?}");
        let without = |at: usize| format!("{}{}", &good[..at], &good[at + 1..]);
        let wrapped = PEM.trim_end().replace("-----BEGIN PUBLIC KEY-----\n", "").replace("\n-----END PUBLIC KEY-----", "");
        let foreign = PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048).unwrap();
        let jwk = foreign.public().to_jwk();
        for (text, why) in [
            (String::new(), "empty"),
            (PEM.to_owned(), "BEGIN and END lines"),
            (PEM.to_owned(), "the base64 itself is that of"),
            (wrapped, "without newlines"),
            (format!("{good}\n"), "without newlines"),
            (format!(" {good}"), "white space at character 1"),
            (format!("{good}."), "character 393, '.', is one too many"),
            (without(100), "character 101"),
            (without(100), "is lost"),
            (good.replacen("ofgWCu", "ofgWCv", 1), "is 'v' instead of 'u'"),
            (good[..200].to_owned(), "the last 192 characters are missing"),
            (good[4..].to_owned(), "the first 4 characters are missing"),
            (inside(include_str!("../../../crates/jose/tests/it/keys/rsa.certificate.pem")), "certificate"),
            (include_str!("../../../crates/jose/tests/it/keys/rsa.public.pkcs1.pem").to_owned(), "PKCS#1"),
            (inside(include_str!("../../../crates/jose/tests/it/keys/rsa.public.pkcs1.pem")), "PKCS#1"),
            (inside(include_str!("../../../crates/jose/tests/it/keys/rsa.pkcs8.pem")), "PRIVATE key: never share it"),
            (inside(include_str!("../../../crates/jose/tests/it/keys/rsa1024.public.pem")), "1024 bits"),
            (foreign.public().to_spki_line(), "none of this account's"),
            (foreign.public().to_spki_line(), &*foreign.public().fingerprint()),
            ("https://id.example.test/jwks".to_owned(), "is a URL"),
            ("http://id.example.test/jwks".to_owned(), "only with https"),
            (json!({"keys": [jwk]}).to_string(), "is JSON; the field takes one line"),
            ("nonsense".to_owned(), "X.509"),
        ] {
            let check = pasted(&app, &text).await;
            assert!(!check.passed && check.detail.contains(why), "{text}: {check:?}");
            assert!(check.detail.len() < 600, "{check:?}");
        }
    }

    async fn f_19_a_pasted_set_with_mistakes_of_its_own_is_told_of_them(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let good: Value = serde_json::to_value(key::export(&app.services, &app.brand, None).await.unwrap().public.to_jwk()).unwrap();
        let n = good["n"].as_str().unwrap();
        let with = |name: &str, value: Value| {
            let mut jwk = good.clone();
            jwk[name] = value;
            jwk
        };
        let mut unnamed = good.clone();
        unnamed.as_object_mut().unwrap().remove("kid");
        let private: Value = serde_json::from_str(include_str!("../../../crates/jose/tests/it/keys/rsa.jwk.json")).unwrap();
        for (jwk, why) in [
            (with("n", n.replace('_', "/").replace('-', "+").into()), "`n` isn't base64url"),
            (with("n", format!("{n}==").into()), "`n` isn't base64url"),
            (with("n", format!("AA{n}").into()), "`n` doesn't have the prescribed length"),
            (unnamed, "key 0 has no kid"),
            (with("use", "enc".into()), "`use` isn't `sig`"),
            (private.clone(), "private member `d`"),
        ] {
            for text in [json!({"keys": [jwk]}).to_string(), jwk.to_string()] {
                let check = pasted(&app, &text).await;
                assert!(!check.passed && check.detail.contains(why), "{text}: {check:?}");
                assert!(!check.detail.contains(private["d"].as_str().unwrap()));
            }
        }
        // Others encrypt to the second, which is no mistake.
        let beside = json!({"keys": [good, with("use", "enc".into())]}).to_string();
        let check = pasted(&app, &beside).await;
        assert!(check.detail.contains("is JSON") && !check.detail.contains("And in it"), "{check:?}");
    }

    async fn f_01_another_key_of_the_account_is_told_by_its_id(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (services, by) = (&app.services, By::command());
        let former = key::export(services, &app.brand, None).await.unwrap();
        let next = key::generate(services, &by, &app.brand, None, None).await.unwrap().key;
        let next = key::export(services, &app.brand, Some(&next.kid)).await.unwrap();
        let check = pasted(&app, &next.public.to_spki_line()).await;
        assert!(!check.passed && check.detail.contains(next.key.kid.as_str()) && check.detail.contains("pending"), "{check:?}");
        assert!(check.detail.contains(&format!("{} signs", former.key.kid)));

        key::rotate(services, &by, &app.brand, None, true).await.unwrap();
        assert!(pasted(&app, &next.public.to_spki_line()).await.passed);
        let check = pasted(&app, &former.public.to_spki_line()).await;
        assert!(!check.passed && check.detail.contains("retiring, and doesn't sign any more"), "{check:?}");

        // A client that holds on to the former key is right to have it pasted, and another one isn't.
        let kid = former.key.kid.clone();
        NewClient::platform("holds").set(|it| it.pasted_key = Some(kid)).on(&app).await;
        NewClient::platform("follows").on(&app).await;
        let line = former.public.to_spki_line();
        for (client, right) in [(Some("holds"), true), (Some("follows"), false), (None, true)] {
            let client = client.map(|id| ClientId::parse(id).unwrap());
            let wishes = Wishes { client: client.as_ref(), pasted: Some(&line), decrypt_with: None };
            assert_eq!(tested(&app, &wishes).await.passed(), right, "{client:?}");
        }
    }

    async fn f_08_each_client_with_encrypted_tokens_gets_one_that_it_can_read(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        NewClient::web("plain").on(&app).await;
        NewClient::platform("lp").set(to_platform).on(&app).await;
        let ec = DecryptionKey::generate(KeyType::P384, RsaBits::default()).unwrap();
        let keys = set(&[&ec]);
        NewClient::web("ec").set(|it| {
            it.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
            it.jwks = Some(keys);
        })
        .on(&app)
        .await;

        let report = tested(&app, &Wishes::default()).await;
        assert!(report.passed(), "{report:?}");
        assert!(of_client(&report, "plain").is_empty());
        let platform = of_client(&report, "lp");
        assert_eq!(platform.iter().map(|check| check.0).collect::<Vec<_>>(), ["encryption_key", "encrypted"]);
        assert!(platform[0].2.contains(&PLATFORM.public().fingerprint()));
        assert!(platform[1].2.contains(r#""kid":"lp-enc-1""#) && platform[1].2.contains("RSA-OAEP-256"), "{platform:?}");

        for (key, client) in [(&*PLATFORM, "lp"), (&ec, "ec")] {
            let wishes = Wishes { decrypt_with: Some(key), ..Wishes::default() };
            let report = tested(&app, &wishes).await;
            assert!(report.passed(), "{report:?}");
            let decrypted = report.checks.iter().filter(|check| check.name == "decrypted");
            assert_eq!(decrypted.count(), 1);
            assert_eq!(of_client(&report, client).last().unwrap().0, "decrypted");
        }
        let wishes = Wishes { decrypt_with: Some(&NEXT), ..Wishes::default() };
        let report = tested(&app, &wishes).await;
        let check = report.checks.last().unwrap();
        assert!(!check.passed && check.subject == Subject::DecryptionKey, "{check:?}");
        let lp = ClientId::parse("lp").unwrap();
        let wishes = Wishes { client: Some(&lp), pasted: None, decrypt_with: Some(&NEXT) };
        let report = tested(&app, &wishes).await;
        let check = *of_client(&report, "lp").last().unwrap();
        assert!(!check.1 && check.2.contains(&NEXT.public().fingerprint()) && check.2.contains(&PLATFORM.public().fingerprint()));
        let nobody = ClientId::parse("nobody").unwrap();
        let wishes = Wishes { client: Some(&nobody), ..Wishes::default() };
        assert!(matches!(
            key::selftest(&app.services, &app.brand, &wishes).await,
            Err(Error::NotFound { what: "client", .. })
        ));
    }

    async fn f_08_another_kid_than_the_registered_one_is_told(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let registered = json!({"keys": [PLATFORM.public().to_jwk()]}).to_string().replace("lp-enc-1", "lp-enc-7");
        let registered = jose::JwkSet::parse_strictly(registered.as_bytes()).unwrap();
        let client = NewClient::platform("lp").set(|it| {
            to_platform(it);
            it.jwks = Some(registered);
        });
        client.on(&app).await;
        let wishes = Wishes { decrypt_with: Some(&PLATFORM), ..Wishes::default() };
        let report = tested(&app, &wishes).await;
        let check = *of_client(&report, "lp").last().unwrap();
        assert!(!check.1 && check.2.contains("lp-enc-1") && check.2.contains("lp-enc-7"), "{check:?}");
    }

    async fn a_key_that_cannot_be_fetched_fails(fresh: &FreshDb) {
        let publisher = Publisher::of(&[]).await;
        let app = App::with(fresh, |settings| settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()]).await;
        let uri = publisher.jwks_uri.clone();
        let client = NewClient::web("web").set(|it| {
            it.id_token_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
            it.jwks_uri = Some(uri);
        });
        client.on(&app).await;
        let report = tested(&app, &Wishes::default()).await;
        let checks = of_client(&report, "web");
        assert_eq!((checks.len(), checks[0].0, checks[0].1), (1, "encryption_key", false));
    }
}
