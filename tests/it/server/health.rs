//! What readiness says of a node.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use serde_json::{Value, json};
use signet::base::id::AccountId;
use signet::base::{Clock, Timestamp};
use signet::context::Services;
use signet::directory::{By, account};
use signet::http::RateLimits;
use signet::server::{Figures, assemble};
use signet::store;

use super::{answer, json, request};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::seed::{noon, set};
use crate::support::services::services;

/// A node with a default account.
struct Node {
    services: Arc<Services>,
    clock: Clock,
    router: Router,
}

impl Node {
    async fn on(fresh: &FreshDb) -> Self {
        let clock = noon();
        let services = Arc::new(services(&fresh.db, &clock).await);
        let draft = account::Draft::default();
        account::create(
            &services,
            &By::command(),
            AccountId::parse("brand").unwrap(),
            draft,
        )
        .await
        .unwrap();
        let limits = RateLimits::new(&services.settings);
        let router = assemble(&services, &Arc::new(limits), &Figures::off());
        Self {
            services,
            clock,
            router,
        }
    }

    async fn status(&self, path: &str) -> u16 {
        let asked = request("GET", path).body(Body::empty()).unwrap();
        answer(&self.router, asked).await.status().as_u16()
    }

    /// Sets its clock beside this machine's, which is the database's too.
    fn set_clock(&self, at: impl FnOnce(Timestamp) -> Timestamp) {
        set(&self.clock, at(Clock::System.now()));
    }

    /// What fails, or is not as it should be.
    async fn ready(&self) -> (u16, Value) {
        let asked = request("GET", "/health/ready").body(Body::empty()).unwrap();
        let answered = answer(&self.router, asked).await;
        (answered.status().as_u16(), json(answered).await)
    }
}

/// The document of a node with nothing wrong but `wrong`.
fn document(status: &str, wrong: &[(&str, &str)]) -> Value {
    let word = |name| {
        wrong
            .iter()
            .find(|(other, _)| *other == name)
            .map_or("ok", |(_, word)| *word)
    };
    let checks: Vec<Value> = ["database", "clock", "keys"]
        .iter()
        .map(|name| json!({"name": name, "status": word(*name)}))
        .collect();
    json!({"status": status, "checks": checks})
}

on_both_databases! {
    async fn a_node_whose_time_is_the_databases_is_ready(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        node.set_clock(|now| now + Duration::from_secs(2));
        assert_eq!(node.ready().await, (200, document("ready", &[])));
    }

    async fn sec_151_a_corrupt_active_key_makes_readiness_fail_and_the_others_are_published(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        node.set_clock(|now| now);
        let spoil = store::sql("UPDATE signing_keys SET private_key = $1 WHERE state = 'active' AND account_id = 'brand'");
        assert_eq!(spoil.bind(vec![0; 64]).execute(&fresh.db).await.unwrap(), 1);
        let log = Log::listen();
        assert_eq!(node.ready().await, (503, document("unready", &[("keys", "failing")])));
        assert!(log.audit().iter().any(|line| line.contains("keys.unusable")));
        assert_eq!(node.status("/jwks").await, 200);
        assert_eq!(node.status("/health/live").await, 200);
    }

    async fn sec_167_a_node_without_its_database_lives_and_is_not_ready(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        node.set_clock(|now| now);
        assert_eq!(node.status("/jwks").await, 200);
        fresh.db.close().await;
        let (status, document) = node.ready().await;
        assert_eq!((status, &document["checks"][0]), (503, &json!({"name": "database", "status": "failing"})));
        assert_eq!(node.status("/health/live").await, 200);
        assert_eq!(node.status("/jwks").await, 200, "from memory");
        assert_eq!(node.status("/.well-known/openid-configuration").await, 200);
    }

    async fn sec_176_what_is_degraded_is_told_and_requests_are_served(fresh: &FreshDb) {
        let node = Node::on(fresh).await;
        node.set_clock(|now| now);
        node.services.degraded.note("cleanup", false);
        let (status, document) = node.ready().await;
        assert_eq!((status, &document["status"]), (200, &json!("ready")));
        let told = document["checks"].as_array().unwrap().last().unwrap();
        assert_eq!(*told, json!({"name": "cleanup", "status": "degraded"}));
        node.services.degraded.note("cleanup", true);
        assert_eq!(node.ready().await, (200, self::document("ready", &[])));
    }
}

#[tokio::test]
async fn sec_172_a_node_whose_clock_is_away_from_the_databases_is_not_ready_and_says_so_once() {
    let fresh = FreshDb::postgres().await;
    let node = Node::on(&fresh).await;
    let log = Log::listen();
    let skews = || {
        let audit = log.audit();
        audit.iter().filter(|line| line.contains("clock.skew")).count()
    };
    let unready = (503, document("unready", &[("clock", "failing")]));

    node.set_clock(|now| now + Duration::from_mins(1));
    assert_eq!(node.ready().await, unready);
    assert_eq!(node.ready().await, unready);
    assert_eq!(skews(), 1);

    node.set_clock(|now| now);
    assert_eq!(node.ready().await.0, 200);
    node.set_clock(|now| now - Duration::from_mins(1));
    assert_eq!(node.ready().await, unready);
    assert_eq!(skews(), 2);
    drop(node);
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_172_a_database_in_the_process_has_its_time() {
    let fresh = FreshDb::sqlite().await;
    let node = Node::on(&fresh).await;
    node.set_clock(|now| now + Duration::from_hours(1));
    assert_eq!(node.ready().await, (200, document("ready", &[])));
    drop(node);
    fresh.throw_away().await;
}
