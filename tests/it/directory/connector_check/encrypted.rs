//! Tokens that are encrypted for the platform, and clients that have theirs encrypted (F-08).

use std::net::TcpListener;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::KeyManagement;
use secrecy::SecretString;
use serde_json::{Value, json};
use signet::directory::By;
use signet::directory::connector;
use signet::directory::doctor::{self, Verdict};

use super::super::{App, FreshDb, given, on_both_databases};
use super::{Brand, found, jwk, platform_client, signed};
use crate::support::client::NewClient;
use crate::support::recipient::{PLATFORM, Publisher, set};

on_both_databases! {
    async fn f_08_tokens_that_are_encrypted_for_the_platform_are_looked_at_outside_and_inside(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, brand.draft()).await.unwrap();
        let look = async |token: &str| connector::check_token(&app.services, &made, token).await.unwrap();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = |exp: Value| {
            signed(&json!({"iss": brand.base, "aud": "lp-messaging", "sub": "c-7f3a9d", "iat": 1_700_000_000, "exp": exp, "lp_sdes": []}))
        };
        let key = app.services.platform_keys.encryption().await.unwrap().public();
        let encrypted = |inside: &str| {
            key.encrypt(jose::ContentEncryption::A256Gcm, Some(jose::Typ::Jwt), inside.as_bytes()).unwrap()
        };
        let good = encrypted(&signed(json!(1_700_003_600)));
        let well = look(&good).await;
        assert_eq!((well.verdict, found(std::slice::from_ref(&well))), (Verdict::Ok, String::new()));
        let notes = well.notes.concat();
        assert!(notes.contains("RSA-OAEP-256") && notes.contains(jwk()["kid"].as_str().unwrap()), "both headers are shown: {notes}");
        assert!(found(&[look(&encrypted(&signed(json!("soon")))).await]).contains("(F-04)"));
        let unsigned = found(&[look(&encrypted("{\"sub\":\"c-7f3a9d\"}")).await]);
        assert!(unsigned.contains("is no signed JWT (F-08)") && unsigned.contains("sign first"), "{unsigned}");

        let kid = key.kid().unwrap();
        let rest = good.split_once('.').unwrap().1;
        for (header, says) in [
            (json!({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "theirs"}), "its alg is \"RSA-OAEP\""),
            (json!({"alg": "RSA-OAEP-256", "enc": "A256", "kid": "theirs"}), "its enc is \"A256\""),
            (json!({"alg": "RSA-OAEP-256", "enc": "A256GCM"}), "no kid"),
            (json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "theirs", "zip": "DEF"}), "compressed"),
            (json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "theirs", "cty": "json"}), "its cty is \"json\""),
            // Another header than it was encrypted under.
            (json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": kid, "typ": "x"}), "can't be decrypted"),
        ] {
            let told = found(&[look(&format!("{}.{rest}", part(&header))).await]);
            assert!(told.contains(says) && told.contains("(F-08)"), "{header}: {told}");
        }
        let theirs = look(&format!("{}.{rest}", part(&json!({"alg": "RSA-OAEP-256", "enc": "A128CBC-HS256", "kid": "theirs"})))).await;
        assert!(theirs.verdict == Verdict::Ok && theirs.notes.concat().contains("isn't seen from here"), "{theirs:?}");
    }

    async fn f_08_a_client_that_encrypts_to_another_key_than_the_gateways_is_told_of(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let own = platform_client(&app).await;
        let account = signet::directory::account::find(&app.services, Some(&app.brand)).await.unwrap();
        let mut draft = connector::ours(&account, &own);
        draft.client_secret = Some(SecretString::from("s3cret"));
        let made = connector::create(&app.services, &By::command(), &app.brand, None, draft).await.unwrap();
        let here = connector::encryption_key(&app.services).await.unwrap();
        let pem = include_str!("../../../../crates/jose/tests/it/keys/rsa.public.pem");
        let another: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let look = async |line: &str, kid: &str| {
            let fields = given(&[&format!("encryption_key={line}"), &format!("encryption_kid={kid}")]);
            signet::directory::client::update(&app.services, &By::command(), &app.brand, &own.client_id, |draft| draft.assign(&fields)).await.unwrap();
            let checks = connector::check(&app.services, &made).await.unwrap();
            (found(&checks), checks.iter().flat_map(|it| it.notes.clone()).collect::<String>())
        };
        let (told, notes) = look(&here.line, &here.kid).await;
        assert!(!told.contains("(F-08)") && notes.contains("of this server's gateway"), "{told}{notes}");
        let (told, notes) = look(&another, "theirs").await;
        assert!(!told.contains("(F-08)") && notes.contains("of another platform"), "{told}{notes}");
        let (told, _) = look(&another, &here.kid).await;
        assert!(told.contains("another key than this gateway's") && told.contains("(F-08)"), "{told}");
        let (told, _) = look(&here.line, "theirs").await;
        assert!(told.contains("the gateway knows it as") && told.contains("--encryption-kid"), "{told}");
    }

    async fn f_08_a_client_that_has_nothing_to_encrypt_to_is_told_of_with_the_cause_and_the_mend(fresh: &FreshDb) {
        let publisher = Publisher::of(&[&PLATFORM]).await;
        let uri = publisher.jwks_uri.clone();
        let host = format!("{}:{}", uri.host_str().unwrap(), uri.port().unwrap());
        let app = App::with(fresh, |settings| settings.outbound.allow_hosts = vec![host.parse().unwrap()]).await;
        let shop = NewClient::platform("shop").set(|it| {
            it.jwks_uri = Some(uri.clone());
            it.id_token_encrypted_response_alg = Some(KeyManagement::RsaOaep256);
        }).on(&app).await;
        // The house as a whole tells of it, too, whether there is a connector or not.
        let look = async || {
            app.clock.advance(Duration::from_mins(10));
            let checks = doctor::examine(&app.services).await.unwrap();
            let check = checks.into_iter().find(|it| it.name == "platform").unwrap();
            let about = check.findings.iter().filter(|it| it.problem.contains("(F-08)"));
            (about.map(|it| format!("{} [{}]", it.problem, it.mend)).collect::<Vec<_>>().concat(), check.notes.concat())
        };
        let (told, notes) = look().await;
        assert!(told.is_empty() && notes.contains("encrypted to \"lp-enc-1\" of another platform"), "{told}{notes}");
        let with = |member: &str, value: Value| {
            let mut set = json!(set(&[&PLATFORM]));
            let key = set["keys"][0].as_object_mut().unwrap();
            key.insert(member.to_owned(), value);
            key.retain(|_, value| !value.is_null());
            set
        };
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for (status, body, cause, mend) in [
            (200, with("use", json!("sig")), "none of the client's keys can be used with RSA-OAEP-256: key 0", "use enc, alg RSA-OAEP-256 and a kid"),
            (200, with("alg", json!("RSA-OAEP")), "none of the client's keys", "use enc, alg RSA-OAEP-256 and a kid"),
            (200, json!({"keys": []}), "the set is empty", "use enc, alg RSA-OAEP-256 and a kid"),
            (200, with("kid", Value::Null), "has no kid: the platform can't find it", "--encryption-kid"),
            (200, with("d", json!("AQAB")), "what jwks_uri gives can't be used", "a JWK set of public keys"),
            (404, json!("gone"), "jwks_uri answered 404", "answer this server with 200"),
        ] {
            // What was published before is used while its owner fails: a day later it is not.
            app.clock.advance(Duration::from_hours(25));
            publisher.answers(status, &body);
            let (told, _) = look().await;
            assert!(told.contains(cause) && told.contains(mend), "{body}: {told}");
        }
        shop.change(&app, |it| it.settings.jwks_uri = Some(format!("http://{nobody}/jwks").parse().unwrap())).await;
        let (told, _) = look().await;
        assert!(told.contains("jwks_uri can't be asked") && told.contains("outbound.allow_hosts"), "{told}");
        shop.change(&app, |it| it.settings.jwks_uri = None).await;
        let (told, _) = look().await;
        assert!(told.contains("has no key that RSA-OAEP-256 could be used with") && told.contains("--encryption-key LINE"), "{told}");
        shop.change(&app, |it| it.settings.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs)).await;
        let (told, _) = look().await;
        assert!(told.contains("the platform takes RSA-OAEP-256 alone"), "{told}");
    }
}
