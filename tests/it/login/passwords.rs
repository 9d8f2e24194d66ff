use std::net::IpAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use passwords::{Hasher, Params, Password};
use signet::base::Clock;
use signet::base::id::{AccountId, Realm, Subject};
use signet::config;
use signet::login::{LoginRefusal, Passwords, Source};
use signet::model::{ConsumerStatus, Identifier};
use signet::store::{Connect, Db, consumers};

use crate::support::db::{FreshDb, on_both_databases};
use crate::support::log::Log;
use crate::support::seed::{NOON, account, consumer, entropy, noon};

const PASSWORD: &str = "correct horse battery staple";
const HOME: Source = Source {
    ip: IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
};

fn settings() -> config::Login {
    config::Login {
        hash_queue: 1000,
        hash_wait: config::Period::seconds(60),
        ..config::Login::default()
    }
}

fn login(db: &Db, clock: &Clock) -> Passwords {
    Passwords::new(db.clone(), clock.clone(), entropy(), &settings())
}

fn hash(password: &str) -> String {
    Hasher::new(Params::default(), 1)
        .hash(Password::new(password.as_bytes()).unwrap(), [9; 16])
        .unwrap()
        .to_string()
}

/// A consumer `s-NAME` who logs in as `NAME` or `s-NAME@example.test` with what has that hash.
async fn known(
    db: &Db,
    account: &AccountId,
    name: &str,
    status: ConsumerStatus,
    hash: Option<String>,
) -> Subject {
    let mut row = consumer(account, &format!("s-{name}"), name);
    row.status = status;
    let sub = row.sub.clone();
    db.transaction(move |tx| {
        Box::pin(async move {
            consumers::insert(tx, &row).await?;
            match hash {
                Some(hash) => consumers::set_password(tx, &row.account_id, &row.sub, &hash, NOON).await,
                None => Ok(()),
            }
        })
    })
    .await
    .unwrap();
    sub
}

async fn stored_hash(db: &Db, account: &AccountId, name: &str) -> String {
    let name = Identifier::parse(name).unwrap();
    consumers::find_login(db, account, &name)
        .await
        .unwrap()
        .unwrap()
        .hash
        .unwrap()
}

