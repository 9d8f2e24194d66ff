//! Rows to begin a test with.

use std::sync::atomic::Ordering;

use serde_json::{Map, Value, json};
use signet::base::id::{AccountId, Subject};
use signet::base::{Clock, Entropy, Timestamp};
use signet::model::{AccountSettings, AccountStatus, Consumer, ConsumerStatus};
use signet::store::accounts::AccountRow;
use signet::store::{self, Db};

/// When tests take place: 2026-11-24 12:00 UTC.
pub(crate) const NOON: Timestamp = Timestamp::from_seconds(1_795_521_600);

/// A clock that stands at [`NOON`].
pub(crate) fn noon() -> Clock {
    Clock::manual(NOON)
}

/// Sets a clock that stands still.
pub(crate) fn set(clock: &Clock, to: Timestamp) {
    let Clock::Manual(millis) = clock else {
        panic!("nobody sets the system's clock")
    };
    millis.store(to.millis(), Ordering::SeqCst);
}

/// An account of that id.
pub(crate) async fn account(db: &Db, id: &str) -> AccountId {
    let account_id = AccountId::parse(id).unwrap();
    let row = AccountRow {
        account_id: account_id.clone(),
        is_default: false,
        issuer: None,
        status: AccountStatus::Active,
        settings: AccountSettings {
            display_name: "Acme Shop".to_owned(),
            ..AccountSettings::default()
        },
        created_at: NOON,
        updated_at: NOON,
    };
    db.transaction(move |tx| Box::pin(async move { store::accounts::insert(tx, &row).await }))
        .await
        .unwrap();
    account_id
}

/// A consumer of that account, who logs in with `username`.
pub(crate) fn consumer(account: &AccountId, sub: &str, username: &str) -> Consumer {
    let claims: Map<String, Value> = json!({"name": "Ana Lee", "email": format!("{sub}@example.test")})
        .as_object()
        .unwrap()
        .clone();
    Consumer {
        account_id: account.clone(),
        sub: Subject::parse(sub).unwrap(),
        status: ConsumerStatus::Active,
        username: Some(username.to_owned()),
        claims,
        customer_info: None,
        personal_info: None,
        created_at: NOON,
        updated_at: NOON,
    }
}

/// Stores what [`consumer`] makes.
pub(crate) async fn stored_consumer(db: &Db, account: &AccountId, sub: &str, username: &str) -> Consumer {
    let made = consumer(account, sub, username);
    let row = made.clone();
    let written = db
        .transaction(move |tx| Box::pin(async move { store::consumers::insert(tx, &row).await }))
        .await
        .unwrap();
    assert_eq!(written, store::consumers::Written::Done);
    made
}

/// Randomness that is the same at each run.
pub(crate) fn entropy() -> Entropy {
    Entropy::seeded(7)
}
