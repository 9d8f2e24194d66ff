//! What only SQLite's one writer and one file must hold.

use std::os::unix::fs::PermissionsExt as _;

use signet::base::id::AccountId;
use signet::base::{Digest, Stopwatch, Timestamp};
use signet::model::token::{NewToken, Token, TokenDigest};
use signet::model::used_proof::DpopId;
use signet::store::used_proofs::Taken;
use signet::store::{Db, Error, backup, consumers, tokens, used_proofs};
use sqlx::{Connection as _, SqliteConnection};

use crate::support::db::FreshDb;
use crate::support::seed::{account, consumer};

#[tokio::test]
async fn sec_153_the_file_and_its_side_files_are_their_owners_alone() {
    let fresh = FreshDb::sqlite().await;
    account(&fresh.db, "brand").await;
    let Db::Sqlite(sqlite) = &fresh.db else {
        panic!("not SQLite")
    };
    let folder = sqlite.path.parent().unwrap();
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.contains("migrate") {
            continue;
        }
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name} has mode {mode:o}");
        seen.push(name);
    }
    assert!(seen.iter().any(|name| name == "signet.db"), "{seen:?}");
    assert!(seen.iter().any(|name| name == "signet.db-wal"), "{seen:?}");
    fresh.throw_away().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_share_a_commit_fail_for_themselves() {
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    let writes: Vec<_> = (0..60)
        .map(|index| {
            let (db, account) = (fresh.db.clone(), account.clone());
            tokio::spawn(async move {
                let row = consumer(&account, &format!("s-{index}"), &format!("user{index}"));
                db.transaction(move |tx| {
                    Box::pin(async move {
                        consumers::insert(tx, &row).await?;
                        if index % 3 == 0 {
                            Err(Error::Fault("on purpose".to_owned()))
                        } else {
                            Ok(())
                        }
                    })
                })
                .await
            })
        })
        .collect();
    for (index, write) in writes.into_iter().enumerate() {
        assert_eq!(write.await.unwrap().is_err(), index % 3 == 0, "write {index}");
    }
    let kept = consumers::list(&fresh.db, &account, None, 100).await.unwrap();
    assert_eq!(kept.len(), 40);
    fresh.throw_away().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_statement_of_many_callers_fails_for_the_one_alone() {
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    let taken = token(&account, 0);
    assert!(tokens::insert(&fresh.db, taken.clone()).await.unwrap());
    let writes: Vec<_> = (0..100)
        .map(|index| {
            // Every fifth presents a digest that is taken: that statement is an error, and undone alone.
            let new = if index % 5 == 4 {
                taken.clone()
            } else {
                token(&account, index + 1)
            };
            let db = fresh.db.clone();
            tokio::spawn(async move { tokens::insert(&db, new).await })
        })
        .collect();
    for (index, write) in writes.into_iter().enumerate() {
        match write.await.unwrap() {
            Ok(stored) => assert!(stored && index % 5 != 4, "write {index}"),
            Err(error) => assert!(
                matches!(error, Error::Taken(_)) && index % 5 == 4,
                "write {index}: {error}"
            ),
        }
    }
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_160_a_fault_in_one_write_ends_no_other() {
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    let faulty: Result<(), Error> = fresh
        .db
        .transaction(|_| Box::pin(async { panic!("on purpose") }))
        .await;
    assert!(matches!(faulty, Err(Error::Unavailable(_))), "{faulty:?}");
    assert!(tokens::insert(&fresh.db, token(&account, 0)).await.unwrap());
    fresh.db.ping().await.unwrap();
    fresh.db.close().await;
    assert!(matches!(fresh.db.ping().await, Err(Error::Unavailable(_))));
    fresh.throw_away().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_share_their_fate_are_there_or_are_told_that_they_are_not() {
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    let writes: Vec<_> = (0..60)
        .map(|index| {
            let (db, account) = (fresh.db.clone(), account.clone());
            tokio::spawn(async move {
                let row = consumer(&account, &format!("s-{index}"), &format!("user{index}"));
                let write = db.shared_transaction(move |tx| {
                    Box::pin(async move {
                        consumers::insert(tx, &row).await?;
                        if index % 20 == 7 {
                            return Err(Error::Fault("on purpose".to_owned()));
                        }
                        Ok(())
                    })
                });
                write.await
            })
        })
        .collect();
    for (index, write) in writes.into_iter().enumerate() {
        let told = write.await.unwrap();
        let sub = format!("s-{index}").parse().unwrap();
        let there = consumers::find(&fresh.db, &account, &sub).await.unwrap();
        assert_eq!(told.is_ok(), there.is_some(), "write {index}: {told:?}");
        assert!(index % 20 != 7 || told.is_err(), "write {index}");
    }
    assert!(tokens::insert(&fresh.db, token(&account, 0)).await.unwrap());
    fresh.throw_away().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_begins_anew_however_long_writing_goes_on() {
    const WRITERS: usize = 32;
    const EACH: usize = 250;
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (db, account) = (fresh.db.clone(), account.clone());
            tokio::spawn(async move {
                for index in 0..EACH {
                    let mut new = token(&account, writer * EACH + index);
                    new.token.claims = Some("x".repeat(6_000));
                    assert!(tokens::insert(&db, new).await.unwrap());
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let Db::Sqlite(sqlite) = &fresh.db else {
        panic!("not SQLite")
    };
    let length = |path: &std::path::Path| std::fs::metadata(path).unwrap().len();
    let log = length(&sqlite.path.with_extension("db-wal"));
    assert!(log < 40_000_000, "the log has {log} bytes");
    fresh.db.close().await;
    let whole = length(&sqlite.path);
    assert!(whole > 45_000_000, "the file has {whole} bytes");
    fresh.throw_away().await;
}

fn token(account: &AccountId, index: usize) -> NewToken {
    NewToken {
        digest: TokenDigest::Access(Digest::of(&format!("token {index}"))),
        id_token_expires_at: None,
        code_digest: None,
        token: Token {
            account_id: account.clone(),
            family: format!("family {index}"),
            client_id: "client".parse().unwrap(),
            sub: None,
            sid: None,
            grant_id: None,
            scope: "openid".parse().unwrap(),
            resource: Vec::new(),
            cnf: None,
            authorization_details: None,
            claims: None,
            created_at: Timestamp::from_seconds(1),
            expires_at: Timestamp::from_seconds(2),
            revoked_at: None,
            kid: None,
        },
    }
}

#[tokio::test]
async fn what_is_acknowledged_is_there_after_a_new_start() {
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    // Without closing: as after a kill, a second process finds what was acknowledged.
    let other = Db::connect(&fresh.connect).await.unwrap();
    assert!(
        signet::store::accounts::find(&other, &account)
            .await
            .unwrap()
            .is_some()
    );
    other.close().await;
    fresh.throw_away().await;
}

/// A transaction that only reads at first would be refused later on, when it comes to write: so each begins as a writer,
/// waits for five seconds, and is told to come again.
#[tokio::test]
async fn sec_153_a_transaction_begins_as_a_writer_and_waits_for_five_seconds() {
    let fresh = FreshDb::sqlite().await;
    let mut other = SqliteConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let began = Stopwatch::start();
    let refused = fresh.db.transaction(|_| Box::pin(async { Ok(()) })).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    let waited = began.elapsed().as_millis();
    assert!((4_900..8_000).contains(&waited), "{waited} ms");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    fresh
        .db
        .transaction(|_| Box::pin(async { Ok(()) }))
        .await
        .unwrap();
    other.close().await.unwrap();
    fresh.throw_away().await;
}

#[tokio::test]
async fn sec_154_a_database_that_was_put_back_knows_when_and_forgets_no_proof() {
    let fresh = FreshDb::sqlite().await;
    let account = account(&fresh.db, "brand").await;
    let Db::Sqlite(sqlite) = &fresh.db else {
        panic!("not SQLite")
    };
    let copy = sqlite.path.with_file_name("copy.db");
    backup::back_up(&fresh.connect, &copy).await.unwrap();
    assert_eq!(fresh.db.restored_at(), None);
    let at = Timestamp::from_seconds;
    let proof = |text: &str| Digest::<DpopId>::of(text);
    let taken = |from: i64| Taken {
        from: at(from),
        until: at(5000),
    };
    let take = async |db: &Db, text: &str, from: i64| {
        used_proofs::take(db, &account, proof(text), taken(from))
            .await
            .unwrap()
    };
    // After the copy, which doesn't know of it.
    assert!(take(&fresh.db, "a", 1000).await);
    fresh.db.close().await;
    let restored = at(2000);
    backup::restore(&fresh.connect, &copy, restored).await.unwrap();

    let db = Db::connect(&fresh.connect).await.unwrap();
    assert_eq!(db.restored_at(), Some(at(2001)), "the next whole second");
    for (text, from) in [("a", 1000), ("never seen", 1000), ("at that moment", 2001)] {
        assert!(
            used_proofs::is_used(&db, &account, proof(text), taken(from))
                .await
                .unwrap()
        );
        assert!(!take(&db, text, from).await, "{text}");
    }
    let later = taken(2002);
    assert!(
        !used_proofs::is_used(&db, &account, proof("b"), later)
            .await
            .unwrap()
    );
    assert!(take(&db, "b", 2002).await);
    assert!(!take(&db, "b", 2002).await);
    // A copy of this one was put back then, too.
    db.close().await;
    std::fs::remove_file(&copy).unwrap();
    backup::back_up(&fresh.connect, &copy).await.unwrap();
    std::fs::remove_file(sqlite.path.with_added_extension("replaced")).unwrap();
    backup::restore(&fresh.connect, &copy, at(3000)).await.unwrap();
    let db = Db::connect(&fresh.connect).await.unwrap();
    assert_eq!(db.restored_at(), Some(at(3001)));
    db.close().await;
    fresh.throw_away().await;
}
