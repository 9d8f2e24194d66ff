//! Clients' own signatures: whose keys verify them, and where those come from.

use std::time::Duration;

use jose::{Algorithm, Policy, PrivateKey, VerifyError};
use serde_json::{Value, json};
use signet::base::id::ClientId;
use signet::context::{ClientKeyError, PublishedKeysError};
use signet::model::ClientSettings;
use signet::store;

use crate::support::app::{App, ISSUER};
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::recipient::Publisher;
use crate::support::signing::{
    CLIENT_ED, CLIENT_KEY, CLIENT_RSA, NEXT_CLIENT_KEY, made, public_set, signed, signed_under,
};

async fn calling(fresh: &FreshDb) -> App {
    App::with(fresh, |settings| {
        settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
    })
    .await
}

async fn register(app: &App, change: impl FnOnce(&mut ClientSettings)) {
    NewClient::web("web").set(change).on(app).await;
}

fn claims(app: &App) -> Value {
    let now = app.clock.now().seconds();
    json!({"iss": "web", "sub": "web", "aud": ISSUER, "iat": now, "exp": now + 60})
}

async fn verify(app: &App, token: &str) -> Result<(), ClientKeyError> {
    verify_with(app, token, &Algorithm::ALL).await
}

async fn verify_with(app: &App, token: &str, algorithms: &[Algorithm]) -> Result<(), ClientKeyError> {
    let id = ClientId::parse("web").unwrap();
    let client = store::clients::find(app.db(), &app.brand, &id)
        .await
        .unwrap()
        .unwrap();
    let policy = Policy::id_token("web", ISSUER, app.clock.now().seconds()).with_algorithms(algorithms);
    app.services
        .client_keys
        .verify(&client, token, &policy)
        .await
        .map(|_| ())
}

