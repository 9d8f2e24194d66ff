//! A brand's published keys: fetched, remembered, changed, and out of reach (SEC-107).

use std::time::Duration;

use serde_json::{Value, json};
use signet::base::id::ConnectorId;
use signet::model::ConnectorKind;
use signet::store::connector_key_sets::{self, KeySet};

use super::brand::{KEY, OTHER, claims, signed};
use super::service::{Service, assert_not_valid, post};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

/// A token that is valid for two days.
fn by(key: &jose::PrivateKey) -> Value {
    let mut claims = claims();
    claims["exp"] = json!(claims["exp"].as_i64().unwrap() + 200_000);
    json!({"id_token": signed(key, &json!({"alg": "RS256", "kid": key.kid()}), &claims)})
}

on_both_databases! {
    async fn sec_107_published_keys_are_remembered(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        for _ in 0..3 {
            service.token(&by(&KEY)).await;
        }
        assert_eq!(service.brand.fetched(), 1);
        service.app.clock.advance(Duration::from_mins(5));
        service.token(&by(&KEY)).await;
        assert_eq!(service.brand.fetched(), 2);
    }

    async fn sec_107_an_unknown_kid_is_asked_for_once_in_thirty_seconds(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        service.token(&by(&KEY)).await;
        for _ in 0..3 {
            assert_not_valid(&service.hand(&by(&OTHER)).await);
        }
        assert_eq!(service.brand.fetched(), 2);
        // The brand has a new key: it is found at the next turn.
        service.brand.publishes(&[KEY.public(), OTHER.public()]);
        assert_not_valid(&service.hand(&by(&OTHER)).await);
        service.app.clock.advance(Duration::from_secs(30));
        service.token(&by(&OTHER)).await;
        assert_eq!(service.brand.fetched(), 3);
        service.token(&by(&KEY)).await;
    }

    async fn sec_107_a_rotated_brand_is_followed_at_once_and_its_former_key_stops_working(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        service.token(&by(&KEY)).await;
        service.brand.publishes(&[OTHER.public()]);
        service.token(&by(&OTHER)).await;
        assert_not_valid(&service.hand(&by(&KEY)).await);
        assert_eq!(service.brand.fetched(), 2);
    }

    async fn sec_107_the_last_good_copy_serves_for_a_day_of_outage(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        service.token(&by(&KEY)).await;
        service.brand.is_down();
        for hours in [1, 22] {
            service.app.clock.advance(Duration::from_hours(hours));
            service.token(&by(&KEY)).await;
        }
        assert_not_valid(&service.hand(&by(&OTHER)).await);
        service.app.clock.advance(Duration::from_hours(1));
        assert_not_valid(&service.hand(&by(&KEY)).await);
    }

    async fn sec_107_the_last_good_copy_outlives_a_restart_in_an_outage_for_a_day_from_its_reading(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        service.token(&by(&KEY)).await;
        service.brand.is_down();
        let path = service.path();
        let restarted = async || {
            let allowed = |settings: &mut signet::config::Settings| {
                settings.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()];
            };
            Box::pin(service.app.beside_with(fresh, allowed)).await
        };
        // At once, and when what it knows is no longer fresh, so that the brand is asked in vain.
        let second = restarted().await;
        assert_eq!(post(&second, &path, &by(&KEY)).await.status, 200);
        assert_eq!(service.brand.fetched(), 1);
        service.app.clock.advance(Duration::from_hours(23));
        let third = restarted().await;
        for _ in 0..2 {
            assert_eq!(post(&third, &path, &by(&KEY)).await.status, 200);
        }
        assert_not_valid(&post(&third, &path, &by(&OTHER)).await);
        assert!(service.brand.fetched() > 1);
        service.app.clock.advance(Duration::from_hours(1));
        assert_not_valid(&post(&third, &path, &by(&KEY)).await);
        assert_not_valid(&post(&restarted().await, &path, &by(&KEY)).await);
        // What is read then is kept in its place.
        service.brand.publishes(&[OTHER.public()]);
        assert_eq!(post(&restarted().await, &path, &by(&OTHER)).await.status, 200);
        service.brand.is_down();
        let last = restarted().await;
        assert_eq!(post(&last, &path, &by(&OTHER)).await.status, 200);
        assert_not_valid(&post(&last, &path, &by(&KEY)).await);
    }

    async fn sec_107_keys_that_were_published_elsewhere_are_not_the_connectors(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let (db, now) = (app.db(), app.clock.now());
        let (id, other) = (ConnectorId::parse("c-1").unwrap(), ConnectorId::parse("c-2").unwrap());
        let set = |jwks: &str, read_at| KeySet { jwks: jwks.to_owned(), read_at };
        let keep = async |set: &KeySet| {
            let until = set.read_at + Duration::from_hours(24);
            connector_key_sets::keep(db, (&app.brand, &id), "https://idp.example/jwks", set, until).await.unwrap();
        };
        let find = async |connector: &ConnectorId, endpoint: &str, now| {
            let found = connector_key_sets::find(db, &app.brand, connector, endpoint, now).await.unwrap();
            found.map(|set| set.jwks)
        };
        keep(&set("new", now)).await;
        // A node whose answer came late doesn't put back what was there before.
        keep(&set("old", now - Duration::from_secs(1))).await;
        assert_eq!(find(&id, "https://idp.example/jwks", now).await.as_deref(), Some("new"));
        assert_eq!(find(&id, "https://elsewhere.example/jwks", now).await, None);
        assert_eq!(find(&other, "https://idp.example/jwks", now).await, None);
        assert_eq!(find(&id, "https://idp.example/jwks", now + Duration::from_hours(24)).await, None);
    }
}
