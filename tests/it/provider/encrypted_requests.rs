//! Request objects that are encrypted to keys of the account's.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{ContentEncryption, DecryptionKey, EncryptionKey, JwkSet, KeyManagement, KeyType, RsaBits, Typ};
use pages::ErrorKind;
use serde_json::{Value, json};
use signet::directory::{Assignment, By, account, key};
use signet::model::{ClientPolicy, ClientSettings, RequestObjectAlg};

use crate::support::app::{App, ISSUER};
use crate::support::ask::{Ask, CHALLENGE};
use crate::support::client::{NewClient, TestClient, uris};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::recipient::Publisher;
use crate::support::signing::{CLIENT_KEY, public_set, signed, unsigned};

use super::rotation::turn;

const TYP: &str = "oauth-authz-req+jwt";
const HOUR: Duration = Duration::from_hours(1);

/// With two addresses: where neither is named, none is meant.
fn keys(settings: &mut ClientSettings) {
    settings.redirect_uris = uris(&["https://app.example.test/cb", "https://app.example.test/other"]);
    settings.jwks = Some(public_set(&[&CLIENT_KEY]));
}

/// A good request object, signed.
fn object(app: &App) -> String {
    let now = app.clock.now().seconds();
    let claims = json!({
        "iss": "web", "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 300, "client_id": "web",
        "redirect_uri": "https://app.example.test/cb", "response_type": "code", "scope": "openid", "state": "inside",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    });
    signed(&CLIENT_KEY, TYP, &claims)
}

async fn switch(app: &App, on: bool) {
    let given = [Assignment::text(
        "features.encrypted_request_objects",
        on.to_string(),
    )];
    account::update(&app.services, &By::command(), &app.brand, |draft| {
        draft.assign(&given)
    })
    .await
    .unwrap();
}

/// A node whose account takes encrypted ones.
async fn taking(fresh: &FreshDb) -> App {
    let app = App::on(fresh).await;
    switch(&app, true).await;
    app
}

async fn set(app: &App) -> JwkSet {
    JwkSet::parse_public(app.get("/jwks").await.body.as_bytes()).unwrap()
}

/// What a client that reads the set encrypts to.
async fn theirs(app: &App, management: KeyManagement) -> EncryptionKey {
    EncryptionKey::choose(&set(app).await, management).unwrap()
}

fn encrypted(key: &EncryptionKey, inside: &str) -> String {
    key.encrypt(ContentEncryption::A256Gcm, Some(Typ::Jwt), inside.as_bytes())
        .unwrap()
}

fn by_value(client: &TestClient, object: &str) -> Ask {
    client.bare_ask().and("request", object)
}

/// How many rows of a table there are that only an accepted request leaves.
async fn kept(app: &App) -> (i64, i64) {
    (
        app.count("pushed_requests").await,
        app.count("interactions").await,
    )
}

