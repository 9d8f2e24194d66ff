//! From anonymous to authenticated (section 1.12 of the platform contract).

use serde_json::{Value, json};
use signet::model::ConnectorKind;

use super::anonymous::{refresh, somebody};
use super::brand::{claims_with, token};
use super::service::{Service, assert_not_valid, external_claims, post};
use crate::support::db::{FreshDb, count, on_both_databases};
use crate::support::together::together;

/// A consumer who logs in, and was somebody before.
fn logged_in(sub: &str, before: &str) -> Value {
    json!({"id_token": token(&claims_with("sub", json!(sub))), "anonymous_token": before})
}

on_both_databases! {
    async fn who_one_was_before_goes_along_from_then_on(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let app = &service.app;
        let before = somebody(app).await;
        let sub = external_claims(app, &before).await["sub"].clone();
        let stepped = service.token(&logged_in("ana", &before)).await;
        assert_eq!(stepped["lp.ext"]["anonymous_subs"], json!([sub]));
        // Once more changes nothing; without it, it is still known; and others know nothing of it.
        service.token(&logged_in("ana", &before)).await;
        let later = service.token(&json!({"id_token": token(&claims_with("sub", json!("ana")))})).await;
        assert_eq!(later["lp.ext"]["anonymous_subs"], json!([sub]));
        let other = service.token(&json!({"id_token": token(&claims_with("sub", json!("ben")))})).await;
        assert_eq!(other["lp.ext"].get("anonymous_subs"), None);
        assert_eq!(count(app.db(), "SELECT COUNT(*) FROM audit WHERE event = 'consumer.stepped_up'").await, 1);
    }

    async fn an_identity_that_became_a_consumers_is_nobodys_own(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let app = &service.app;
        let anonymous = Box::pin(crate::gateway::service::connect(app, &service.brand, ConnectorKind::Anonymous)).await;
        let before = somebody(app).await;
        service.token(&logged_in("ana", &before)).await;
        assert_not_valid(&refresh(app, &before).await);
        let path = format!("/api/account/brand/app/{anonymous}/authenticate?v=3.0");
        assert_not_valid(&post(app, &path, &json!({"id_token": before})).await);
        let answer = service.hand(&logged_in("ben", &before)).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["responseStatus"].as_str()), (409, Some("CONFLICT")));
    }

    async fn what_proves_no_anonymous_identity_steps_nobody_up(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let mine = service.hand(&json!({"id_token": token(&claims_with("sub", json!("ana")))})).await.json();
        for before in [mine["token"].as_str().unwrap(), "nonsense", &token(&claims_with("sub", json!("ben")))] {
            assert_not_valid(&service.hand(&logged_in("ana", before)).await);
        }
        // A consumer who can't be verified takes nothing.
        let before = somebody(&service.app).await;
        let bad = json!({"id_token": token(&claims_with("aud", json!("x"))), "anonymous_token": before});
        assert_not_valid(&service.hand(&bad).await);
        assert_eq!(refresh(&service.app, &before).await.status, 200);
    }

    async fn of_fifty_consumers_at_once_on_two_nodes_one_gets_the_identity(fresh: &FreshDb) {
        let service = Service::new(fresh, ConnectorKind::Implicit).await;
        let other = service.app.beside_with(fresh, |it| it.outbound.allow_hosts = vec!["127.0.0.1".parse().unwrap()]).await;
        let before = somebody(&service.app).await;
        let path = service.path();
        let bodies: Vec<Value> = (0..50).map(|turn| logged_in(&format!("consumer-{turn}"), &before)).collect();
        let tries = bodies.iter().enumerate().map(|(turn, body)| {
            post(if turn % 2 == 0 { &service.app } else { &other }, &path, body)
        });
        let mut statuses: Vec<u16> = together(tries.collect()).await.iter().map(|it| it.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 409, 409), "{statuses:?}");
        other.db().close().await;
    }
}
