//! The gateway's own key for encrypted tokens: looking at it makes none, and one that can't be opened is told of (F-08).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde_json::json;
use signet::directory::By;
use signet::directory::connector;
use signet::directory::doctor::{self, Check};
use signet::keys::Place;
use signet::model::Sealed;
use signet::model::connector::Connector;
use signet::store::server_secrets;

use super::super::{App, FreshDb, given, on_both_databases};
use super::{found, platform_client};
use crate::support::recipient::PLATFORM;

const NAME: &str = "gateway.encryption";

/// A connector to a client of the account's that has its tokens encrypted to the platform's key.
async fn encrypting(app: &App) -> Connector {
    let own = platform_client(app).await;
    let line = PLATFORM.public().to_spki_line();
    let fields = given(&[&format!("encryption_key={line}"), "encryption_kid=lp-enc-1"]);
    signet::directory::client::update(
        &app.services,
        &By::command(),
        &app.brand,
        &own.client_id,
        |draft| draft.assign(&fields),
    )
    .await
    .unwrap();
    let account = signet::directory::account::find(&app.services, Some(&app.brand))
        .await
        .unwrap();
    let mut draft = connector::ours(&account, &own);
    draft.client_secret = Some(SecretString::from("s3cret"));
    connector::create(&app.services, &By::command(), &app.brand, None, draft)
        .await
        .unwrap()
}

/// A token that says it is encrypted to that key.
fn encrypted_to(kid: &str) -> String {
    let header = json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": kid});
    format!("{}.a.b.c.d", URL_SAFE_NO_PAD.encode(header.to_string()))
}

async fn put(app: &App, sealed: Sealed) {
    let now = app.clock.now();
    app.db()
        .transaction(move |tx| Box::pin(async move { server_secrets::replace(tx, NAME, sealed, now).await }))
        .await
        .unwrap();
}

async fn stored(app: &App, name: &str) -> Option<Sealed> {
    server_secrets::find(app.db(), name).await.unwrap()
}

fn named<'c>(checks: &'c [Check], name: &str) -> &'c Check {
    checks.iter().find(|it| it.name == name).unwrap()
}

on_both_databases! {
    async fn whoever_looks_makes_no_key_of_the_gateways(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = Box::pin(encrypting(&app)).await;
        let house = doctor::examine(&app.services).await.unwrap();
        let notes = named(&house, "platform").notes.concat();
        assert!(notes.contains("encrypted to \"lp-enc-1\" of another platform"), "{notes}");
        let checks = connector::check(&app.services, &made).await.unwrap();
        let notes: String = checks.iter().flat_map(|it| it.notes.clone()).collect();
        assert!(notes.contains("encrypted to \"lp-enc-1\" of another platform"), "{notes}");
        // Not even a token that names no key is taken for one of a key that isn't there.
        for kid in ["lp-enc-1", ""] {
            let token = connector::check_token(&app.services, &made, &encrypted_to(kid)).await.unwrap();
            assert!(token.notes.concat().contains("which has no key yet"), "{token:?}");
        }
        for name in [NAME, "gateway.consumers", "gateway.apps"] {
            assert!(stored(&app, name).await.is_none(), "{name}");
        }
        // Once somebody has asked for it, the same looks know it.
        let here = connector::encryption_key(&app.services).await.unwrap();
        let token = connector::check_token(&app.services, &made, &encrypted_to("lp-enc-1")).await.unwrap();
        assert!(token.notes.concat().contains(&format!("whose key is {:?}", here.kid)), "{token:?}");
    }

    async fn f_08_a_key_of_the_gateways_that_cant_be_opened_is_told_of_wherever_it_is_looked_at(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let made = Box::pin(encrypting(&app)).await;
        let keys = &app.services.platform_keys;
        let kid = keys.encryption().await.unwrap().public().kid().unwrap().to_owned();
        keys.consumers().await.unwrap();
        let whole = stored(&app, NAME).await.unwrap();
        // Another value in its place; and, rightly sealed, something that is no key.
        let moved = stored(&app, "gateway.consumers").await.unwrap();
        let place = Place { table: "server_secrets", column: "secret", row: NAME, account: None };
        let seal = |plain: &[u8]| app.services.sealer.seal(&place, plain).unwrap();
        for (bad, cause) in [
            (moved, "gateway.encryption can't be opened"),
            (seal(b"no name"), "gateway.encryption can't be opened"),
            (seal(b"kid\0no key"), "can't be made or read"),
        ] {
            put(&app, bad.clone()).await;
            // Another node, which hasn't read the key before.
            let node = app.beside(fresh).await;
            let token = connector::check_token(&node.services, &made, &encrypted_to(&kid)).await.unwrap();
            let house = doctor::examine(&node.services).await.unwrap();
            let one = connector::check(&node.services, &made).await.unwrap();
            for (told, place) in [
                (found(&[token]), "this gateway's key for encrypted tokens"),
                (found(std::slice::from_ref(named(&house, "platform"))), "this gateway's key for encrypted tokens"),
                (found(&one), "this gateway's key for encrypted tokens"),
                (found(std::slice::from_ref(named(&house, "keys"))), "this server's gateway"),
            ] {
                assert!(told.contains(place) && told.contains(cause), "{place}: {cause}: {told}");
                assert!(told.contains("restore the sealing key that belongs to this database"), "{told}");
                assert_eq!(told.contains("no encrypted token is taken (F-08)"), place.contains("encrypted"), "{told}");
            }
            // Nothing took its place (SEC-150).
            assert_eq!(stored(&app, NAME).await.unwrap().as_bytes(), bad.as_bytes());
            assert!(node.services.platform_keys.encryption().await.is_err());
        }
        put(&app, whole).await;
        let node = app.beside(fresh).await;
        let house = doctor::examine(&node.services).await.unwrap();
        assert_eq!(found(std::slice::from_ref(named(&house, "keys"))), "");
    }
}
