//! Sealed values: which columns hold them, and under which keys they may be written.

use signet::model::{Sealed, SealingKeyId};
use signet::store::sealed::SEALED;
use signet::store::sealing_checks::{self, SealingCheck};
use signet::store::{self, Db, Error};
use signet::{base::Timestamp, model::SealingKeyState};
use sqlx::{Connection as _, PgConnection};

use crate::support::db::{FreshDb, count, on_both_databases};

/// Columns of bytes that no sealing key guards, and why.
const OTHERS: &[(&str, &str)] = &[
    ("sealing_checks.sealed", "goes with its key"),
    ("sessions.digest", "a digest"),
    ("interactions.digest", "a digest"),
    ("interactions.browser_digest", "a digest"),
    ("tokens.digest", "a digest"),
    ("tokens.code_digest", "a digest"),
    ("tokens.parent", "a digest"),
    ("sign_in_tickets.digest", "a digest"),
    ("challenges.digest", "a digest"),
    ("initial_access_tokens.digest", "a digest"),
    ("registration_tokens.digest", "a digest"),
    ("codes.digest", "a digest"),
    ("pushed_requests.digest", "a digest"),
    ("used_proofs.digest", "a digest"),
    ("device_authorizations.digest", "a digest"),
    ("device_authorizations.user_code_digest", "a digest"),
    ("backchannel_requests.digest", "a digest"),
    ("admin_sessions.digest", "a digest"),
    ("idempotency_keys.digest", "a digest"),
    ("idempotency_keys.fingerprint", "a digest"),
    ("login_sessions.digest", "a digest"),
    ("delegations.digest", "a digest"),
    ("sso_attempts.digest", "a digest"),
    ("sso_attempts.ticket", "a digest"),
    ("console_sign_ins.digest", "a digest"),
    ("user_recovery_codes.digest", "a digest"),
    ("administrator_recovery_codes.digest", "a digest"),
    ("login_sessions.bearer", "a digest"),
    ("login_sessions.csrf", "a digest"),
    ("audit.ip_salt", "goes into a digest"),
    ("audit.ip_digest", "a digest"),
    ("audit.previous", "a digest"),
    ("audit.hash", "a digest"),
    ("audit_chains.hash", "a digest"),
    ("_sqlx_migrations.checksum", "a digest"),
];

#[tokio::test]
async fn sec_149_every_column_of_bytes_is_sealed_or_says_why_not() {
    let fresh = FreshDb::postgres().await;
    let mut connection = PgConnection::connect(&fresh.connect.url).await.unwrap();
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = current_schema() AND data_type = 'bytea'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let sealed: Vec<String> = SEALED
        .iter()
        .map(|it| format!("{}.{}", it.table, it.column))
        .collect();
    for column in &columns {
        let is_sealed = sealed.contains(column);
        let is_other = OTHERS.iter().any(|(name, _)| name == column);
        assert!(
            is_sealed != is_other,
            "{column}: a sealed column has a line in src/store/sealed.rs, so that a change of the sealing key finds it; \
             any other has its reason here"
        );
    }
    let named = sealed
        .iter()
        .map(String::as_str)
        .chain(OTHERS.iter().map(|it| it.0));
    for name in named {
        assert!(columns.iter().any(|column| column == name), "there is no {name}");
    }
    connection.close().await.unwrap();
    fresh.throw_away().await;
}

fn under(key: SealingKeyId) -> Sealed {
    Sealed::new(key, &[0; 12], b"...")
}

fn key(first: u8) -> SealingKeyId {
    SealingKeyId::from_bytes(&[first, 2, 3, 4]).unwrap()
}

fn check(first: u8, state: SealingKeyState) -> SealingCheck {
    SealingCheck {
        key_id: key(first),
        state,
        sealed: under(key(first)),
    }
}

async fn write(db: &Db, name: &'static str, sealed: Sealed) -> store::Result<()> {
    db.transaction(move |tx| {
        Box::pin(
            async move { store::server_secrets::insert(tx, name, sealed, Timestamp::from_seconds(1)).await },
        )
    })
    .await
}

async fn know(db: &Db, check: SealingCheck) -> bool {
    db.transaction(move |tx| {
        Box::pin(async move { sealing_checks::insert(tx, &check, Timestamp::from_seconds(1)).await })
    })
    .await
    .unwrap()
}

on_both_databases! {
    async fn sec_149_nothing_is_written_under_a_key_that_the_database_does_not_know(fresh: &FreshDb) {
        let db = &fresh.db;
        let refused = write(db, "a", under(key(1))).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert_eq!(count(db, "SELECT COUNT(*) FROM server_secrets").await, 0);

        assert!(know(db, check(1, SealingKeyState::Opening)).await);
        write(db, "a", under(key(1))).await.unwrap();
        let forgotten = db.transaction(|tx| Box::pin(async move { sealing_checks::delete(tx, key(1)).await })).await;
        assert!(forgotten.unwrap());
        assert!(write(db, "b", under(key(1))).await.is_err());
    }

    async fn a_sealed_value_is_written_in_a_transaction(fresh: &FreshDb) {
        assert!(know(&fresh.db, check(1, SealingKeyState::Sealing)).await);
        let alone = store::sql("UPDATE server_secrets SET secret = $1").bind(under(key(1))).execute(&fresh.db).await;
        assert!(matches!(alone, Err(Error::Fault(_))), "{alone:?}");
    }

    async fn one_key_seals(fresh: &FreshDb) {
        let db = &fresh.db;
        assert!(know(db, check(1, SealingKeyState::Sealing)).await);
        assert!(!know(db, check(2, SealingKeyState::Sealing)).await);
        assert!(know(db, check(3, SealingKeyState::Opening)).await);
        // The one that seals isn't forgotten.
        let forgotten = db.transaction(|tx| Box::pin(async move { sealing_checks::delete(tx, key(1)).await })).await;
        assert!(!forgotten.unwrap());
        let demoted = db.transaction(|tx| Box::pin(async move { sealing_checks::demote(tx, key(1)).await })).await;
        assert!(demoted.unwrap());
        assert!(know(db, check(2, SealingKeyState::Sealing)).await);
    }
}
