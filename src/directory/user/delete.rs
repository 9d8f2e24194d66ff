use std::collections::HashSet;

use super::references::References;
use super::{Changer, Written, administrators, find_all, record};
use crate::base::Timestamp;
use crate::context::Services;
use crate::directory::error::{overtaken, unchanged};
use crate::directory::{By, Error, Result};
use crate::mail::{Letter, Mails, Recipient};
use crate::model::queued_mail::Person;
use crate::model::{Account, RoleType, UserId};
use crate::store;

/// Deletes a user: the id is never used again, the names are free, the sessions end. They are told of it at the address that
/// they had (SEC-090).
pub async fn delete(services: &Services, by: &By, account: &Account, id: UserId) -> Result<i64> {
    let changer = Changer::unlimited(by.clone());
    delete_read(services, &changer, account, (id, None)).await
}

/// The same; with `read`, only while their last change is that one.
pub async fn delete_read(
    services: &Services,
    changer: &Changer,
    account: &Account,
    (id, read): (UserId, Option<Timestamp>),
) -> Result<i64> {
    let deleted = remove(services, changer, account, vec![id], read).await;
    deleted.map_err(overtaken(read))
}

/// Deletes users; the account's revision after that.
pub async fn delete_all(
    services: &Services,
    changer: &Changer,
    account: &Account,
    ids: Vec<UserId>,
) -> Result<i64> {
    remove(services, changer, account, ids, None).await
}

async fn remove(
    services: &Services,
    changer: &Changer,
    account: &Account,
    mut ids: Vec<UserId>,
    read: Option<Timestamp>,
) -> Result<i64> {
    let references = References::of(services, &account.account_id).await?;
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    let users = find_all(services, &account.account_id, &ids).await?;
    for user in &users {
        unchanged(read, user.updated_at)?;
        changer.may_give(&references.privileges(&user.profile))?;
        if changer.is(user.user_id) {
            return Err(Error::BeyondOwn);
        }
    }
    let loses_administrators = users
        .iter()
        .any(|user| user.is_enabled && references.has_role(&user.profile, RoleType::Admin));
    let events = record::told(changer, "user.deleted", &users);
    let mut mails = Mails::default();
    for user in &users {
        mails.add(services, account, &Recipient::user(user), Letter::AccountDeleted)?;
    }
    let (account, now) = (account.account_id.clone(), services.clock.now());
    let of = account.clone();
    let written = changer.write(services, &of, events, move |tx, revision| {
        Box::pin(async move {
            if let (Some(read), [id]) = (read, ids.as_slice())
                && store::users::hold(tx, &account, *id, read).await? == 0
            {
                return Ok(Written::Changed);
            }
            let met = store::users::delete_all(tx, &account, &ids, now, revision).await?;
            if usize::try_from(met) != Ok(ids.len()) {
                return Ok(Written::Changed);
            }
            store::users::end_sessions(tx, &account, &ids).await?;
            store::users::delete_factors(tx, &account, &ids).await?;
            store::users::forget_guesses(tx, &account, &ids).await?;
            for id in &ids {
                store::mails::delete_of(tx, &account, &Person::User(*id)).await?;
            }
            mails.queue(tx).await?;
            if loses_administrators && !administrators::remain(tx, &account).await? {
                return Ok(Written::LastAdministrator);
            }
            Ok(Written::Done)
        })
    });
    written.await
}