on_both_databases! {
    async fn what_is_encrypted_counts_as_what_is_inside(fresh: &FreshDb) {
        let app = taking(fresh).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        for management in KeyManagement::ALL {
            let key = theirs(&app, management).await;
            for encryption in ContentEncryption::ALL {
                for cty in [None, Some(Typ::Jwt), Some(Typ::OauthAuthzReqJwt)] {
                    let object = key.encrypt(encryption, cty, object(&app).as_bytes()).unwrap();
                    let sent = browser.ask(&by_value(&client, &object)).await.sent();
                    assert_eq!((sent.get("error"), sent.get("state")), (None, Some("inside")), "{management} {encryption} {cty:?}");
                }
            }
        }
        // Where the key isn't named, the one that fits is found.
        let unnamed = EncryptionKey::from_spki_line(&theirs(&app, KeyManagement::RsaOaep256).await.to_spki_line()).unwrap();
        let sent = browser.ask(&by_value(&client, &encrypted(&unnamed, &object(&app)))).await.sent();
        assert_eq!(sent.get("state"), Some("inside"));
    }

    async fn an_encrypted_one_may_be_fetched_and_pushed(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()]).await;
        switch(&app, true).await;
        let publisher = Publisher::of(&[]).await;
        let uri = publisher.request_uri();
        let client = NewClient::web("web").set(|it| { keys(it); it.request_uris = vec![uri]; }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let key = theirs(&app, KeyManagement::EcdhEs).await;
        publisher.answers(200, &encrypted(&key, &object(&app)));
        let ask = client.bare_ask().and("request_uri", &publisher.request_uri());
        assert_eq!(browser.ask(&ask).await.sent().get("state"), Some("inside"));

        let ask = client.pushed(&app, &by_value(&client, &encrypted(&key, &object(&app)))).await;
        assert_eq!(browser.ask(&ask).await.sent().get("state"), Some("inside"));
    }

    async fn what_cannot_be_decrypted_is_refused_and_leaves_nothing(fresh: &FreshDb) {
        let app = taking(fresh).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.browser();
        let good = object(&app);
        let rsa = theirs(&app, KeyManagement::RsaOaep256).await;
        let stranger = DecryptionKey::generate(KeyType::Rsa, RsaBits::Rsa2048).unwrap();
        let curve = DecryptionKey::generate(KeyType::P256, RsaBits::Rsa2048).unwrap();
        let whole = encrypted(&rsa, &good);
        let signs = set(&app).await.keys[0].kid.clone().unwrap();
        let header = |change: &dyn Fn(&mut Value)| {
            let (head, rest) = whole.split_once('.').unwrap();
            let mut header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap();
            change(&mut header);
            format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
        };
        let altered = {
            let mut parts: Vec<String> = whole.split('.').map(str::to_owned).collect();
            let first = if parts[3].starts_with('A') { "B" } else { "A" };
            parts[3].replace_range(..1, first);
            parts.join(".")
        };
        for (why, object) in [
            ("another key under our kid", encrypted(&EncryptionKey::from_jwk(&stranger.public().to_jwk(), None).unwrap().with_kid(rsa.kid().unwrap()), &good)),
            ("another curve's key under our kid", encrypted(&EncryptionKey::from_jwk(&curve.public().to_jwk(), None).unwrap().with_kid(rsa.kid().unwrap()), &good)),
            ("an unknown kid", encrypted(&EncryptionKey::from_jwk(&stranger.public().to_jwk(), None).unwrap().with_kid("nobody"), &good)),
            ("a key that signs", header(&|it| it["kid"] = json!(signs))),
            ("another key, unnamed", encrypted(stranger.public(), &good)),
            ("RSA1_5", header(&|it| it["alg"] = json!("RSA1_5"))),
            ("RSA-OAEP", header(&|it| it["alg"] = json!("RSA-OAEP"))),
            ("dir", header(&|it| it["alg"] = json!("dir"))),
            ("A192GCM", header(&|it| it["enc"] = json!("A192GCM"))),
            ("zip", header(&|it| it["zip"] = json!("DEF"))),
            ("crit", header(&|it| it["crit"] = json!(["exp"]))),
            ("another header", header(&|it| it["typ"] = json!("x"))),
            ("altered", altered),
            ("not signed inside", encrypted(&rsa, &unsigned(&json!({"client_id": "web"})))),
            ("claims inside", encrypted(&rsa, r#"{"client_id":"web"}"#)),
            ("encrypted twice", encrypted(&rsa, &whole)),
            ("too long", encrypted(&rsa, &"x".repeat(16 * 1024))),
        ] {
            let page = browser.ask(&by_value(&client, &object)).await;
            assert_eq!(page.page_error(), ErrorKind::RequestObject, "{why}");
            let told = by_value(&client, &object).and("redirect_uri", "https://app.example.test/cb").and("response_type", "code");
            assert_eq!(browser.ask(&told).await.sent_error(), "invalid_request_object", "{why}");
            let refused = client.push(&by_value(&client, &object)).send(&app).await;
            assert_eq!(refused.oauth_error(), (400, "invalid_request_object".to_owned()), "{why}");
        }
        assert_eq!(kept(&app).await, (0, 0));
        // What the client signed was never used up by all this.
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        browser.ask(&by_value(&client, &whole)).await.sent().code();
    }

    async fn a_client_that_registered_it_encrypts_in_that_way_alone(fresh: &FreshDb) {
        let app = taking(fresh).await;
        let client = NewClient::web("web").set(keys).set(|it| {
            it.request_object_encryption_alg = Some(KeyManagement::EcdhEs);
            it.request_object_encryption_enc = Some(ContentEncryption::A128CbcHs256);
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let (rsa, curve) = (theirs(&app, KeyManagement::RsaOaep256).await, theirs(&app, KeyManagement::EcdhEs).await);
        let good = curve.encrypt(ContentEncryption::A128CbcHs256, Some(Typ::Jwt), object(&app).as_bytes()).unwrap();
        browser.ask(&by_value(&client, &good)).await.sent().code();
        let other = rsa.encrypt(ContentEncryption::A128CbcHs256, Some(Typ::Jwt), object(&app).as_bytes()).unwrap();
        for object in [other, encrypted(&curve, &object(&app)), object(&app)] {
            assert_eq!(browser.ask(&by_value(&client, &object)).await.page_error(), ErrorKind::RequestObject);
        }
        // In the certified form it declares that it may, and no more.
        client.change(&app, |it| it.settings.policy = ClientPolicy::Certified).await;
        browser.ask(&by_value(&client, &object(&app))).await.sent().code();
        browser.ask(&by_value(&client, &good)).await.sent().code();
        assert_eq!(browser.ask(&by_value(&client, &encrypted(&rsa, &object(&app)))).await.page_error(), ErrorKind::RequestObject);
        // Nor does being encrypted make a signature needless, but where `none` is registered.
        client.change(&app, |it| it.settings.request_object_signing_alg = Some(RequestObjectAlg::Unsigned)).await;
        let plain = unsigned(&json!({"client_id": "web", "redirect_uri": "https://app.example.test/cb", "response_type": "code",
            "scope": "openid", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}));
        let object = curve.encrypt(ContentEncryption::A128CbcHs256, None, plain.as_bytes()).unwrap();
        browser.ask(&by_value(&client, &object)).await.sent().code();
    }

    async fn where_it_is_off_nothing_is_published_advertised_or_taken(fresh: &FreshDb) {
        let app = taking(fresh).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let good = encrypted(&theirs(&app, KeyManagement::RsaOaep256).await, &object(&app));
        browser.ask(&by_value(&client, &good)).await.sent().code();
        switch(&app, false).await;
        assert!(set(&app).await.keys.iter().all(|jwk| jwk.key_use.as_deref() == Some("sig")));
        let metadata = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata.get("request_object_encryption_alg_values_supported"), None);
        assert_eq!(metadata.get("request_object_encryption_enc_values_supported"), None);
        assert_eq!(browser.ask(&by_value(&client, &good)).await.page_error(), ErrorKind::RequestObject);
        // Once it is on again, other keys are published, and what was encrypted to the former ones is read for a while.
        switch(&app, true).await;
        browser.ask(&by_value(&client, &good)).await.sent().code();
        assert_eq!(app.count("decryption_keys").await, 4);
    }

    async fn signing_keys_stand_first_in_the_set_and_alone_elsewhere(fresh: &FreshDb) {
        let app = taking(fresh).await;
        let kinds: Vec<_> = set(&app).await.keys.iter().map(|jwk| {
            (jwk.key_use.clone().unwrap(), jwk.alg.clone().unwrap(), jwk.kid.is_some())
        }).collect();
        let told = |key_use: &str, alg: &str| (key_use.to_owned(), alg.to_owned(), true);
        assert_eq!(kinds, [told("sig", "RS256"), told("enc", "RSA-OAEP-256"), told("enc", "ECDH-ES")]);
        assert_eq!(key::overview(&app.services, &app.brand).await.unwrap().len(), 1);
        let enc = set(&app).await.keys[1].kid.clone().unwrap();
        assert_eq!(app.get(&format!("/public-key?kid={enc}")).await.status, 404);
        // Nothing of the private half is there.
        let text = app.get("/jwks").await.body;
        for member in ["\"d\"", "\"p\"", "\"q\"", "\"dp\""] {
            assert!(!text.contains(member), "{member}");
        }
    }

    async fn a_key_that_was_replaced_decrypts_for_a_while_and_is_destroyed(fresh: &FreshDb) {
        let app = taking(fresh).await;
        app.change_account(&app.brand, |row| {
            row.settings.rotation_every = Some(30 * 86_400);
            row.settings.rotation_keep_after = Some(48 * 3600);
        }).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let former = theirs(&app, KeyManagement::RsaOaep256).await;
        turn(&app).await;
        assert_eq!(theirs(&app, KeyManagement::RsaOaep256).await.kid(), former.kid());
        app.clock.advance(30 * 24 * HOUR);
        turn(&app).await;
        let next = theirs(&app, KeyManagement::RsaOaep256).await;
        assert_ne!(next.kid(), former.kid());
        assert_eq!(set(&app).await.keys.iter().filter(|jwk| jwk.key_use.as_deref() == Some("enc")).count(), 2);
        let mut again = app.signed_in(&app.consumer("eva").await).await;
        for key in [&former, &next] {
            again.ask(&by_value(&client, &encrypted(key, &object(&app)))).await.sent().code();
        }
        app.clock.advance(47 * HOUR);
        turn(&app).await;
        assert_eq!(app.count("decryption_keys").await, 4);
        app.clock.advance(HOUR);
        turn(&app).await;
        assert_eq!(app.count("decryption_keys").await, 2);
        assert_eq!(browser.ask(&by_value(&client, &encrypted(&former, &object(&app)))).await.page_error(), ErrorKind::RequestObject);
    }

    async fn a_key_is_known_to_the_other_node_at_once(fresh: &FreshDb) {
        let app = taking(fresh).await;
        let other = app.beside(fresh).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = other.signed_in(&app.consumer("ana").await).await;
        browser.ask(&by_value(&client, &encrypted(&theirs(&other, KeyManagement::EcdhEs).await, &object(&app)))).await.sent().code();
        key::rotate_decryption(&app.services, &By::command(), &app.brand, false).await.unwrap();
        // The other node still has the set from before.
        let next = theirs(&app, KeyManagement::EcdhEs).await;
        browser.ask(&by_value(&client, &encrypted(&next, &object(&app)))).await.sent().code();
    }

    async fn a_key_that_leaked_is_burnt_at_once(fresh: &FreshDb) {
        let app = taking(fresh).await;
        let client = NewClient::web("web").set(keys).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let leaked = theirs(&app, KeyManagement::RsaOaep256).await;
        let made = key::rotate_decryption(&app.services, &By::command(), &app.brand, true).await.unwrap();
        assert_eq!((made.len(), app.count("decryption_keys").await), (2, 2));
        let object_ = encrypted(&leaked, &object(&app));
        assert_eq!(browser.ask(&by_value(&client, &object_)).await.page_error(), ErrorKind::RequestObject);
    }

    async fn two_nodes_that_make_keys_at_once_publish_one_of_each(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        app.change_account(&app.brand, |row| row.settings.features.encrypted_request_objects = true).await;
        other.services.forget();
        tokio::join!(turn(&app), turn(&other));
        assert_eq!(app.count("decryption_keys").await, 2);
        assert_eq!(set(&app).await, set(&other).await);
    }

    async fn sec_140_the_keys_go_with_their_account(fresh: &FreshDb) {
        let app = taking(fresh).await;
        assert_eq!(app.count("decryption_keys").await, 2);
        account::delete(&app.services, &By::command(), &app.brand).await.unwrap();
        assert_eq!(app.count("decryption_keys").await, 0);
    }
}
