//! Who is signed in: consumers' single sign-on sessions with what they have allowed clients, and users' login sessions.
//! Administrators see them and end them; an end counts at once, at every endpoint (SEC-179).

mod login;

use serde_json::{Value, json};

use super::{By, Error, Result};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, SessionId, Subject};
use crate::context::Services;
use crate::model::Session;
use crate::model::audit::AuditEvent;
use crate::model::grant::Grant;
use crate::store;

pub use login::{
    LoginDigest, end as end_login, end_all as end_logins, list as logins, login_document, login_id,
    named as login_named, of_user as logins_of,
};

/// At most `limit` living sessions of an account's consumers after `after`, by their names in tokens.
pub async fn list(
    services: &Services,
    account: &AccountId,
    after: Option<&SessionId>,
    limit: i64,
) -> Result<Vec<Session>> {
    let now = services.clock.now();
    Ok(store::sessions::list(&services.db, account, after, now, limit).await?)
}

/// A consumer's living sessions, the newest login first; a hundred at the most.
pub async fn of_consumer(services: &Services, account: &AccountId, sub: &Subject) -> Result<Vec<Session>> {
    let now = services.clock.now();
    Ok(store::sessions::list_of_subject(&services.db, account, sub, now).await?)
}

/// A session as programs read it. Nothing in it is a secret.
pub fn document(session: &Session) -> Value {
    json!({
        "account_id": session.account_id,
        "sid": session.sid,
        "sub": session.sub,
        "amr": session.amr,
        "auth_time": session.auth_time.to_rfc3339(),
        "last_seen_at": session.last_seen_at.to_rfc3339(),
        "idle_expires_at": session.idle_expires_at.to_rfc3339(),
        "expires_at": session.expires_at.to_rfc3339(),
    })
}

/// Ends a living session, with the access tokens that were given in it; clients that want to be are told.
pub async fn end(services: &Services, by: &By, account: &AccountId, sid: &SessionId) -> Result<()> {
    let now = services.clock.now();
    let found = store::sessions::find_by_sid(&services.db, account, sid).await?;
    let session = found
        .filter(|session| session.is_alive(now))
        .ok_or_else(|| unknown(sid))?;
    let event = AuditEvent {
        sub: Some(session.sub.clone()),
        ..by.did(account, "session.terminated", None, json!({"sid": sid}))
    };
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    let (owner, name) = (account.clone(), sid.clone());
    let ended = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let ended = store::sessions::end(tx, &owner, &name, now).await?;
                if ended.sessions > 0 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(ended.sessions)
            })
        })
        .await?;
    services.sessions.forget();
    if ended > 0 { Ok(()) } else { Err(unknown(sid)) }
}

/// Ends all sessions of a consumer, and takes back all their tokens.
pub async fn end_all(services: &Services, by: &By, account: &AccountId, sub: &Subject) -> Result<()> {
    let event = AuditEvent {
        sub: Some(sub.clone()),
        ..by.did(account, "consumer.signed_out_everywhere", None, Value::Null)
    };
    let (clock, entropy, now) = (
        services.clock.clone(),
        services.entropy.clone(),
        services.clock.now(),
    );
    let (owner, who) = (account.clone(), sub.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                store::consumers::end_all(tx, &owner, &who, now).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await?;
    services.sessions.forget();
    Ok(())
}

/// What a consumer has allowed clients, by client; a hundred at the most.
pub async fn grants(services: &Services, account: &AccountId, sub: &Subject) -> Result<Vec<Grant>> {
    Ok(store::grants::list_of_subject(&services.db, account, sub).await?)
}

/// A grant as programs read it.
pub fn grant_document(grant: &Grant) -> Value {
    json!({
        "account_id": grant.account_id,
        "sub": grant.sub,
        "client_id": grant.client_id,
        "scope": grant.scope.to_string(),
        "created_at": grant.created_at.to_rfc3339(),
        "updated_at": grant.updated_at.to_rfc3339(),
    })
}

/// Takes back what a consumer has allowed a client, with every token of it.
pub async fn revoke_grant(
    services: &Services,
    by: &By,
    account: &AccountId,
    sub: &Subject,
    client: &ClientId,
) -> Result<()> {
    let event = AuditEvent {
        sub: Some(sub.clone()),
        ..by.did(account, "consent.revoked", Some(client), Value::Null)
    };
    let (clock, entropy, now): (_, _, Timestamp) = (
        services.clock.clone(),
        services.entropy.clone(),
        services.clock.now(),
    );
    let (owner, who, whom) = (account.clone(), sub.clone(), client.clone());
    let met = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let met = store::grants::revoke(tx, &owner, &who, &whom, now).await?;
                if met > 0 {
                    store::audit::insert(tx, &event, &clock, &entropy).await?;
                }
                Ok(met)
            })
        })
        .await?;
    if met > 0 {
        return Ok(());
    }
    Err(Error::NotFound {
        what: "grant",
        id: client.to_string(),
    })
}

fn unknown(sid: &SessionId) -> Error {
    Error::NotFound {
        what: "session",
        id: sid.to_string(),
    }
}
