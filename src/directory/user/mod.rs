//! Users: the people and bots that work in an account.

mod administrators;
mod changer;
mod codes;
pub mod console;
mod delete;
mod document;
mod draft;
mod exchange;
mod factor;
mod inactive;
mod passwords;
mod record;
mod references;
mod session;
mod write;

use std::collections::HashMap;

pub(super) use administrators::were_the_last;
pub use changer::Changer;
pub(super) use changer::Written;
pub use delete::{delete, delete_all, delete_read};
pub use document::document;
pub use draft::Draft;
pub use exchange::{ExportError, ImportError, ImportOptions, ImportSummary, export, import};
pub use factor::{end_sessions, has_factor, reset as reset_factor};
pub use inactive::switch_off_inactive;
pub use passwords::MOST as MOST_PASSWORDS;
pub use session::{
    Credentials, Known, LoggedIn, NotLoggedIn, begin, begin_by_sso, log_in, log_out, refresh, vouched_for,
};
pub use write::{Wanted, create, create_all, set_password, update, update_all, update_read};

use super::account_entity::gives;
use super::{Error, Result};
use crate::base::id::AccountId;
use crate::context::Services;
use crate::model::account_entity::EntityKind;
use crate::model::{Identifier, Privileges, RoleType, User, UserId};
use crate::store;

/// The user of that id, deleted or not.
pub async fn find_deleted_too(services: &Services, account: &AccountId, id: UserId) -> Result<User> {
    let found = store::users::find(&services.db, account, id).await?;
    found.ok_or_else(|| unknown(&id.to_string()))
}

/// The user of that id, unless it is deleted.
pub async fn find(services: &Services, account: &AccountId, id: UserId) -> Result<User> {
    let found = store::users::find(&services.db, account, id).await?;
    found
        .filter(|user| !user.deleted)
        .ok_or_else(|| unknown(&id.to_string()))
}

/// The users of those ids, in their order, if none of them is missing or deleted.
pub async fn find_all(services: &Services, account: &AccountId, ids: &[UserId]) -> Result<Vec<User>> {
    let found = store::users::find_all(&services.db, account, ids).await?;
    let known: HashMap<UserId, User> = found
        .into_iter()
        .filter(|user| !user.deleted)
        .map(|user| (user.user_id, user))
        .collect();
    ids.iter()
        .map(|id| known.get(id).cloned().ok_or_else(|| unknown(&id.to_string())))
        .collect()
}

/// The user of that login name, or of that id.
pub async fn find_named(services: &Services, account: &AccountId, named: &str) -> Result<User> {
    if let Ok(identifier) = Identifier::parse(named)
        && let Some(login) = store::users::find_login(&services.db, account, &identifier).await?
    {
        return Ok(login.user);
    }
    match named.parse() {
        Ok(id) => find(services, account, id).await,
        Err(_) => Err(unknown(named)),
    }
}

/// At most `limit` users after `after`, by their ids.
pub async fn list(
    services: &Services,
    account: &AccountId,
    deleted_too: bool,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    Ok(store::users::list(&services.db, account, deleted_too, after, limit).await?)
}

/// At most `limit` users after `after` that have changed since the account's revision `since`, deleted ones among them.
pub async fn list_changed(
    services: &Services,
    account: &AccountId,
    since: i64,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    Ok(store::users::list_changed(&services.db, account, since, after, limit).await?)
}

/// The same of those whose login name or whole name holds a text.
pub async fn search(
    services: &Services,
    account: &AccountId,
    text: &str,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    Ok(store::users::search(&services.db, account, text, after, limit).await?)
}

/// How often the account's users, skills, profiles and groups have changed.
pub async fn revision(services: &Services, account: &AccountId) -> Result<i64> {
    Ok(store::users::revision(&services.db, account).await?)
}

/// What a user may do, and whether they administer the account.
pub async fn privileges(services: &Services, user: &User) -> Result<(Privileges, bool)> {
    let (mut privileges, mut is_admin) = (Privileges::default(), false);
    for id in &user.profile.profile_ids {
        let (role, more) = if let Some(role) = RoleType::of_built_in(*id) {
            (Some(role), role.privileges())
        } else {
            let found =
                store::account_entities::find(&services.db, &user.account_id, EntityKind::Profile, *id);
            match found.await?.filter(|profile| !profile.deleted) {
                Some(profile) => (profile.role(), gives(&profile)),
                None => continue,
            }
        };
        is_admin |= role == Some(RoleType::Admin);
        privileges.extend(more.numbers());
    }
    Ok((privileges, is_admin))
}

fn unknown(id: &str) -> Error {
    Error::NotFound {
        what: "user",
        id: id.to_owned(),
    }
}
