//! The record of changes: one unbroken chain for each account, whoever writes to it (SEC-134).

mod chain;
mod file;
mod tampering;

use serde_json::json;
use signet::base::id::{AccountId, ClientId, Realm, Subject};
use signet::directory::audit::{self, Broken, How, Verified};
use signet::model::audit::{AuditEvent, Entry, Outcome};
use signet::store::{self, Db};

use crate::support::seed::{entropy, noon};

/// An event with something in every field.
fn event(realm: &Realm, number: u32) -> AuditEvent {
    AuditEvent {
        realm: realm.clone(),
        event: "client.updated",
        actor: "admin:ana".to_owned(),
        request_id: Some(format!("request-{number}")),
        client_id: Some(ClientId::parse("shop").unwrap()),
        sub: Some(Subject::parse("sub-1").unwrap()),
        ip: Some("192.0.2.7".to_owned()),
        outcome: Outcome::Done,
        detail: json!({"number": number, "name": {"before": "Ä, \"b\"", "after": null}}),
    }
}

/// Writes events, as one transaction each.
async fn write(db: &Db, realm: &Realm, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let event = event(realm, number);
        db.transaction(move |tx| {
            Box::pin(async move {
                store::audit::insert(tx, &event, &noon(), &signet::base::Entropy::default()).await
            })
        })
        .await
        .unwrap();
    }
}

fn realm(id: &str) -> Realm {
    Realm::Account(AccountId::parse(id).unwrap())
}

async fn verified(db: &Db, realm: &Realm) -> Verified {
    audit::verify(db, realm, None).await.unwrap().unwrap()
}

/// Where the chain is broken, and how.
async fn broken(db: &Db, realm: &Realm) -> (i64, How) {
    let Broken { seq, how, .. } = audit::verify(db, realm, None).await.unwrap().unwrap_err();
    (seq, how)
}

async fn entries(db: &Db, realm: &Realm) -> Vec<Entry> {
    store::audit::list_chain(db, realm, 0, 1000).await.unwrap()
}
