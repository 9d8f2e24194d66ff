use std::sync::Arc;
use std::time::Duration;

use signet::base::id::{AccountId, ClientId};
use signet::base::{Clock, Timestamp};
use signet::jobs::{self, Job, Lease, Turn, cleanup};
use signet::store::retention::{BATCH, RETENTION};
use signet::store::{self, Db};
use tokio_util::sync::CancellationToken;

use crate::support::app::App;
use crate::support::db::{FreshDb, count, on_both_databases};
use crate::support::seed::{NOON, account, noon, set};
use crate::support::services::services;

/// Interactions that expire at `expires_at`.
async fn interactions(db: &Db, account: &AccountId, count: u32, expires_at: Timestamp) {
    let client = ClientId::parse("shop").unwrap();
    let account = account.clone();
    db.transaction(move |tx| {
        Box::pin(async move {
            for number in 0..count {
                store::sql(
                    "INSERT INTO interactions (digest, account_id, browser_digest, client_id, request, progress,
                                               created_at, expires_at)
                     VALUES ($1, $2, $3, $4, '{}', '{}', $5, $5)",
                )
                .bind(format!("{}-{number}", expires_at.millis()).into_bytes())
                .bind(&account)
                .bind(vec![0; 32])
                .bind(&client)
                .bind(expires_at)
                .execute_in(tx)
                .await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

fn lease(node: &str) -> Lease {
    Lease::new("cleanup", node, Duration::from_mins(1))
}

/// By the time of a node that is an hour ahead, what lives has expired.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_172_a_node_with_the_wrong_time_takes_no_turn() {
    let fresh = FreshDb::postgres().await;
    let account = account(&fresh.db, "brand").await;
    let clock = noon();
    let services = Arc::new(services(&fresh.db, &clock).await);
    let (now, stop) = (Clock::System.now(), CancellationToken::new());
    interactions(&fresh.db, &account, 3, now + Duration::from_mins(5)).await;
    interactions(&fresh.db, &account, 4, now - Duration::from_mins(5)).await;
    let left = async || count(&fresh.db, "SELECT COUNT(*) FROM interactions").await;

    set(&clock, Clock::System.now() + Duration::from_hours(1));
    let turn = Job::Cleanup.turn(&services, "a", &stop).await.unwrap();
    assert_eq!((turn, left().await), (Turn::Skipped, 7));
    set(&clock, Clock::System.now());
    let turn = Job::Cleanup.turn(&services, "a", &stop).await.unwrap();
    assert_eq!((turn, left().await), (Turn::Taken, 3));
    drop(services);
    fresh.throw_away().await;
}

on_both_databases! {
    async fn sec_173_what_has_expired_goes_and_nothing_that_lives(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = app.consumer("ana").await;
        let (cookie, _) = app.session(&ana, None).await;
        interactions(app.db(), &app.brand, 2500, NOON - Duration::from_secs(1)).await;
        interactions(app.db(), &app.brand, 7, NOON + Duration::from_secs(1)).await;
        let stop = CancellationToken::new();
        let removed = cleanup::run(&app.services, &lease("a"), &stop).await.unwrap();
        assert_eq!(removed, Some(2500));
        assert_eq!(app.count("interactions").await, 7);
        assert!(app.services.sessions.find(&app.brand, cookie.expose()).await.unwrap().is_ok());
    }

    async fn sec_173_no_batch_is_larger_than_a_thousand_rows(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        interactions(app.db(), &app.brand, 1001, NOON - Duration::from_secs(9)).await;
        let retention = RETENTION.iter().find(|retention| retention.table == "interactions").unwrap();
        assert_eq!(retention.lag(app.db(), NOON).await.unwrap(), Duration::from_secs(9));
        assert_eq!(retention.purge(app.db(), NOON).await.unwrap(), BATCH);
        assert_eq!(retention.purge(app.db(), NOON).await.unwrap(), 1);
        assert_eq!(retention.lag(app.db(), NOON).await.unwrap(), Duration::ZERO);
    }

    async fn sec_173_one_node_at_a_time_cleans(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.beside(fresh).await;
        let stop = CancellationToken::new();
        assert!(cleanup::run(&app.services, &lease("a"), &stop).await.unwrap().is_some());
        assert!(cleanup::run(&other.services, &lease("b"), &stop).await.unwrap().is_none());
        assert!(cleanup::run(&app.services, &lease("a"), &stop).await.unwrap().is_some());
        // A node that is gone leaves it to another.
        app.clock.advance(Duration::from_mins(4));
        assert!(cleanup::run(&other.services, &lease("b"), &stop).await.unwrap().is_some());
        assert!(cleanup::run(&app.services, &lease("a"), &stop).await.unwrap().is_none());
        other.db().close().await;
    }

    async fn every_table_is_cleaned_on_this_database(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for retention in RETENTION {
            assert_eq!(retention.purge(app.db(), NOON).await.unwrap(), 0, "{}", retention.table);
            assert_eq!(retention.lag(app.db(), NOON).await.unwrap(), Duration::ZERO, "{}", retention.table);
        }
    }

    async fn jobs_end_when_they_are_told_to(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let stop = CancellationToken::new();
        let running = jobs::start(&Arc::clone(&app.services), &stop);
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(5), running.finished()).await.unwrap();
    }
}
