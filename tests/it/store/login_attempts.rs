use std::sync::Arc;
use std::time::Duration;

use signet::base::Clock;
use signet::store::login_attempts::{self, Admission, Bucket, Forget, Policy};
use signet::store::{Connect, Db};

use crate::support::db::{FreshDb, on_both_databases};
use crate::support::seed::{NOON, account, noon};

fn bucket(name: &str) -> Bucket {
    Bucket {
        name: name.to_owned(),
        policy: Policy {
            attempts: 5,
            delay: Duration::from_secs(5),
            delay_max: Duration::from_mins(1),
            most: 100,
            forget: Forget::AfterLast(Duration::from_hours(48)),
        },
    }
}

async fn guess(db: &Db, account: &signet::base::id::AccountId, clock: &Clock, name: &str) -> Admission {
    login_attempts::admit(db, account, vec![bucket(name)], clock.now())
        .await
        .unwrap()
}

on_both_databases! {
    async fn sec_088_delays_grow_and_are_never_for_good(db: Db) {
        let account = account(&db, "brand").await;
        let clock = noon();
        for _ in 0..5 {
            assert_eq!(guess(&db, &account, &clock, "sub:a").await, Admission::Admitted);
        }
        for delay in [5, 10, 20, 40, 60, 60, 60] {
            let until = clock.now() + Duration::from_secs(delay);
            for _ in 0..3 {
                // Knocking meanwhile makes it no longer.
                assert_eq!(guess(&db, &account, &clock, "sub:a").await, Admission::Blocked(until));
            }
            clock.advance(Duration::from_secs(delay));
            assert_eq!(guess(&db, &account, &clock, "sub:a").await, Admission::Admitted, "after {delay} s");
        }
        // Others are not concerned.
        assert_eq!(guess(&db, &account, &clock, "sub:b").await, Admission::Admitted);
    }

    async fn sec_088_after_a_hundred_in_a_row_there_is_one_a_day(db: Db) {
        let account = account(&db, "brand").await;
        let clock = noon();
        for _ in 0..100 {
            assert_eq!(guess(&db, &account, &clock, "sub:a").await, Admission::Admitted);
            clock.advance(Duration::from_mins(1));
        }
        for _ in 0..3 {
            clock.advance(Duration::from_hours(23));
            assert!(matches!(guess(&db, &account, &clock, "sub:a").await, Admission::Blocked(_)));
            clock.advance(Duration::from_hours(1));
            assert_eq!(guess(&db, &account, &clock, "sub:a").await, Admission::Admitted);
        }
    }

    async fn guesses_are_forgotten_in_time(db: Db) {
        let account = account(&db, "brand").await;
        let clock = noon();
        for _ in 0..5 {
            guess(&db, &account, &clock, "sub:a").await;
        }
        clock.advance(Duration::from_hours(48));
        for _ in 0..5 {
            assert_eq!(guess(&db, &account, &clock, "sub:a").await, Admission::Admitted);
        }
        assert!(matches!(guess(&db, &account, &clock, "sub:a").await, Admission::Blocked(_)));
    }

    async fn a_window_that_begins_with_the_first_guess_is_not_lengthened(db: Db) {
        let account = account(&db, "brand").await;
        let clock = noon();
        let mut bucket = bucket("ip:192.0.2.1");
        bucket.policy.forget = Forget::AfterFirst(Duration::from_mins(10));
        for _ in 0..4 {
            login_attempts::admit(&db, &account, vec![bucket.clone()], clock.now()).await.unwrap();
            clock.advance(Duration::from_secs(150));
        }
        login_attempts::admit(&db, &account, vec![bucket.clone()], clock.now()).await.unwrap();
        let found = login_attempts::find(&db, &account, &bucket.name, clock.now()).await.unwrap().unwrap();
        assert_eq!(found.failures, 1);
    }

    async fn a_guess_that_is_taken_back_frees_what_it_blocked(db: Db) {
        let account = account(&db, "brand").await;
        let clock = noon();
        for _ in 0..5 {
            guess(&db, &account, &clock, "sub:a").await;
        }
        assert!(matches!(guess(&db, &account, &clock, "sub:a").await, Admission::Blocked(_)));
        let id = account.clone();
        db.transaction(move |tx| Box::pin(async move { login_attempts::take_back(tx, &id, &bucket("sub:a")).await }))
            .await
            .unwrap();
        assert_eq!(guess(&db, &account, &clock, "sub:a").await, Admission::Admitted);
        assert!(matches!(guess(&db, &account, &clock, "sub:a").await, Admission::Blocked(_)));
    }

    async fn the_first_bucket_that_blocks_spares_the_next(db: Db) {
        let account = account(&db, "brand").await;
        let both = || vec![bucket("ip:192.0.2.1"), bucket("sub:a")];
        for _ in 0..5 {
            login_attempts::admit(&db, &account, both(), NOON).await.unwrap();
        }
        assert!(matches!(login_attempts::admit(&db, &account, both(), NOON).await.unwrap(), Admission::Blocked(_)));
        let found = login_attempts::find(&db, &account, "sub:a", NOON).await.unwrap().unwrap();
        assert_eq!(found.failures, 5);
    }

    async fn sec_087_a_hundred_parallel_guesses_on_two_nodes_stay_within_the_limit(fresh: &FreshDb) {
        let account = account(&fresh.db, "brand").await;
        let other = Db::connect(&Connect { connections: 8, ..fresh.connect.clone() }).await.unwrap();
        let nodes = Arc::new([fresh.db.clone(), other]);
        let guesses: Vec<_> = (0..100)
            .map(|index| {
                let (nodes, account) = (Arc::clone(&nodes), account.clone());
                tokio::spawn(async move {
                    let db = &nodes[index % 2];
                    guess(db, &account, &noon(), "sub:a").await == Admission::Admitted
                })
            })
            .collect();
        let mut admitted = 0;
        for guess in guesses {
            admitted += usize::from(guess.await.unwrap());
        }
        assert_eq!(admitted, 5);
        nodes[1].close().await;
    }
}
