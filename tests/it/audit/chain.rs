use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use signet::base::id::Realm;
use signet::base::{Timestamp, hex};
use signet::directory::audit::{self, Filter, Place};
use signet::store::{self, Db, Error};

use super::{entries, entropy, event, realm, verified, write};
use crate::support::db::{FreshDb, count, on_both_databases};
use crate::support::seed::{NOON, noon};

/// An entry's hash, computed as `docs/audit.md` says, by somebody who has nothing but the exported line.
pub(super) fn hash_of(line: &Value) -> String {
    hex(&Sha256::digest(form_of(line)))
}

pub(super) fn form_of(line: &Value) -> Vec<u8> {
    let mut form = Vec::new();
    let mut field = |value: Option<String>| match value {
        Some(text) => form.extend(format!("{}:{text},", text.len()).into_bytes()),
        None => form.extend(b"-,"),
    };
    field(Some("signet-audit-1".to_owned()));
    for name in [
        "previous",
        "account_id",
        "seq",
        "audit_id",
        "at",
        "event",
        "actor",
        "request_id",
        "client_id",
        "sub",
        "ip_digest",
        "outcome",
        "detail",
    ] {
        field(match &line[name] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            number => Some(number.to_string()),
        });
    }
    form
}

/// Fifty writers, half of them on each node, some with two events in one transaction, in two accounts.
async fn race(one: &Db, two: &Db) {
    let writers: Vec<_> = (0..50)
        .map(|number| {
            let db = if number % 2 == 0 { one.clone() } else { two.clone() };
            let realm = realm(if number % 5 == 0 { "other" } else { "brand" });
            let events: Vec<_> = (0..=number % 3 / 2)
                .map(|again| event(&realm, number * 10 + again))
                .collect();
            tokio::spawn(async move {
                db.transaction(move |tx| {
                    Box::pin(async move {
                        for event in &events {
                            store::audit::insert(tx, event, &noon(), &signet::base::Entropy::default())
                                .await?;
                        }
                        // Every tenth change fails after all.
                        if number % 10 == 9 {
                            Err(Error::Fault("on purpose".to_owned()))
                        } else {
                            Ok(())
                        }
                    })
                })
                .await
                .is_err()
            })
        })
        .collect();
    for (number, writer) in writers.into_iter().enumerate() {
        assert_eq!(writer.await.unwrap(), number % 10 == 9, "writer {number}");
    }
}

