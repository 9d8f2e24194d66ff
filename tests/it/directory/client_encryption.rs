//! Whom a client's id_tokens are encrypted for.

use jose::{ContentEncryption, DecryptionKey, EncryptionKey, KeyManagement, KeyType, PrivateKey, RsaBits};
use serde_json::{Value, json};
use signet::directory::client::{self, Draft};
use signet::directory::{By, Problem, Result};
use signet::model::Client;

use super::{App, FreshDb, given, on_both_databases, problem, problems, recorded};
use crate::support::recipient::{NEXT, PLATFORM, set};

const CALLBACK: &str = "redirect_uris=https://app.example.test/cb";
const PRIVATE: &str = include_str!("../../../crates/jose/tests/it/keys/rsa.jwk.json");
const SHORT: &str = include_str!("../../../crates/jose/tests/it/keys/rsa1024.public.pem");

async fn create(app: &App, assignments: &[String]) -> Result<Client> {
    let mut all = vec![CALLBACK];
    all.extend(assignments.iter().map(String::as_str));
    let draft = Draft::described(&given(&all))?;
    let made = client::create(&app.services, &By::command(), &app.brand, None, draft).await?;
    Ok(made.client)
}

async fn update(app: &App, client: &Client, assignments: &[String]) -> Result<Client> {
    let all: Vec<&str> = assignments.iter().map(String::as_str).collect();
    let edit = given(&all);
    let by = By::command();
    let written = client::update(&app.services, &by, &app.brand, &client.client_id, |draft| {
        draft.assign(&edit)
    });
    Ok(written.await?.client)
}

async fn wrong(app: &App, assignments: &[String]) -> Problem {
    problem(create(app, assignments).await)
}

fn pasted(key: &DecryptionKey) -> String {
    format!("encryption_key={}", key.public().to_spki_line())
}

fn jwks(keys: &Value) -> String {
    format!("jwks={}", json!({ "keys": keys }))
}

fn says(key: &str, value: impl std::fmt::Display) -> String {
    format!("{key}={value}")
}

fn kids(client: &Client) -> Vec<&str> {
    let keys = client.settings.jwks.iter().flat_map(|set| &set.keys);
    keys.map(|jwk| jwk.kid.as_deref().unwrap_or_default()).collect()
}

