use jose::{Algorithm, Jwk, PublicKey};
use signet::base::id::KeyId;
use signet::directory::account::{self, Draft};
use signet::directory::{By, Error, key};
use signet::model::signing_key::KeyState;

use super::{App, FreshDb, id, on_both_databases};

on_both_databases! {
    async fn a_key_is_listed_and_exported_in_every_form(fresh: &FreshDb) {
        let app = App::empty(fresh).await;
        let made = account::create(&app.services, &By::command(), id("one"), Draft::default()).await.unwrap();
        let listed = key::overview(&app.services, &id("one")).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].key.kid.clone(), listed[0].key.state), (made.key.kid.clone(), KeyState::Active));

        let active = key::export(&app.services, &id("one"), None).await.unwrap();
        let named = key::export(&app.services, &id("one"), Some(&made.key.kid)).await.unwrap();
        assert_eq!(active.public, named.public);
        let line = active.public.to_spki_line();
        assert_eq!(PublicKey::from_spki_line(Algorithm::RS256, &line).unwrap(), active.public);
        let jwk = serde_json::to_vec(&active.public.to_jwk()).unwrap();
        assert_eq!(PublicKey::from_jwk(&Jwk::parse(&jwk).unwrap(), None).unwrap(), active.public);
        // It is the one that is published, and that verifies what the account signs.
        let tenant = app.services.accounts.find(&id("one")).await.unwrap().unwrap();
        assert_eq!(tenant.ring.published(), [active.public]);
    }

    async fn sec_137_a_key_is_unknown_in_another_account(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        let ours = key::overview(&app.services, &app.brand).await.unwrap();
        let theirs = key::export(&app.services, &other, Some(&ours[0].key.kid)).await;
        assert!(matches!(theirs, Err(Error::NotFound { what: "signing key", .. })), "{theirs:?}");
        let nobody = key::overview(&app.services, &id("nobody")).await;
        assert!(matches!(nobody, Err(Error::NotFound { what: "account", .. })), "{nobody:?}");
        let unknown = KeyId::parse("unknown").unwrap();
        assert!(key::export(&app.services, &app.brand, Some(&unknown)).await.is_err());
    }
}
