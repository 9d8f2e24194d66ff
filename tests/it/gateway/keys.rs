//! A brand's published keys: fetched, remembered, changed, and out of reach (SEC-107).

use std::time::Duration;

use serde_json::{Value, json};
use signet::model::ConnectorKind;

use super::brand::{KEY, OTHER, claims, signed};
use super::service::{Service, assert_not_valid};
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
}