on_both_databases! {
    async fn sec_134_fifty_writers_on_two_nodes_leave_one_unbroken_chain(fresh: &FreshDb) {
        let other = Db::connect(&fresh.connect).await.unwrap();
        race(&fresh.db, &other).await;
        other.close().await;
        let rows = count(&fresh.db, "SELECT COUNT(*) FROM audit").await;
        let (brand, beside) = (verified(&fresh.db, &realm("brand")).await, verified(&fresh.db, &realm("other")).await);
        assert_eq!(i64::try_from(brand.rows + beside.rows).unwrap(), rows);
        assert!(brand.rows > 35 && beside.rows > 8, "{brand:?} {beside:?}");
        assert_eq!(brand.head.unwrap().seq, i64::try_from(brand.rows).unwrap());
        let all = audit::verify_all(&fresh.db).await.unwrap();
        assert_eq!(all.iter().map(|chain| chain.as_ref().unwrap().account_id.as_str()).collect::<Vec<_>>(), ["brand", "other"]);
    }

    async fn a_chain_that_is_written_to_is_never_called_broken(fresh: &FreshDb) {
        let brand = realm("brand");
        let writer = tokio::spawn({
            let (db, brand) = (fresh.db.clone(), brand.clone());
            async move { write(&db, &brand, 0..120).await }
        });
        let mut last = 0;
        while !writer.is_finished() {
            let rows = verified(&fresh.db, &brand).await.rows;
            assert!(rows >= last);
            last = rows;
        }
        writer.await.unwrap();
        assert_eq!(verified(&fresh.db, &brand).await.rows, 120);
    }

    async fn sec_134_an_outsider_computes_the_same_hashes(db: Db) {
        write(&db, &realm("brand"), 0..3).await;
        let mut bare = event(&Realm::Server, 9);
        (bare.request_id, bare.client_id, bare.sub, bare.ip) = (None, None, None, None);
        db.transaction(move |tx| Box::pin(async move { store::audit::insert(tx, &bare, &noon(), &entropy()).await }))
            .await
            .unwrap();
        let mut previous = "00".repeat(32);
        for entry in entries(&db, &realm("brand")).await {
            let line = serde_json::to_value(&entry).unwrap();
            assert_eq!(line["previous"], previous);
            assert_eq!(line["hash"], hash_of(&line));
            let salted = format!("32:{},9:192.0.2.7,", line["ip_salt"].as_str().unwrap());
            assert_eq!(line["ip_digest"], hex(&Sha256::digest(salted.as_bytes())));
            previous = hash_of(&line);
        }
        let alone = serde_json::to_value(&entries(&db, &Realm::Server).await[0]).unwrap();
        assert_eq!((&alone["account_id"], &alone["hash"]), (&"*".into(), &hash_of(&alone).into()));
        assert_eq!((&alone["ip"], &alone["ip_digest"]), (&Value::Null, &Value::Null));
    }

    async fn sec_134_without_its_row_there_is_no_change(fresh: &FreshDb) {
        let app = crate::support::app::App::on(fresh).await;
        store::sql("DROP TABLE audit_chains").execute(&fresh.db).await.unwrap();
        let draft = signet::directory::account::Draft::default();
        let by = signet::directory::By::command();
        let made = signet::directory::account::create(&app.services, &by, "late".parse().unwrap(), draft).await;
        assert!(made.is_err());
        assert_eq!(count(&fresh.db, "SELECT COUNT(*) FROM accounts WHERE account_id = 'late'").await, 0);
        assert_eq!(count(&fresh.db, "SELECT COUNT(*) FROM audit").await, 0);
    }

    async fn rows_of_an_older_version_stand_before_the_chain(db: Db) {
        write(&db, &realm("brand"), 0..2).await;
        for statement in [
            "INSERT INTO audit (audit_id, account_id, at, event, actor, outcome, detail)
             VALUES ('a', 'brand', 1, 'client.created', 'command', 'done', '{}')",
            "INSERT INTO audit (audit_id, account_id, at, event, actor, outcome, detail)
             VALUES ('b', 'old', 1, 'client.created', 'command', 'done', '{}')",
        ] {
            store::sql(statement).execute(&db).await.unwrap();
        }
        let chain = verified(&db, &realm("brand")).await;
        assert_eq!((chain.rows, chain.before_chain), (2, 1));
        let chain = verified(&db, &realm("old")).await;
        assert_eq!((chain.rows, chain.before_chain, chain.head), (0, 1, None));
        assert_eq!(audit::verify_all(&db).await.unwrap().len(), 2);
    }

    async fn a_list_is_filtered_and_begins_with_the_latest(fresh: &FreshDb) {
        let app = crate::support::app::App::on(fresh).await;
        let db = &fresh.db;
        for (minute, name) in ["client.created", "client.updated", "clients.counted", "key.generated"].into_iter().enumerate() {
            let mut event = event(&realm("brand"), 1);
            event.event = name;
            let clock = signet::base::Clock::manual(NOON + Duration::from_mins(minute as u64));
            db.transaction(move |tx| Box::pin(async move { store::audit::insert(tx, &event, &clock, &entropy()).await })).await.unwrap();
        }
        let list = async |filter: Filter, limit| {
            let found = audit::list(&app.services, &realm("brand"), &filter, None, limit).await.unwrap();
            found.into_iter().map(|entry| entry.event).collect::<Vec<_>>()
        };
        assert_eq!(list(Filter::default(), 2).await, ["key.generated", "clients.counted"]);
        let of = |event: &str| Filter { event: Some(event.to_owned()), ..Filter::default() };
        assert_eq!(list(of("client"), 9).await, ["client.updated", "client.created"]);
        assert_eq!(list(of("client.created"), 9).await, ["client.created"]);
        for none in ["client.", "clien", "%", "client_created"] {
            assert!(list(of(none), 9).await.is_empty(), "{none}");
        }
        let since = Filter { since: Some(NOON + Duration::from_mins(2)), ..Filter::default() };
        assert_eq!(list(since, 9).await, ["key.generated", "clients.counted"]);
        // Those from before the chain come last, and pages go on from any of them.
        for statement in [
            "INSERT INTO audit (audit_id, account_id, at, event, actor, outcome, detail)
             VALUES ('a', 'brand', 1, 'client.old', 'command', 'done', '{}')",
            "INSERT INTO audit (audit_id, account_id, at, event, actor, outcome, detail)
             VALUES ('b', 'brand', 1, 'client.older', 'command', 'done', '{}')",
        ] {
            store::sql(statement).execute(db).await.unwrap();
        }
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = audit::list(&app.services, &realm("brand"), &of("client"), after.as_ref(), 1).await.unwrap();
            let Some(last) = page.first() else { break };
            found.push(last.event.clone());
            after = Some(Place::from(last).to_string().parse().unwrap());
        }
        assert_eq!(found, ["client.updated", "client.created", "client.older", "client.old"]);
        assert_eq!(list(Filter::default(), 9).await.len(), 6);
        assert!(audit::list(&app.services, &realm("foreign"), &Filter::default(), None, 9).await.unwrap().is_empty());
        assert_eq!(Timestamp::parse("2026-11-24"), Some(NOON - Duration::from_hours(12)));
    }
}