on_both_databases! {
    async fn a_pasted_key_becomes_a_jwk_and_switches_encryption_on(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = create(&app, &[says("platform", true), pasted(&PLATFORM), says("encryption_kid", "lp-1")]).await.unwrap();
        let made = client::find(&app.services, &app.brand, &made.client_id).await.unwrap();
        let settings = &made.settings;
        assert_eq!(settings.id_token_encrypted_response_alg, Some(KeyManagement::RsaOaep256));
        assert_eq!(settings.id_token_encrypted_response_enc.unwrap_or_default(), ContentEncryption::A256Gcm);
        assert!(settings.id_token_encrypted_response_cty);
        let key = EncryptionKey::choose(settings.jwks.as_ref().unwrap(), KeyManagement::RsaOaep256).unwrap();
        assert_eq!(key.kid(), Some("lp-1"));
        assert_eq!(key.fingerprint(), PLATFORM.public().fingerprint());

        // The next one takes its place, and keys for something else stay.
        let edit = [pasted(&NEXT), says("encryption_kid", "lp-2"), says("id_token_encrypted_response_cty", false)];
        let changed = update(&app, &made, &edit).await.unwrap();
        assert_eq!(kids(&changed), ["lp-2"]);
        assert!(!changed.settings.id_token_encrypted_response_cty);
        let off = [says("encryption_key", ""), says("id_token_encrypted_response_alg", "")];
        let changed = update(&app, &changed, &off).await.unwrap();
        assert_eq!((changed.settings.jwks, changed.settings.id_token_encrypted_response_alg), (None, None));
    }

    async fn a_set_keeps_its_keys_for_signatures_beside_the_pasted_one(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let signing = PrivateKey::generate(jose::Algorithm::ES256, RsaBits::default()).unwrap().with_kid("sig");
        let keys = json!([signing.public().to_jwk(), PLATFORM.public().to_jwk()]);
        let alg = says("id_token_encrypted_response_alg", "RSA-OAEP-256");
        let made = create(&app, &[jwks(&keys), alg]).await.unwrap();
        assert_eq!(kids(&made), ["sig", "lp-enc-1"]);
        let changed = update(&app, &made, &[pasted(&NEXT)]).await.unwrap();
        assert_eq!(kids(&changed), ["sig", ""]);
        // What isn't touched stays as it is.
        let changed = update(&app, &changed, &[says("client_name", "Shop")]).await.unwrap();
        assert_eq!(kids(&changed), ["sig", ""]);
    }

    async fn the_record_tells_of_the_keys(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = create(&app, &[pasted(&PLATFORM), says("encryption_kid", "lp-1")]).await.unwrap();
        update(&app, &made, &[pasted(&NEXT), says("encryption_kid", "lp-2")]).await.unwrap();
        let recorded = recorded(&app.services, &app.brand).await;
        assert_eq!(recorded[0].1["jwks"]["keys"][0]["kid"], "lp-1");
        let change = &recorded[1].1["jwks.keys"];
        assert_eq!((&change["before"][0]["kid"], &change["after"][0]["kid"]), (&json!("lp-1"), &json!("lp-2")));
        assert_eq!(recorded[1].1.as_object().unwrap().len(), 1);
    }

    async fn sec_015_private_and_symmetric_keys_are_refused_and_never_told(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let private: Value = serde_json::from_str(PRIVATE).unwrap();
        let secret = private["d"].as_str().unwrap().to_owned();
        for (key, member) in [(private, "`d`"), (json!({"kty": "oct", "k": "c2VjcmV0"}), "`k`")] {
            let problem = wrong(&app, &[jwks(&json!([PLATFORM.public().to_jwk(), key]))]).await;
            assert_eq!((problem.key.as_str(), problem.found.as_deref()), ("jwks", None));
            assert!(problem.allowed.contains("key 1") && problem.allowed.contains(member), "{problem}");
            assert!(!problem.to_string().contains(&secret));
        }
        let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.pkcs8.pem");
        let line: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        for text in [pem, line.as_str()] {
            let problem = wrong(&app, &[says("encryption_key", text)]).await;
            assert_eq!((problem.key.as_str(), problem.found.as_deref()), ("encryption_key", None));
            assert!(problem.allowed.contains("PRIVATE key: never share it"), "{problem}");
        }
    }

    async fn a_key_that_was_pasted_wrongly_is_named(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let good = PLATFORM.public().to_spki_line();
        let short: String = SHORT.lines().filter(|line| !line.starts_with("-----")).collect();
        let ed25519 = PrivateKey::generate(jose::Algorithm::EdDSA, RsaBits::default()).unwrap();
        for (text, why) in [
            (format!("-----BEGIN PUBLIC KEY-----\n{good}\n-----END PUBLIC KEY-----\n"), "BEGIN and END lines"),
            (format!("{good}\n"), "without newlines"),
            (format!("{good}."), "character"),
            (good[1..].to_owned(), "character"),
            (short, "1024 bits; at least 2048"),
            (ed25519.public().to_spki_line(), "nothing can be encrypted to it"),
        ] {
            let problem = wrong(&app, &[says("encryption_key", text)]).await;
            assert_eq!(problem.key, "encryption_key");
            assert!(problem.allowed.contains(why), "{problem}");
        }
        let alone = wrong(&app, &[says("encryption_kid", "lp-1")]).await;
        assert_eq!(alone.key, "encryption_kid");
        let blank = wrong(&app, &[pasted(&PLATFORM), says("encryption_kid", "lp 1")]).await;
        assert_eq!(blank.key, "encryption_kid");
    }

    async fn what_does_not_fit_together_is_refused(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let alg = |name: &str| says("id_token_encrypted_response_alg", name);
        let uri = says("jwks_uri", "https://keys.example.test/jwks");
        let enc = says("id_token_encrypted_response_enc", "A128GCM");
        let problem = wrong(&app, std::slice::from_ref(&enc)).await;
        assert_eq!(problem.key, "id_token_encrypted_response_enc");
        let problem = wrong(&app, &[alg("RSA-OAEP-256")]).await;
        assert_eq!(problem.key, "id_token_encrypted_response_alg");
        assert!(problem.allowed.contains("jwks_uri"), "{problem}");
        let problem = wrong(&app, &[pasted(&PLATFORM), uri.clone()]).await;
        assert_eq!(problem.key, "jwks_uri");
        let ec = DecryptionKey::generate(KeyType::P256, RsaBits::default()).unwrap();
        let problem = wrong(&app, &[says("platform", true), pasted(&ec)]).await;
        assert_eq!(problem.key, "id_token_encrypted_response_alg");
        assert!(problem.allowed.contains("RSA-OAEP-256, the only one"), "{problem}");
        for name in ["RSA-OAEP", "RSA1_5", "dir", "rsa-oaep-256"] {
            let refused = create(&app, &[alg(name), uri.clone()]).await;
            assert!(problems(refused).iter().all(|problem| problem.key == "id_token_encrypted_response_alg"));
        }
        let made = create(&app, &[alg("ECDH-ES"), enc, uri]).await.unwrap();
        assert_eq!(made.settings.id_token_encrypted_response_enc, Some(ContentEncryption::A128Gcm));
    }

    async fn a_set_without_a_key_that_fits_tells_why_none_does(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let mut signing = serde_json::to_value(PLATFORM.public().to_jwk()).unwrap();
        signing["use"] = "sig".into();
        let mut other = serde_json::to_value(NEXT.public().to_jwk()).unwrap();
        other["alg"] = "RSA-OAEP".into();
        let alg = says("id_token_encrypted_response_alg", "RSA-OAEP-256");
        let problem = wrong(&app, &[jwks(&json!([signing, other])), alg.clone()]).await;
        assert_eq!(problem.key, "jwks");
        assert!(problem.allowed.contains("key 0: `use` isn't `enc`; key 1: `alg` isn't RSA-OAEP-256"), "{problem}");
        for text in ["{}", "[]", "{\"keys\":[7]}", "nonsense", "{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\"}]}"] {
            let problem = wrong(&app, &[says("jwks", text), alg.clone()]).await;
            assert_eq!(problem.key, "jwks", "{text}");
        }
        let many: Vec<Value> = (0..21).map(|_| json!(PLATFORM.public().to_jwk())).collect();
        assert_eq!(wrong(&app, &[jwks(&json!(many)), alg]).await.key, "jwks");
    }

    async fn sec_145_a_jwks_uri_is_held_to_the_guard_of_outbound_calls(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.outbound.allow_hosts = vec!["keys.internal:8080".parse().unwrap()];
        })
        .await;
        for (uri, why) in [
            ("http://keys.example.test/jwks", "not https"),
            ("https://127.0.0.1/jwks", "host is not allowed"),
            ("https://169.254.169.254/jwks", "host is not allowed"),
            ("https://keys.example.test:9000/jwks", "port is not allowed"),
            ("https://user:secret@keys.example.test/jwks", "cannot be called"),
            ("https://keys.example.test/jwks#k", "cannot be called"),
            ("ftp://keys.example.test/jwks", "cannot be called"),
            ("http://keys.internal/jwks", "not https"),
        ] {
            let problem = wrong(&app, &[says("jwks_uri", uri)]).await;
            assert_eq!(problem.key, "jwks_uri");
            assert!(problem.allowed.contains(why), "{uri}: {problem}");
        }
        for uri in ["https://keys.example.test/jwks", "https://keys.example.test:8443/a", "http://keys.internal:8080/jwks"] {
            let made = create(&app, &[says("jwks_uri", uri)]).await.unwrap();
            assert_eq!(made.settings.jwks_uri.unwrap().as_str(), uri);
        }
        assert_eq!(wrong(&app, &[says("jwks_uri", "no URL")]).await.key, "jwks_uri");
    }
}

#[test]
fn a_set_is_read_from_the_store_as_it_was_written() {
    let text = serde_json::to_string(&set(&[&PLATFORM, &NEXT])).unwrap();
    assert_eq!(
        serde_json::from_str::<jose::JwkSet>(&text).unwrap(),
        set(&[&PLATFORM, &NEXT])
    );
    assert!(serde_json::from_str::<jose::JwkSet>(&json!({"keys": [{"kty": "RSA"}]}).to_string()).is_err());
    let private = format!("{{\"keys\":[{PRIVATE}]}}");
    assert!(serde_json::from_str::<jose::JwkSet>(&private).is_err());
}