on_both_databases! {
    async fn each_spelling_of_a_name_logs_in(db: Db) {
        let account = account(&db, "brand").await;
        let ana = known(&db, &account, "Ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let passwords = login(&db, &noon());
        for typed in ["Ana", "ANA", " ana ", "ａｎａ", "s-ana@example.test", "S-ANA@EXAMPLE.TEST"] {
            let who = passwords.authenticate(&account, typed, PASSWORD, HOME).await;
            assert_eq!(who.unwrap(), ana, "{typed}");
        }
    }

    async fn sec_085_every_reason_has_one_answer(db: Db) {
        let account = account(&db, "brand").await;
        known(&db, &account, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        known(&db, &account, "off", ConsumerStatus::Disabled, Some(hash(PASSWORD))).await;
        known(&db, &account, "federated", ConsumerStatus::Active, None).await;
        known(&db, &account, "costly", ConsumerStatus::Active, Some("$argon2id$v=19$m=9999999,t=99,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA".to_owned())).await;
        known(&db, &account, "garbled", ConsumerStatus::Active, Some("garbled".to_owned())).await;
        let passwords = login(&db, &noon());
        let long = "x".repeat(513);
        for (username, password) in [
            ("ana", "wrong"), ("ana", ""), ("ana", long.as_str()), ("nobody", PASSWORD), ("off", PASSWORD),
            ("federated", PASSWORD), ("costly", PASSWORD), ("garbled", PASSWORD), ("", PASSWORD), ("a\0b", PASSWORD),
            ("a@b@c", PASSWORD), ("ana", "Correct horse battery staple"), ("ana", "correct horse battery staple "),
        ] {
            let refused = passwords.authenticate(&account, username, password, HOME).await;
            assert!(matches!(refused, Err(LoginRefusal::NoMatch)), "{username:?} {refused:?}");
        }
        assert!(passwords.authenticate(&account, "ana", PASSWORD, HOME).await.is_ok());
    }

    /// What takes time is the one hash, which is of the same cost for all.
    async fn sec_085_every_reason_costs_one_hash(db: Db) {
        let account = account(&db, "brand").await;
        known(&db, &account, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        known(&db, &account, "off", ConsumerStatus::Disabled, Some(hash(PASSWORD))).await;
        known(&db, &account, "federated", ConsumerStatus::Active, None).await;
        known(&db, &account, "costly", ConsumerStatus::Active, Some("$argon2id$v=19$m=9999999,t=99,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA".to_owned())).await;
        known(&db, &account, "garbled", ConsumerStatus::Active, Some("garbled".to_owned())).await;
        let passwords = login(&db, &noon());
        let cost = async |username, password| {
            let before = passwords.pool().work();
            let done = passwords.authenticate(&account, username, password, HOME).await;
            let after = passwords.pool().work();
            (done.is_ok(), after.hashes - before.hashes, after.kib_filled - before.kib_filled)
        };
        let (_, hashes, kib) = cost("ana", PASSWORD).await;
        assert_eq!((hashes, kib), (1, 2 * 19 * 1024));
        for (username, password) in [
            ("ana", "wrong"), ("nobody", PASSWORD), ("off", PASSWORD), ("off", "wrong"), ("federated", PASSWORD),
            ("costly", PASSWORD), ("garbled", PASSWORD), ("a@b@c", PASSWORD), ("", PASSWORD),
        ] {
            assert_eq!(cost(username, password).await, (false, hashes, kib), "{username:?}");
        }
    }

    async fn sec_087_one_counter_for_all_names_of_a_consumer(db: Db) {
        let account = account(&db, "brand").await;
        known(&db, &account, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let clock = noon();
        let passwords = login(&db, &clock);
        for typed in ["ana", "ANA", "s-ana@example.test", "ａna", "S-Ana@Example.TEST"] {
            assert!(matches!(passwords.authenticate(&account, typed, "wrong", HOME).await, Err(LoginRefusal::NoMatch)));
        }
        // Even the right password waits; and then it is taken, and the counter begins anew.
        assert!(matches!(passwords.authenticate(&account, "ana", PASSWORD, HOME).await, Err(LoginRefusal::Throttled(5))));
        clock.advance(Duration::from_secs(5));
        assert!(passwords.authenticate(&account, "ana", PASSWORD, HOME).await.is_ok());
        for _ in 0..5 {
            assert!(matches!(passwords.authenticate(&account, "ana", "wrong", HOME).await, Err(LoginRefusal::NoMatch)));
        }
    }

    async fn sec_085_unknown_names_are_throttled_like_known_ones(db: Db) {
        let account = account(&db, "brand").await;
        let passwords = login(&db, &noon());
        for typed in ["nobody", "NOBODY", "nobody", "Nobody", "nobody"] {
            assert!(matches!(passwords.authenticate(&account, typed, "wrong", HOME).await, Err(LoginRefusal::NoMatch)));
        }
        assert!(matches!(passwords.authenticate(&account, "nobody", "wrong", HOME).await, Err(LoginRefusal::Throttled(5))));
    }

    async fn sec_087_a_hundred_parallel_guesses_get_five_answers(fresh: &FreshDb) {
        let account = account(&fresh.db, "brand").await;
        known(&fresh.db, &account, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let other = Db::connect(&Connect { connections: 8, ..fresh.connect.clone() }).await.unwrap();
        let nodes = Arc::new([login(&fresh.db, &noon()), login(&other, &noon())]);
        let guesses: Vec<_> = (0..100)
            .map(|index| {
                let (nodes, account) = (Arc::clone(&nodes), account.clone());
                tokio::spawn(async move {
                    let typed = if index % 3 == 0 { "ana" } else { "s-ana@example.test" };
                    let guess = format!("guess {index}");
                    nodes[index % 2].authenticate(&account, typed, &guess, HOME).await
                })
            })
            .collect();
        let (mut answered, mut throttled) = (0, 0);
        for guess in guesses {
            match guess.await.unwrap() {
                Err(LoginRefusal::NoMatch) => answered += 1,
                Err(LoginRefusal::Throttled(_)) => throttled += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((answered, throttled), (5, 95));
        other.close().await;
    }

    async fn sec_087_a_source_that_guesses_at_many_must_wait(db: Db) {
        let account = account(&db, "brand").await;
        known(&db, &account, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let settings = config::Login { source_attempts: 10, ..settings() };
        let passwords = Passwords::new(db.clone(), noon(), entropy(), &settings);
        let from = |ip: &str| Source { ip: ip.parse().unwrap() };
        // The same /64, and right passwords in between, which count for nothing.
        for index in 0..10 {
            let source = from(&format!("2001:db8::{index}"));
            let refused = passwords.authenticate(&account, &format!("nobody{index}"), "wrong", source).await;
            assert!(matches!(refused, Err(LoginRefusal::NoMatch)), "{index} {refused:?}");
            if index < 9 {
                assert!(passwords.authenticate(&account, "ana", PASSWORD, source).await.is_ok());
            }
        }
        let blocked = passwords.authenticate(&account, "ana", PASSWORD, from("2001:db8::ffff")).await;
        assert!(matches!(blocked, Err(LoginRefusal::Throttled(5))), "{blocked:?}");
        assert!(passwords.authenticate(&account, "ana", PASSWORD, from("2001:db8:0:1::1")).await.is_ok());
        assert!(passwords.authenticate(&account, "ana", PASSWORD, HOME).await.is_ok());
    }

    async fn several_hundred_logins_from_one_address_are_fine(db: Db) {
        let account = account(&db, "brand").await;
        known(&db, &account, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let passwords = login(&db, &noon());
        for _ in 0..120 {
            passwords.authenticate(&account, "ana", PASSWORD, HOME).await.unwrap();
        }
    }

    async fn sec_084_a_weaker_hash_is_replaced_at_the_next_login(db: Db) {
        let account = account(&db, "brand").await;
        // `U*U` of the bcrypt test suite.
        let bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
        known(&db, &account, "ana", ConsumerStatus::Active, Some(bcrypt.to_owned())).await;
        let passwords = login(&db, &noon());
        assert!(passwords.authenticate(&account, "ana", "wrong", HOME).await.is_err());
        assert_eq!(stored_hash(&db, &account, "ana").await, bcrypt);
        passwords.authenticate(&account, "ana", "U*U", HOME).await.unwrap();
        let better = stored_hash(&db, &account, "ana").await;
        assert!(better.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{better}");
        passwords.authenticate(&account, "ana", "U*U", HOME).await.unwrap();
        assert_eq!(stored_hash(&db, &account, "ana").await, better);
    }

    async fn sec_166_a_full_pool_says_so_and_counts_nothing(db: Db) {
        let account = account(&db, "brand").await;
        known(&db, &account, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let settings = config::Login {
            hash_pool: 1,
            hash_queue: 0,
            hash_wait: config::Period::millis(100),
            ..config::Login::default()
        };
        let passwords = Arc::new(Passwords::new(db.clone(), noon(), entropy(), &settings));
        let (end, ended) = mpsc::channel::<()>();
        let (begun, began) = tokio::sync::oneshot::channel();
        let busy = tokio::spawn({
            let pool = passwords.pool().clone();
            async move {
                pool.run(&Realm::Server, move |_| {
                    begun.send(()).unwrap();
                    let _ = ended.recv();
                })
                .await
            }
        });
        began.await.unwrap();
        for _ in 0..20 {
            let refused = passwords.authenticate(&account, "ana", PASSWORD, HOME).await;
            assert!(matches!(refused, Err(LoginRefusal::Busy)), "{refused:?}");
        }
        end.send(()).unwrap();
        busy.await.unwrap().unwrap();
        // Nothing of that was counted: five guesses are left.
        for _ in 0..5 {
            let refused = passwords.authenticate(&account, "ana", "wrong", HOME).await;
            assert!(matches!(refused, Err(LoginRefusal::NoMatch)), "{refused:?}");
        }
    }

    async fn sec_144_one_accounts_storm_keeps_nobody_of_another_out(fresh: &FreshDb) {
        let (noisy, quiet) = (account(&fresh.db, "noisy").await, account(&fresh.db, "quiet").await);
        let ana = known(&fresh.db, &quiet, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let settings = config::Login { hash_pool: 1, hash_queue: 8, ..self::settings() };
        let passwords = Arc::new(Passwords::new(fresh.db.clone(), noon(), entropy(), &settings));
        let (end, ended) = mpsc::channel::<()>();
        let (begun, began) = tokio::sync::oneshot::channel();
        let busy = tokio::spawn({
            let (pool, noisy) = (passwords.pool().clone(), Realm::from(&noisy));
            async move {
                pool.run(&noisy, move |_| {
                    begun.send(()).unwrap();
                    let _ = ended.recv();
                })
                .await
            }
        });
        began.await.unwrap();
        let mut storm = tokio::task::JoinSet::new();
        for index in 0..20_u8 {
            let (passwords, noisy) = (Arc::clone(&passwords), noisy.clone());
            let from = Source { ip: std::net::Ipv4Addr::new(198, 51, 100, index).into() };
            storm.spawn(async move { passwords.authenticate(&noisy, &format!("nobody{index}"), PASSWORD, from).await });
        }
        // Eight wait, and there is no room for more of them.
        for _ in 0..12 {
            let refused = storm.join_next().await.unwrap().unwrap();
            assert!(matches!(refused, Err(LoginRefusal::Busy)), "{refused:?}");
        }
        let login = tokio::spawn({
            let (passwords, quiet) = (Arc::clone(&passwords), quiet.clone());
            async move { passwords.authenticate(&quiet, "ana", PASSWORD, HOME).await }
        });
        // But for whoever else comes there is.
        let refused = storm.join_next().await.unwrap().unwrap();
        assert!(matches!(refused, Err(LoginRefusal::Busy)), "{refused:?}");
        end.send(()).unwrap();
        busy.await.unwrap().unwrap();
        assert_eq!(login.await.unwrap().unwrap(), ana);
        while let Some(refused) = storm.join_next().await {
            let refused = refused.unwrap();
            assert!(matches!(refused, Err(LoginRefusal::NoMatch)), "{refused:?}");
        }
    }

    async fn sec_138_a_consumer_of_one_account_is_unknown_in_another(db: Db) {
        let (own, foreign) = (account(&db, "own").await, account(&db, "foreign").await);
        known(&db, &own, "ana", ConsumerStatus::Active, Some(hash(PASSWORD))).await;
        let passwords = login(&db, &noon());
        assert!(passwords.authenticate(&foreign, "ana", PASSWORD, HOME).await.is_err());
        assert!(passwords.authenticate(&own, "ana", PASSWORD, HOME).await.is_ok());
    }
}

#[tokio::test]
async fn sec_161_the_log_tells_of_logins_without_names_and_passwords() {
    let log = Log::listen();
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    let canary = "canaryname";
    known(
        &fresh.db,
        &account,
        canary,
        ConsumerStatus::Active,
        Some(hash("canary-password")),
    )
    .await;
    let passwords = login(&fresh.db, &noon());
    passwords
        .authenticate(&account, canary, "canary-password", HOME)
        .await
        .unwrap();
    for typed in [canary, "canary-unknown"].repeat(6) {
        let _ = passwords
            .authenticate(&account, typed, "canary-wrong", HOME)
            .await;
    }
    fresh.throw_away().await;
    let audit = log.audit();
    for event in ["login.success", "login.failure", "login.throttled"] {
        assert!(
            audit
                .iter()
                .any(|line| line.contains(event) && line.contains("192.0.2.1")),
            "no {event} in {audit:?}"
        );
    }
    // The subject of the seed holds the name; what was typed is nowhere else.
    let typed = log.text().replace(&format!("s-{canary}"), "");
    for secret in ["canary-password", "canary-wrong", "canary-unknown", canary] {
        assert!(!typed.contains(secret), "{secret} is in the log: {typed}");
    }
}
