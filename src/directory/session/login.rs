//! Users' login sessions.

use serde_json::{Value, json};

use crate::base::id::AccountId;
use crate::base::{Digest, hex};
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::model::UserId;
use crate::model::user::{LoginCookie, LoginSession};
use crate::store;

/// What a login session is known by.
pub type LoginDigest = Digest<LoginCookie>;

/// At most `limit` living sessions of an account's users after `after`, in an order of their own.
pub async fn list(
    services: &Services,
    account: &AccountId,
    after: Option<LoginDigest>,
    limit: i64,
) -> Result<Vec<LoginSession>> {
    let now = services.clock.now();
    Ok(store::login_sessions::list(&services.db, account, after, now, limit).await?)
}

/// A user's living sessions, the newest first; a hundred at the most.
pub async fn of_user(services: &Services, account: &AccountId, user: UserId) -> Result<Vec<LoginSession>> {
    let now = services.clock.now();
    Ok(store::login_sessions::list_of_user(&services.db, account, user, now).await?)
}

/// What programs call a session: the digest of its cookie, which nobody can find the cookie by.
pub fn login_id(session: &LoginSession) -> String {
    hex(session.digest.as_bytes())
}

/// The session that programs call so; none where nothing can be called so.
pub fn named(id: &str) -> Option<LoginDigest> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits: Option<Vec<u8>> = id.bytes().map(digit).collect();
    let bytes: Vec<u8> = digits?
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
        .collect();
    if id.len() == 64 {
        Digest::from_stored(&bytes)
    } else {
        None
    }
}

/// A session as programs read it. Nothing in it is a secret.
pub fn login_document(session: &LoginSession) -> Value {
    json!({
        "account_id": session.account_id,
        "session_id": login_id(session),
        "user_id": session.user_id,
        "app_key": session.app_key,
        "created_at": session.created_at.to_rfc3339(),
        "idle_expires_at": session.idle_expires_at.to_rfc3339(),
        "expires_at": session.expires_at.to_rfc3339(),
    })
}

/// Ends a session.
pub async fn end(services: &Services, by: &By, account: &AccountId, digest: LoginDigest) -> Result<()> {
    let id = hex(digest.as_bytes());
    let event = by.did(
        account,
        "login_session.terminated",
        None,
        json!({"session_id": id}),
    );
    let (clock, entropy, owner) = (services.clock.clone(), services.entropy.clone(), account.clone());
    let met = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let met = store::login_sessions::delete(tx, &owner, digest).await?;
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
        what: "login session",
        id,
    })
}

/// Ends all sessions of a user.
pub async fn end_all(services: &Services, by: &By, account: &AccountId, user: UserId) -> Result<()> {
    let event = by.did(
        account,
        "user.logged_out_everywhere",
        None,
        json!({"user_id": user}),
    );
    let (clock, entropy, owner) = (services.clock.clone(), services.entropy.clone(), account.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                store::console_sign_ins::delete_all(tx, &owner, user).await?;
                store::users::end_sessions(tx, &owner, &[user]).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await?;
    Ok(())
}
