//! Consumers who don't log in (section 4 of the platform contract).

use std::time::Duration;

use serde_json::{Map, Value, json};
use signet::model::ConnectorKind;

use super::service::{BASE, Service, assert_not_valid, claims, connect, external_claims, post, post_nothing};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed::NOON;

/// A node with an anonymous connector, and the connector's path.
async fn given(fresh: &FreshDb) -> (Box<Service>, String) {
    let service = Box::new(Box::pin(Service::new(fresh, ConnectorKind::Implicit)).await);
    let id = Box::pin(connect(&service.app, &service.brand, ConnectorKind::Anonymous)).await;
    (service, format!("{BASE}/app/{id}/authenticate?v=3.0"))
}

/// The token of somebody new.
pub(super) async fn somebody(app: &App) -> String {
    let answer = post_nothing(app, &format!("{BASE}/anonymous/authorize")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// A new token for an old one.
pub(super) async fn refresh(app: &App, token: &str) -> crate::support::answer::Answer {
    post(
        app,
        &format!("{BASE}/anonymous/authorize"),
        &json!({"id_token": token}),
    )
    .await
}

fn span(claims: &Map<String, Value>) -> i64 {
    claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
}

on_both_databases! {
    async fn somebody_new_gets_a_token_and_exchanges_it_for_the_platforms(fresh: &FreshDb) {
        let (service, path) = given(fresh).await;
        let app = &service.app;
        let external = somebody(app).await;
        let outside = external_claims(app, &external).await;
        assert_eq!(span(&outside), 600);
        assert_eq!(outside["sub"].as_str().unwrap().len(), 36);
        let answer = post(app, &path, &json!({"id_token": external})).await;
        let inside = claims(app, answer.json()["token"].as_str().unwrap()).await;
        assert_eq!((&inside["sub"], &inside["exp"]), (&outside["sub"], &outside["exp"]));
        assert!(!inside.contains_key("lp.ext") && inside["jti"] != outside["jti"]);
        // Another one is somebody else.
        assert_ne!(external_claims(app, &somebody(app).await).await["sub"], outside["sub"]);
        // What it was exchanged for is no token of this kind.
        assert_not_valid(&post(app, &path, &answer.json().as_object().map(|it| json!({"id_token": it["token"]})).unwrap()).await);
    }

    async fn the_same_identity_is_refreshed_for_thirty_days_from_its_making(fresh: &FreshDb) {
        let (service, path) = given(fresh).await;
        let app = &service.app;
        let first = somebody(app).await;
        let sub = external_claims(app, &first).await["sub"].clone();
        app.clock.advance(Duration::from_secs(601));
        assert_not_valid(&post(app, &path, &json!({"id_token": first})).await);
        let second = refresh(app, &first).await.json()["token"].as_str().unwrap().to_owned();
        assert_eq!(external_claims(app, &second).await["sub"], sub);
        assert_eq!(post(app, &path, &json!({"id_token": second})).await.status, 200);
        // A refresh doesn't move the end.
        app.clock.advance(Duration::from_secs(730 * 3600 - 601 - 60));
        let last = refresh(app, &second).await.json()["token"].as_str().unwrap().to_owned();
        assert_eq!(span(&external_claims(app, &last).await), 60);
        app.clock.advance(Duration::from_mins(1));
        for token in [first, second, last] {
            assert_not_valid(&refresh(app, &token).await);
        }
    }

    async fn the_periods_are_settings(fresh: &FreshDb) {
        let service = Service::with(fresh, ConnectorKind::Implicit, |it| {
            it.gateway.anonymous_ttl = "2m".parse().unwrap();
            it.gateway.anonymous_refresh = "1h".parse().unwrap();
        }).await;
        let token = somebody(&service.app).await;
        assert_eq!(span(&external_claims(&service.app, &token).await), 120);
        service.app.clock.advance(Duration::from_hours(1));
        assert_not_valid(&refresh(&service.app, &token).await);
    }

    async fn the_old_sign_up_gives_the_platforms_token_at_once(fresh: &FreshDb) {
        let (service, path) = given(fresh).await;
        let answer = post_nothing(&service.app, &format!("{BASE}/signup")).await;
        let token = answer.json()["jwt"].as_str().unwrap().to_owned();
        let claims = claims(&service.app, &token).await;
        assert_eq!((span(&claims), claims["iat"].as_i64()), (730 * 3600, Some(NOON.seconds())));
        assert_not_valid(&refresh(&service.app, &token).await);
        assert_not_valid(&post(&service.app, &path, &json!({"id_token": token})).await);
    }

    async fn an_account_that_has_it_switched_off_gives_none(fresh: &FreshDb) {
        let (service, path) = given(fresh).await;
        let token = somebody(&service.app).await;
        let brand = service.app.brand.clone();
        service.app.change_account(&brand, |row| row.settings.features.anonymous = false).await;
        for answer in [
            post_nothing(&service.app, &format!("{BASE}/anonymous/authorize")).await,
            post_nothing(&service.app, &format!("{BASE}/signup")).await,
            refresh(&service.app, &token).await,
            post(&service.app, &path, &json!({"id_token": token})).await,
        ] {
            assert_eq!((answer.status.as_u16(), answer.json()["error"]["responseStatus"].as_str()), (403, Some("FORBIDDEN")));
        }
    }

    async fn sec_138_a_token_of_another_account_is_unknown(fresh: &FreshDb) {
        let (service, _) = given(fresh).await;
        let other = service.app.other_account("other").await;
        service.app.change_account(&other, |row| row.settings.features.anonymous = true).await;
        let token = somebody(&service.app).await;
        assert_not_valid(&post(&service.app, "/api/account/other/anonymous/authorize", &json!({"id_token": token})).await);
    }
}