/// What the library of signatures says of it.
fn refused(outcome: Result<(), ClientKeyError>) -> VerifyError {
    match outcome {
        Err(ClientKeyError::Verify(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn of(key: &PrivateKey, app: &App) -> String {
    signed(key, "JWT", &claims(app))
}

async fn publish(fresh: &FreshDb, keys: &[&PrivateKey]) -> (App, Publisher) {
    let app = calling(fresh).await;
    let publisher = Publisher::of(&[]).await;
    publisher.answers(200, &json!(public_set(keys)));
    let uri = publisher.jwks_uri.clone();
    register(&app, |it| it.jwks_uri = Some(uri)).await;
    (app, publisher)
}

on_both_databases! {
    async fn keys_given_by_value_verify_what_they_signed_and_nothing_else(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        register(&app, |it| it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_RSA, &CLIENT_ED]))).await;
        for key in [&CLIENT_KEY, &CLIENT_RSA, &CLIENT_ED] {
            verify(&app, &of(key, &app)).await.unwrap();
        }
        assert_eq!(refused(verify(&app, &of(&NEXT_CLIENT_KEY, &app)).await), VerifyError::UnknownKey);
        let stranger = made(Algorithm::ES256, CLIENT_KEY.kid());
        assert_eq!(refused(verify(&app, &of(&stranger, &app)).await), VerifyError::Signature);
    }

    async fn sec_001_a_key_decides_which_algorithms_it_is_for(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        register(&app, |it| it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_RSA]))).await;
        let rs256 = PrivateKey::from_pkcs8_der(Algorithm::RS256, &CLIENT_RSA.to_pkcs8_der().unwrap()).unwrap().with_kid("c-rsa");
        // An RSA key that names none is for both of RSA's, as far as the client may use them here.
        verify(&app, &of(&rs256, &app)).await.unwrap();
        let only = [Algorithm::PS256, Algorithm::ES256];
        verify_with(&app, &of(&CLIENT_RSA, &app), &only).await.unwrap();
        assert_eq!(
            refused(verify_with(&app, &of(&rs256, &app), &only).await),
            VerifyError::AlgorithmNotAllowed(Algorithm::RS256)
        );
        // Another family under a known id finds no key.
        let header = json!({"alg": "RS256", "kid": CLIENT_KEY.kid()});
        assert_eq!(refused(verify(&app, &signed_under(&rs256, &header, &claims(&app))).await), VerifyError::UnknownKey);
        let header = json!({"alg": "none"});
        assert_eq!(refused(verify(&app, &signed_under(&rs256, &header, &claims(&app))).await), VerifyError::Unsigned);
    }

    async fn sec_002_a_key_in_the_token_itself_is_never_used(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        register(&app, |it| it.jwks = Some(public_set(&[&CLIENT_KEY]))).await;
        let mine = made(Algorithm::ES256, "mine");
        let header = json!({"alg": "ES256", "kid": "mine", "jwk": mine.public().to_jwk()});
        assert_eq!(refused(verify(&app, &signed_under(&mine, &header, &claims(&app))).await), VerifyError::UnknownKey);
    }

    async fn without_a_kid_the_only_key_for_the_algorithm_is_meant(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        register(&app, |it| it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_RSA]))).await;
        let token = signed_under(&CLIENT_KEY, &json!({"alg": "ES256"}), &claims(&app));
        verify(&app, &token).await.unwrap();
    }

    async fn without_a_kid_no_key_is_meant_where_several_fit(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        register(&app, |it| it.jwks = Some(public_set(&[&CLIENT_KEY, &NEXT_CLIENT_KEY]))).await;
        let token = signed_under(&CLIENT_KEY, &json!({"alg": "ES256"}), &claims(&app));
        assert_eq!(refused(verify(&app, &token).await), VerifyError::UnknownKey);
    }

    async fn a_client_without_keys_signs_nothing(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        register(&app, |_| {}).await;
        let outcome = verify(&app, &of(&CLIENT_KEY, &app)).await;
        assert!(matches!(outcome, Err(ClientKeyError::NoKeys)), "{outcome:?}");
    }

    async fn published_keys_are_fetched_once_and_again_after_five_minutes(fresh: &FreshDb) {
        let (app, publisher) = publish(fresh, &[&CLIENT_KEY]).await;
        for _ in 0..3 {
            verify(&app, &of(&CLIENT_KEY, &app)).await.unwrap();
        }
        assert_eq!(publisher.asked(), 1);
        publisher.answers(200, &json!(public_set(&[&NEXT_CLIENT_KEY])));
        app.clock.advance(Duration::from_secs(299));
        verify(&app, &of(&CLIENT_KEY, &app)).await.unwrap();
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(refused(verify(&app, &of(&CLIENT_KEY, &app)).await), VerifyError::UnknownKey);
        assert_eq!(publisher.asked(), 2);
    }

    async fn an_unknown_kid_is_asked_for_at_once_and_then_at_most_once_a_minute(fresh: &FreshDb) {
        let (app, publisher) = publish(fresh, &[&CLIENT_KEY]).await;
        verify(&app, &of(&CLIENT_KEY, &app)).await.unwrap();
        publisher.answers(200, &json!(public_set(&[&CLIENT_KEY, &NEXT_CLIENT_KEY])));
        verify(&app, &of(&NEXT_CLIENT_KEY, &app)).await.unwrap();
        assert_eq!(publisher.asked(), 2);
        let stranger = made(Algorithm::ES256, "stranger");
        for _ in 0..5 {
            assert_eq!(refused(verify(&app, &of(&stranger, &app)).await), VerifyError::UnknownKey);
        }
        assert_eq!(publisher.asked(), 2);
        app.clock.advance(Duration::from_mins(1));
        let token = of(&stranger, &app);
        let all = (0..20).map(|_| verify(&app, &token));
        for outcome in futures_util::future::join_all(all).await {
            assert_eq!(refused(outcome), VerifyError::UnknownKey);
        }
        assert_eq!(publisher.asked(), 3);
    }

    async fn an_outage_of_the_clients_server_is_survived_for_an_hour(fresh: &FreshDb) {
        let (app, publisher) = publish(fresh, &[&CLIENT_KEY]).await;
        verify(&app, &of(&CLIENT_KEY, &app)).await.unwrap();
        publisher.answers(500, "sorry");
        app.clock.advance(Duration::from_mins(59));
        verify(&app, &of(&CLIENT_KEY, &app)).await.unwrap();
        assert_eq!(publisher.asked(), 2);
        app.clock.advance(Duration::from_mins(1));
        let outcome = verify(&app, &of(&CLIENT_KEY, &app)).await;
        assert!(outcome.as_ref().is_err_and(ClientKeyError::passes), "{outcome:?}");
    }

    async fn sec_145_keys_on_a_private_address_are_not_fetched(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let publisher = Publisher::of(&[]).await;
        publisher.answers(200, &json!(public_set(&[&CLIENT_KEY])));
        let uri = publisher.jwks_uri.clone();
        register(&app, |it| it.jwks_uri = Some(uri)).await;
        let outcome = verify(&app, &of(&CLIENT_KEY, &app)).await;
        assert!(matches!(outcome, Err(ClientKeyError::Published(PublishedKeysError::Unreachable(_)))), "{outcome:?}");
        assert_eq!(publisher.asked(), 0);
    }
}
