//! Whoever can write to the database past the program, and what `verify` says of it.

use signet::base::id::Realm;
use signet::directory::audit::{self, How};
use signet::model::audit::{Head, Hexed};
use signet::store::{self, Db, Error};

use super::{broken, entries, realm, verified, write};
use crate::support::db::{count, on_both_databases};

/// Takes away what keeps rows from being changed, as an owner of the database can.
async fn unguard(db: &Db) {
    let statements: &[&'static str] = match db {
        Db::Sqlite(_) => &[
            "DROP TRIGGER audit_never_updated",
            "DROP TRIGGER audit_never_deleted",
        ],
        Db::Postgres { .. } => &["DROP TRIGGER audit_never_changed ON audit"],
    };
    for statement in statements {
        run(db, statement).await;
    }
}

async fn run(db: &Db, statement: &'static str) {
    store::sql(statement).execute(db).await.unwrap();
}

/// A chain of six rows that nothing guards any more.
async fn six(db: &Db) -> Realm {
    let brand = realm("brand");
    write(db, &brand, 0..6).await;
    verified(db, &brand).await;
    unguard(db).await;
    brand
}

on_both_databases! {
    async fn sec_134_the_database_refuses_to_change_or_remove_a_row(db: Db) {
        write(&db, &realm("brand"), 0..2).await;
        for statement in [
            "UPDATE audit SET actor = 'nobody' WHERE seq = 1",
            "UPDATE audit SET ip = NULL",
            "DELETE FROM audit WHERE seq = 2",
            "DELETE FROM audit",
        ] {
            let refused = store::sql(statement).execute(&db).await.unwrap_err();
            assert!(matches!(&refused, Error::Fault(why) if why.contains("only added to")), "{refused}");
        }
        assert_eq!(verified(&db, &realm("brand")).await.rows, 2);
    }

    async fn sec_134_a_change_of_any_field_is_named(db: Db) {
        let brand = six(&db).await;
        for (column, change, back) in [
            ("audit_id", "UPDATE audit SET audit_id = 'x' || audit_id WHERE seq = 3", "UPDATE audit SET audit_id = substr(audit_id, 2) WHERE seq = 3"),
            ("at", "UPDATE audit SET at = at + 1 WHERE seq = 3", "UPDATE audit SET at = at - 1 WHERE seq = 3"),
            ("event", "UPDATE audit SET event = 'client.updatee' WHERE seq = 3", "UPDATE audit SET event = 'client.updated' WHERE seq = 3"),
            ("actor", "UPDATE audit SET actor = 'admin:ann' WHERE seq = 3", "UPDATE audit SET actor = 'admin:ana' WHERE seq = 3"),
            ("request_id", "UPDATE audit SET request_id = 'request-3' WHERE seq = 3", "UPDATE audit SET request_id = 'request-2' WHERE seq = 3"),
            ("client_id", "UPDATE audit SET client_id = NULL WHERE seq = 3", "UPDATE audit SET client_id = 'shop' WHERE seq = 3"),
            ("sub", "UPDATE audit SET sub = '' WHERE seq = 3", "UPDATE audit SET sub = 'sub-1' WHERE seq = 3"),
            ("ip", "UPDATE audit SET ip = '192.0.2.8' WHERE seq = 3", "UPDATE audit SET ip = '192.0.2.7' WHERE seq = 3"),
            ("ip alone", "UPDATE audit SET ip = NULL WHERE seq = 3", "UPDATE audit SET ip = '192.0.2.7' WHERE seq = 3"),
            ("outcome", "UPDATE audit SET outcome = 'refused' WHERE seq = 3", "UPDATE audit SET outcome = 'done' WHERE seq = 3"),
            ("detail", "UPDATE audit SET detail = detail || ' ' WHERE seq = 3", "UPDATE audit SET detail = substr(detail, 1, length(detail) - 1) WHERE seq = 3"),
        ] {
            run(&db, change).await;
            assert_eq!(broken(&db, &brand).await, (3, How::Changed), "{column}");
            run(&db, back).await;
            verified(&db, &brand).await;
        }
        run(&db, "UPDATE audit SET version = 2 WHERE seq = 3").await;
        assert_eq!(broken(&db, &brand).await, (3, How::Unreadable));
        run(&db, "UPDATE audit SET version = 1 WHERE seq = 3").await;
        for column in [
            "UPDATE audit SET ip_salt = $1 WHERE seq = 3",
            "UPDATE audit SET ip_digest = $1 WHERE seq = 3",
            "UPDATE audit SET previous = $1 WHERE seq = 3",
            "UPDATE audit SET hash = $1 WHERE seq = 3",
        ] {
            let entry = entries(&db, &brand).await.remove(2);
            let former = match column {
                it if it.contains("ip_salt") => entry.ip_salt,
                it if it.contains("ip_digest") => entry.ip_digest,
                it if it.contains("previous") => entry.previous,
                _ => entry.hash,
            };
            let former = former.unwrap().0;
            let mut flipped = former.clone();
            flipped[5] ^= 1;
            for wrong in [flipped, Vec::new(), former[1..].to_vec()] {
                store::sql(column).bind(wrong).execute(&db).await.unwrap();
                assert_eq!(broken(&db, &brand).await, (3, How::Changed), "{column}");
            }
            store::sql(column).bind(former).execute(&db).await.unwrap();
            verified(&db, &brand).await;
        }
    }

    async fn sec_134_a_row_that_is_gone_is_named(db: Db) {
        let brand = six(&db).await;
        run(&db, "DELETE FROM audit WHERE seq = 4").await;
        assert_eq!(broken(&db, &brand).await, (4, How::Missing));
        run(&db, "DELETE FROM audit WHERE seq = 1").await;
        assert_eq!(broken(&db, &brand).await, (1, How::Missing));
    }

    async fn sec_134_a_tail_that_is_cut_off_is_named(db: Db) {
        let brand = six(&db).await;
        run(&db, "DELETE FROM audit WHERE seq > 4").await;
        assert_eq!(broken(&db, &brand).await, (5, How::Truncated));
        // Whoever moves the head, too, must know the hash of the row before.
        run(&db, "UPDATE audit_chains SET seq = 4").await;
        assert_eq!(broken(&db, &brand).await, (4, How::NotTheHead));
        run(&db, "DELETE FROM audit_chains").await;
        assert_eq!(broken(&db, &brand).await, (4, How::NoHead));
        run(&db, "DELETE FROM audit").await;
        assert_eq!(count(&db, "SELECT COUNT(*) FROM audit").await, 0);
    }

    async fn sec_134_two_rows_that_are_swapped_are_named(db: Db) {
        let brand = six(&db).await;
        run(&db, "UPDATE audit SET seq = 99 WHERE seq = 3").await;
        assert_eq!(broken(&db, &brand).await, (3, How::Missing));
        run(&db, "UPDATE audit SET seq = 3 WHERE seq = 4").await;
        run(&db, "UPDATE audit SET seq = 4 WHERE seq = 99").await;
        assert_eq!(broken(&db, &brand).await, (3, How::Changed));
    }

    async fn sec_134_a_row_that_was_put_at_the_end_is_named(db: Db) {
        let brand = six(&db).await;
        run(&db, "UPDATE audit_chains SET seq = 5").await;
        assert_eq!(broken(&db, &brand).await, (6, How::BeyondHead));
        run(&db, "UPDATE audit_chains SET seq = 7").await;
        assert_eq!(broken(&db, &brand).await, (7, How::Truncated));
    }

    async fn sec_134_a_row_of_another_account_is_no_row_of_this_one(db: Db) {
        let brand = six(&db).await;
        write(&db, &realm("other"), 0..6).await;
        run(&db, "DELETE FROM audit WHERE account_id = 'brand' AND seq = 3").await;
        run(&db, "UPDATE audit SET account_id = 'brand' WHERE account_id = 'other' AND seq = 3").await;
        assert_eq!(broken(&db, &brand).await, (3, How::Changed));
        assert_eq!(broken(&db, &realm("other")).await, (3, How::Missing));
    }

    async fn sec_134_a_chain_that_was_written_anew_does_not_hold_what_was_noted(db: Db) {
        let brand = six(&db).await;
        let noted = verified(&db, &brand).await.head.unwrap();
        run(&db, "DELETE FROM audit").await;
        run(&db, "DELETE FROM audit_chains").await;
        write(&db, &brand, 10..16).await;
        verified(&db, &brand).await;
        let found = audit::verify(&db, &brand, Some(noted.clone())).await.unwrap().unwrap_err();
        assert_eq!((found.seq, found.how), (6, How::NotTheNoted));
        let beyond = Head { seq: 9, hash: Hexed(vec![0; 32]) };
        let found = audit::verify(&db, &brand, Some(beyond)).await.unwrap().unwrap_err();
        assert_eq!((found.seq, found.how), (7, How::Missing));
    }

    async fn an_address_may_be_erased_without_breaking_the_chain(db: Db) {
        let brand = six(&db).await;
        run(&db, "UPDATE audit SET ip = NULL, ip_salt = NULL WHERE seq < 3").await;
        let chain = verified(&db, &brand).await;
        assert_eq!((chain.rows, chain.addresses_erased), (6, 2));
    }
}

#[tokio::test]
async fn sec_134_a_value_of_another_type_is_named() {
    let fresh = crate::support::db::FreshDb::sqlite().await;
    let brand = six(&fresh.db).await;
    run(&fresh.db, "UPDATE audit SET at = 'noon' WHERE seq = 5").await;
    assert_eq!(broken(&fresh.db, &brand).await, (5, How::Unreadable));
    fresh.throw_away().await;
}
