use signet::base::id::Subject;
use signet::model::{ConsumerStatus, Identifier, IdentifierKind};
use signet::store::consumers::{Clash, Written};
use signet::store::{self, Db, consumers, migrate};

use crate::support::db::on_both_databases;
use crate::support::seed::{NOON, account, consumer, stored_consumer};

async fn insert(db: &Db, row: signet::model::Consumer) -> Written {
    db.transaction(move |tx| Box::pin(async move { consumers::insert(tx, &row).await }))
        .await
        .unwrap()
}

async fn update(db: &Db, before: &signet::model::Consumer, after: &signet::model::Consumer) -> Written {
    let (before, after) = (before.clone(), after.clone());
    db.transaction(move |tx| Box::pin(async move { consumers::update(tx, &before, &after).await }))
        .await
        .unwrap()
}

async fn delete(db: &Db, row: &signet::model::Consumer) -> bool {
    let (account, sub) = (row.account_id.clone(), row.sub.clone());
    db.transaction(move |tx| {
        Box::pin(async move {
            consumers::delete(tx, &account, &sub, NOON + std::time::Duration::from_secs(1)).await
        })
    })
    .await
    .unwrap()
}

on_both_databases! {
    async fn a_consumer_is_found_by_sub_username_and_address(db: Db) {
        let account = account(&db, "brand").await;
        let ana = stored_consumer(&db, &account, "s-ana", "Ana").await;
        assert_eq!(consumers::find(&db, &account, &ana.sub).await.unwrap().unwrap().claims, ana.claims);
        for typed in ["ana", "ANA", "S-Ana@EXAMPLE.test"] {
            let typed = Identifier::parse(typed).unwrap();
            let found = consumers::find_by_identifier(&db, &account, &typed).await.unwrap().unwrap();
            assert_eq!(found.sub, ana.sub, "{}", typed.as_str());
        }
    }

    async fn sec_093_a_username_may_not_be_anothers_address(db: Db) {
        let account = account(&db, "brand").await;
        let ana = stored_consumer(&db, &account, "s-ana", "ana").await;
        let mallory = consumer(&account, "s-mallory", "S-ANA@example.test");
        let Written::Clash(Clash::Identifier(taken, owner)) = insert(&db, mallory.clone()).await else {
            panic!("not refused");
        };
        assert_eq!((taken.kind(), owner), (IdentifierKind::Email, ana.sub));
        // Nothing of them is there, not even what was free.
        assert!(consumers::find(&db, &account, &mallory.sub).await.unwrap().is_none());
        let own = Identifier::parse("s-mallory@example.test").unwrap();
        assert!(consumers::find_by_identifier(&db, &account, &own).await.unwrap().is_none());
    }

    async fn an_update_moves_identifiers_and_refuses_anothers(db: Db) {
        let account = account(&db, "brand").await;
        let ana = stored_consumer(&db, &account, "s-ana", "ana").await;
        let bob = stored_consumer(&db, &account, "s-bob", "bob").await;

        let mut renamed = ana.clone();
        renamed.username = Some("anna".to_owned());
        renamed.updated_at = NOON + std::time::Duration::from_secs(1);
        assert_eq!(update(&db, &ana, &renamed).await, Written::Done);
        let by = async |name: &str| {
            let name = Identifier::parse(name).unwrap();
            consumers::find_by_identifier(&db, &account, &name).await.unwrap().map(|it| it.sub)
        };
        assert_eq!(by("ana").await, None);
        assert_eq!(by("anna").await, Some(ana.sub.clone()));

        let mut thief = renamed.clone();
        thief.username = Some("BOB".to_owned());
        thief.updated_at = NOON + std::time::Duration::from_secs(2);
        assert!(matches!(update(&db, &renamed, &thief).await, Written::Clash(Clash::Identifier(_, owner)) if owner == bob.sub));
        assert_eq!(by("anna").await, Some(ana.sub.clone()));
        // Who read before somebody else wrote is told so.
        assert_eq!(update(&db, &ana, &thief_without_bob(&thief)).await, Written::Changed);
        assert_eq!(by("nobody-else").await, None);
    }

    async fn sec_093_no_name_looks_like_anothers_in_either_order(db: Db) {
        let account = account(&db, "brand").await;
        stored_consumer(&db, &account, "s-ace", "ace").await;
        stored_consumer(&db, &account, "s-scope", "ѕсоре").await;
        let lookalike = |name: &str| Written::Clash(Clash::Lookalike(Identifier::parse(name).unwrap()));
        // Cyrillic beside Latin, Latin beside Cyrillic; another alphabet's beside either.
        for name in ["асе", "scope", "ѕсоре@x.test"] {
            let expected = if name.contains('@') { Written::Done } else { lookalike(name) };
            assert_eq!(insert(&db, consumer(&account, "s-new", name)).await, expected, "{name}");
        }
        // The very same is the same still.
        let same = insert(&db, consumer(&account, "s-same", "ЅСОРЕ")).await;
        assert!(matches!(same, Written::Clash(Clash::Identifier(_, owner)) if owner.as_str() == "s-scope"));
        // In another account nobody is there to be taken for.
        let other = crate::support::seed::account(&db, "other").await;
        assert_eq!(insert(&db, consumer(&other, "s-other", "асе")).await, Written::Done);
        // Whoever changes their own name to what it looks like may.
        let before = consumers::find(&db, &other, &Subject::parse("s-other").unwrap()).await.unwrap().unwrap();
        let after = signet::model::Consumer { username: Some("ace".to_owned()), updated_at: NOON + std::time::Duration::from_secs(1), ..before.clone() };
        assert_eq!(update(&db, &before, &after).await, Written::Done);
    }

    async fn sec_093_names_from_before_are_read_by_the_next_migration(db: Db) {
        let account = account(&db, "brand").await;
        for (sub, name) in [("s-1", "асе"), ("s-2", "анна"), ("s-3", "müller"), ("s-4", "ace2")] {
            stored_consumer(&db, &account, sub, name).await;
        }
        store::sql("UPDATE consumer_identifiers SET skeleton = '' WHERE sub <> 's-4'").execute(&db).await.unwrap();
        // While it isn't known what it looks like, another could come to look the same.
        stored_consumer(&db, &account, "s-5", "ace").await;
        migrate(&db).await.unwrap();
        let looks: Vec<String> = store::sql(
            "SELECT identifier || '=' || COALESCE(skeleton, '-') FROM consumer_identifiers WHERE kind = 'username' ORDER BY sub",
        )
        .fetch_all(&db)
        .await
        .unwrap();
        assert_eq!(looks, ["асе=ace", "анна=aʜʜa", "müller=-", "ace2=-", "ace=-"]);
    }

    async fn of_two_names_from_before_that_look_alike_the_first_in_order_keeps_the_look(db: Db) {
        let account = account(&db, "brand").await;
        // Cyrillic, and Greek, which comes first in the order and last into the table.
        for (sub, name) in [("s-1", "ооо"), ("s-2", "οοο")] {
            stored_consumer(&db, &account, sub, name).await;
            store::sql("UPDATE consumer_identifiers SET skeleton = '' WHERE kind = 'username'").execute(&db).await.unwrap();
        }
        migrate(&db).await.unwrap();
        let looks: Vec<String> = store::sql(
            "SELECT sub || '=' || COALESCE(skeleton, '-') FROM consumer_identifiers WHERE kind = 'username' ORDER BY sub",
        )
        .fetch_all(&db)
        .await
        .unwrap();
        assert_eq!(looks, ["s-1=-", "s-2=ooo"]);
    }

    async fn sec_010_a_subject_is_never_used_again(db: Db) {
        let one = account(&db, "one").await;
        let other = account(&db, "other").await;
        let ana = stored_consumer(&db, &one, "s-ana", "ana").await;
        assert!(delete(&db, &ana).await);
        assert!(!delete(&db, &ana).await);
        assert_eq!(insert(&db, ana.clone()).await, Written::Clash(Clash::Subject));
        assert_eq!(insert(&db, consumer(&other, "s-ana", "ana")).await, Written::Clash(Clash::Subject));
    }

    async fn sec_178_a_deleted_consumer_leaves_a_mark_and_frees_the_address(db: Db) {
        let account = account(&db, "brand").await;
        let ana = stored_consumer(&db, &account, "s-ana", "ana").await;
        let (id, sub) = (account.clone(), ana.sub.clone());
        db.transaction(move |tx| Box::pin(async move { consumers::set_password(tx, &id, &sub, "$hash", NOON).await }))
            .await
            .unwrap();
        assert!(delete(&db, &ana).await);

        let mark = consumers::find(&db, &account, &ana.sub).await.unwrap().unwrap();
        assert_eq!(mark.status, ConsumerStatus::Deleted);
        assert!(mark.username.is_none() && mark.claims.is_empty());
        assert!(consumers::list(&db, &account, None, 10).await.unwrap().is_empty());
        let mut again = consumer(&account, "s-other", "ana");
        again.claims.clone_from(&ana.claims);
        assert_eq!(insert(&db, again).await, Written::Done);
        let login = consumers::find_login(&db, &account, &Identifier::parse("ana").unwrap()).await.unwrap().unwrap();
        assert_eq!((login.sub.as_str(), login.hash), ("s-other", None));
    }

    async fn a_better_hash_replaces_only_the_one_that_was_read(db: Db) {
        let account = account(&db, "brand").await;
        let ana = stored_consumer(&db, &account, "s-ana", "ana").await;
        let (id, sub) = (account.clone(), ana.sub.clone());
        db.transaction(move |tx| Box::pin(async move { consumers::set_password(tx, &id, &sub, "old", NOON).await }))
            .await
            .unwrap();
        assert!(!consumers::replace_password(&db, &account, &ana.sub, "older", "new", NOON).await.unwrap());
        assert!(consumers::replace_password(&db, &account, &ana.sub, "old", "new", NOON).await.unwrap());
        let login = consumers::find_login(&db, &account, &Identifier::parse("ana").unwrap()).await.unwrap().unwrap();
        assert_eq!(login.hash.as_deref(), Some("new"));
    }

    async fn pages_follow_one_another(db: Db) {
        let account = account(&db, "brand").await;
        for index in 0..7 {
            stored_consumer(&db, &account, &format!("s-{index}"), &format!("user{index}")).await;
        }
        let mut seen = Vec::new();
        let mut after: Option<Subject> = None;
        loop {
            let page = consumers::list_with_passwords(&db, &account, after.as_ref(), 3).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.consumer.sub.clone());
            seen.extend(page.into_iter().map(|row| row.consumer.sub.to_string()));
        }
        assert_eq!(seen, (0..7).map(|index| format!("s-{index}")).collect::<Vec<_>>());
    }
}

fn thief_without_bob(thief: &signet::model::Consumer) -> signet::model::Consumer {
    signet::model::Consumer {
        username: Some("nobody-else".to_owned()),
        ..thief.clone()
    }
}
