use std::time::Duration;

use serde_json::json;
use signet::base::id::{ClientId, GrantId, SessionId};
use signet::base::{OneTime, Timestamp};
use signet::model::{Identifier, Session};
use signet::store::login_attempts::{Bucket, Forget, Policy};
use signet::store::{self, Db, consumers};

use crate::support::db::on_both_databases;
use crate::support::seed::{NOON, account, entropy, stored_consumer};

const LATER: Timestamp = Timestamp::from_seconds(1_795_525_200);

on_both_databases! {
    async fn sec_137_consumers_are_unknown_elsewhere(db: Db) {
        let (own, foreign) = (account(&db, "own").await, account(&db, "foreign").await);
        let ana = stored_consumer(&db, &own, "s-ana", "ana").await;
        let name = Identifier::parse("ana").unwrap();

        assert!(consumers::find(&db, &foreign, &ana.sub).await.unwrap().is_none());
        assert!(consumers::find_by_identifier(&db, &foreign, &name).await.unwrap().is_none());
        assert!(consumers::find_login(&db, &foreign, &name).await.unwrap().is_none());
        assert!(consumers::list(&db, &foreign, None, 10).await.unwrap().is_empty());
        assert!(consumers::list_with_passwords(&db, &foreign, None, 10).await.unwrap().is_empty());
        assert!(!consumers::replace_password(&db, &foreign, &ana.sub, "a", "b", NOON).await.unwrap());

        let mut theirs = ana.clone();
        theirs.account_id = foreign.clone();
        let (id, before) = (foreign.clone(), theirs.clone());
        db.transaction(move |tx| Box::pin(async move {
            assert!(!consumers::delete(tx, &id, &before.sub, LATER).await?);
            consumers::end_all(tx, &id, &before.sub, LATER).await?;
            let after = signet::model::Consumer { updated_at: LATER, ..before.clone() };
            assert_eq!(consumers::update(tx, &before, &after).await?, consumers::Written::Changed);
            assert!(consumers::find_in(tx, &id, &before.sub).await?.is_none());
            Ok(())
        })).await.unwrap();

        let found = consumers::find(&db, &own, &ana.sub).await.unwrap().unwrap();
        assert_eq!((found.username, found.updated_at), (ana.username, ana.updated_at));
        // The same name is free there.
        stored_consumer(&db, &foreign, "s-other-ana", "ana").await;
    }

    async fn sec_138_sessions_are_unknown_elsewhere(db: Db) {
        let (own, foreign) = (account(&db, "own").await, account(&db, "foreign").await);
        let ana = stored_consumer(&db, &own, "s-ana", "ana").await;
        let cookie = OneTime::fresh(&entropy());
        let session = Session {
            digest: cookie.digest(),
            account_id: own.clone(),
            sid: SessionId::parse("sid-1").unwrap(),
            sub: ana.sub.clone(),
            amr: Vec::new(),
            acr: None,
            auth_time: NOON,
            last_seen_at: NOON,
            idle_expires_at: LATER,
            expires_at: LATER,
            ended_at: None,
        };
        let (id, row) = (foreign.clone(), session.clone());
        db.transaction(move |tx| Box::pin(async move {
            store::sessions::insert(tx, &row).await?;
            assert_eq!(store::sessions::end(tx, &id, &row.sid, LATER).await?.sessions, 0);
            assert_eq!(store::sessions::end_all(tx, &id, &row.sub, LATER).await?, 0);
            assert_eq!(store::sessions::renew(tx, &id, row.digest, &row).await?, 0);
            Ok(())
        })).await.unwrap();
        assert!(store::sessions::find(&db, &foreign, session.digest).await.unwrap().is_none());
        let theirs = Session { account_id: foreign.clone(), ..session.clone() };
        assert_eq!(store::sessions::touch(&db, &theirs, LATER, LATER).await.unwrap(), 0);
        let found = store::sessions::find(&db, &own, session.digest).await.unwrap().unwrap();
        assert_eq!((found.ended_at, found.last_seen_at), (None, NOON));
    }

    async fn sec_138_grants_are_unknown_elsewhere(db: Db) {
        let (own, foreign) = (account(&db, "own").await, account(&db, "foreign").await);
        let ana = stored_consumer(&db, &own, "s-ana", "ana").await;
        let client = ClientId::parse("shop").unwrap();
        let grant = signet::model::grant::Grant {
            account_id: own.clone(),
            grant_id: GrantId::parse("g-1").unwrap(),
            sub: ana.sub.clone(),
            client_id: client.clone(),
            scope: "openid".parse().unwrap(),
            created_at: NOON,
            updated_at: NOON,
        };
        let (id, row) = (foreign.clone(), grant.clone());
        db.transaction(move |tx| Box::pin(async move {
            store::grants::upsert(tx, &row).await?;
            assert_eq!(store::grants::revoke(tx, &id, &row.sub, &row.client_id, LATER).await?, 0);
            Ok(())
        })).await.unwrap();
        assert!(store::grants::find(&db, &foreign, &ana.sub, &client).await.unwrap().is_none());
        assert!(store::grants::find(&db, &own, &ana.sub, &client).await.unwrap().is_some());
    }

    async fn guesses_in_one_account_count_in_no_other(db: Db) {
        let (own, foreign) = (account(&db, "own").await, account(&db, "foreign").await);
        let bucket = Bucket {
            name: "ip:192.0.2.1".to_owned(),
            policy: Policy {
                attempts: 2,
                delay: Duration::from_secs(5),
                delay_max: Duration::from_secs(5),
                most: 100,
                forget: Forget::AfterLast(Duration::from_mins(1)),
            },
        };
        store::login_attempts::admit(&db, &own, vec![bucket.clone()], NOON).await.unwrap();
        assert!(store::login_attempts::find(&db, &foreign, &bucket.name, NOON).await.unwrap().is_none());
        let id = foreign.clone();
        db.transaction(move |tx| Box::pin(async move {
            assert_eq!(store::login_attempts::delete(tx, &id, "ip:192.0.2.1").await?, 0);
            Ok(())
        })).await.unwrap();
        assert!(store::login_attempts::find(&db, &own, &bucket.name, NOON).await.unwrap().is_some());
    }

    async fn sec_137_a_row_cannot_point_into_another_account(db: Db) {
        let (own, foreign) = (account(&db, "own").await, account(&db, "foreign").await);
        let ana = stored_consumer(&db, &own, "s-ana", "ana").await;
        let sub = ana.sub.clone();
        let refused = db.transaction(move |tx| Box::pin(async move {
            consumers::set_password(tx, &foreign, &sub, "$hash", NOON).await
        })).await;
        assert!(refused.is_err(), "{}", json!({"stored": true}));
    }
}
