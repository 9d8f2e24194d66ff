//! Users' second factors, and what administrators do about them.

use serde_json::json;

use super::references::References;
use super::{Changer, find};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::{Error, Result, session};
use crate::login::FactorGuess;
use crate::mail::{Letter, Mails, Recipient};
use crate::model::{Account, User, UserId};
use crate::store;

/// Whether a user has a second factor.
pub async fn has_factor(services: &Services, account: &AccountId, user: UserId) -> Result<bool> {
    let found = store::user_factors::find(&services.db, account, user).await?;
    Ok(found.is_some())
}

/// Takes a user's second factor away, with its recovery codes and their sessions: at their next sign-in they set up another.
/// Nobody does so for themselves, or for whoever may do more than they (SEC-129). They are told of it (SEC-098).
pub async fn reset(services: &Services, changer: &Changer, account: &Account, id: UserId) -> Result<()> {
    let user = within_reach(services, changer, account, id).await?;
    if changer.is(id) {
        return Err(Error::BeyondOwn);
    }
    // Where there was none, nothing was taken away.
    let mails = if has_factor(services, &account.account_id, id).await? {
        Mails::write(services, account, &Recipient::user(&user), Letter::FactorRemoved)?
    } else {
        Mails::default()
    };
    let owner = user.account_id;
    let guesses = FactorGuess::new(&owner, id);
    let event = changer
        .by
        .did(&owner, "user.factor_reset", None, json!({"user_id": id}));
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                store::users::delete_factors(tx, &owner, &[id]).await?;
                store::users::end_sessions(tx, &owner, &[id]).await?;
                guesses.forget(tx).await?;
                mails.queue(tx).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await
            })
        })
        .await?;
    Ok(())
}

/// Ends all sessions of a user; not of whoever may do more than they (SEC-129).
pub async fn end_sessions(
    services: &Services,
    changer: &Changer,
    account: &Account,
    id: UserId,
) -> Result<()> {
    within_reach(services, changer, account, id).await?;
    session::end_logins(services, &changer.by, &account.account_id, id).await
}

async fn within_reach(services: &Services, changer: &Changer, account: &Account, id: UserId) -> Result<User> {
    let user = find(services, &account.account_id, id).await?;
    let references = References::of(services, &account.account_id).await?;
    changer.may_give(&references.privileges(&user.profile))?;
    Ok(user)
}
