//! What only SQLite's one writer and one file must hold.

use std::os::unix::fs::PermissionsExt as _;

use signet::store::{Db, Error, consumers};

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
